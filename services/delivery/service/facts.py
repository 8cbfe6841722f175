"""Facts this service tells, written to the outbox in the transaction that made them."""

from datetime import datetime
from uuid import UUID

from google.protobuf.message import Message as Proto
from google.protobuf.timestamp_pb2 import Timestamp

from frontdesk.delivery.v1 import events_pb2 as events
from libs.bus.outbox import Outbox
from libs.bus.subjects import subject_of
from libs.channels.base import Profile
from libs.db.unit import Unit
from services.delivery.models import Attempt, ProfileFetch


class Facts:
    """Adds facts to a transaction."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def attempt_changed(self, unit: Unit, attempt: Attempt, at: datetime) -> None:
        """What became of an attempt."""
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
            occurred_at=_timestamp(at),
            method=attempt.method,
        )
        msg_id = f"attempt:{attempt.message_id}:{attempt.attempt}:{attempt.state}"
        await self._add(unit, attempt.tenant_id, fact, msg_id, str(attempt.conversation_id))

    async def account_state_changed(
        self, unit: Unit, tenant_id: UUID, account_id: str, state: str, reason: str, at: datetime
    ) -> None:
        """The account's queue stopped, or goes on."""
        fact = events.AccountStateChanged(
            tenant_id=str(tenant_id), account_id=account_id, state=state, reason=reason, occurred_at=_timestamp(at)
        )
        await self._add(unit, tenant_id, fact, f"account:{account_id}:{state}:{at.timestamp()}", account_id)

    async def profile_fetched(self, unit: Unit, fetch: ProfileFetch, profile: Profile, at: datetime) -> None:
        """What a platform tells of a contact."""
        fact = events.ProfileFetched(
            tenant_id=str(fetch.tenant_id),
            account_id=fetch.account_id,
            contact_id=str(fetch.contact_id),
            display_name=profile.display_name,
            picture_url=profile.picture_url,
            language=profile.language,
        )
        msg_id = f"profile:{fetch.contact_id}:{at.timestamp()}"
        await self._add(unit, fetch.tenant_id, fact, msg_id, str(fetch.contact_id))

    async def _add(self, unit: Unit, tenant_id: UUID, fact: Proto, msg_id: str, ordering_key: str) -> None:
        await self._outbox.add(unit, fact, tenant_id, subject_of(tenant_id, fact), msg_id, ordering_key)


def _timestamp(at: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp
