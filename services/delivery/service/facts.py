"""Facts this service tells, written to the outbox in the transaction that made them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from google.protobuf.message import Message as Proto

from frontdesk.delivery.v1 import events_pb2 as events
from libs.bus.outbox import Fact, Outbox
from libs.bus.subjects import subject_of
from libs.channels.contacts import Profile
from libs.clock.stamps import timestamp
from libs.db.unit import Unit
from libs.observe.metrics import Counter
from services.delivery.models import Attempt, ProfileFetch

_ended = Counter(
    "frontdesk_delivery_ended_total", "Attempts to send that ended, by state and reason.", ["channel", "state", "code"]
)


class Facts:
    """Adds facts to a transaction."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def tell(self, unit: Unit, facts: Sequence[Fact]) -> None:
        """Adds them in this order."""
        await self._outbox.add_many(unit, facts)


def attempt_changed(attempt: Attempt, at: datetime) -> Fact:
    """What became of an attempt."""
    if attempt.finished_at is not None:
        _ended.labels(attempt.channel, attempt.state, attempt.failure_code).inc()
    fact = events.AttemptChanged(
        tenant_id=str(attempt.tenant_id),
        account_id=attempt.account_id,
        conversation_id=str(attempt.conversation_id),
        message_id=str(attempt.message_id),
        attempt=attempt.attempt,
        state=attempt.state,
        provider_message_id=attempt.provider_message_id,
        failure_code=attempt.failure_code if attempt.finished_at else "",
        failure_detail=attempt.failure_detail if attempt.finished_at else "",
        occurred_at=timestamp(at),
        method=attempt.method,
    )
    msg_id = f"attempt:{attempt.message_id}:{attempt.attempt}:{attempt.state}"
    return _fact(attempt.tenant_id, fact, msg_id, str(attempt.conversation_id))


def account_state_changed(tenant_id: UUID, account_id: str, state: str, reason: str, at: datetime) -> Fact:
    """The account's queue stopped, or goes on."""
    fact = events.AccountStateChanged(
        tenant_id=str(tenant_id), account_id=account_id, state=state, reason=reason, occurred_at=timestamp(at)
    )
    return _fact(tenant_id, fact, f"account:{account_id}:{state}:{at.timestamp()}", account_id)


def profile_fetched(fetch: ProfileFetch, profile: Profile, at: datetime) -> Fact:
    """What a platform tells of a contact."""
    fact = events.ProfileFetched(
        tenant_id=str(fetch.tenant_id),
        account_id=fetch.account_id,
        contact_id=str(fetch.contact_id),
        display_name=profile.display_name,
        picture_url=profile.picture_url,
        language=profile.language,
    )
    return _fact(fetch.tenant_id, fact, f"profile:{fetch.contact_id}:{at.timestamp()}", str(fetch.contact_id))


def _fact(tenant_id: UUID, fact: Proto, msg_id: str, ordering_key: str) -> Fact:
    return Fact(subject_of(tenant_id, fact), fact, msg_id, tenant_id, ordering_key)
