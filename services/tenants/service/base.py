"""What use cases share."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.unit import Unit
from libs.rpc.errors import UnauthenticatedError
from services.tenants.domain import roles
from services.tenants.models import Teammate
from services.tenants.repository.teammates import TeammateRepository
from services.tenants.service.record import Recorder


@dataclass(frozen=True, slots=True)
class Actor:
    """The teammate a use case runs for, as the call's token names them."""

    tenant_id: UUID
    id: UUID


class UseCases:
    """Each public method of a subclass is one use case."""

    def __init__(self, database: Database, clock: Clock, record: Recorder) -> None:
        self.database = database
        self.clock = clock
        self.record = record

    def now(self) -> datetime:
        """The moment."""
        return self.clock.now()


async def load_actor(unit: Unit, actor: Actor) -> Teammate:
    """The actor as stored now, for a token may be a minute old; UnauthenticatedError when disabled meanwhile."""
    teammate = await TeammateRepository(unit, actor.tenant_id).get(actor.id)
    if teammate is None or teammate.state != roles.ACTIVE:
        raise UnauthenticatedError("You cannot sign in any more. Ask an admin of your team.")
    return teammate
