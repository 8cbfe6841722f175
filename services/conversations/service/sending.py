"""Writing: answers, retries, taking over, opening. One transaction each, its facts in the outbox."""

from dataclasses import dataclass
from uuid import UUID

from frontdesk.conversations.v1 import events_pb2 as events
from libs.auth.tokens import TeammateClaims
from libs.bus.outbox import Outbox
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.db.unit import Unit
from libs.rpc.errors import ConflictError, FailedPreconditionError, NotFoundError
from services.conversations.domain.answering import check_may_answer, check_may_handle, may_answer, take_over
from services.conversations.domain.delivery import may_retry
from services.conversations.domain.outgoing import Checked, Draft, check_quote, check_window, checked, digest
from services.conversations.domain.snapshots import Quotes
from services.conversations.domain.window import Windows
from services.conversations.models import Conversation, Message
from services.conversations.repository.batch import BatchRepository
from services.conversations.repository.threads import ThreadRepository
from services.conversations.service.announce import Announcer
from services.conversations.service.answer import Answer, taken_over
from services.conversations.service.inbox import visible
from services.conversations.service.quotes import quotes_of
from services.conversations.service.windows import windows_for


class IdempotencyConflictError(ConflictError):
    """The key was used before for something else."""

    code = "idempotency_key_reused"


class MessageNotFoundError(NotFoundError):
    """No such message in this conversation."""

    code = "message_not_found"


class CannotRetryError(FailedPreconditionError):
    """The message did not fail."""

    code = "cannot_retry"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of a teammate, and its conversation after it, with what is needed to show them."""

    message: Message
    row: Conversation
    windows: Windows
    quotes: Quotes


class SendingService:
    """What teammates write and do."""

    def __init__(self, database: Database, clock: Clock, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox

    async def send(
        self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID, draft: Draft, key: str
    ) -> Sent:
        """Stores an answer, queues it, and takes an open conversation over. The same key gives the same again."""
        async with self._database.unit([tenant_id]) as unit:
            repository = ThreadRepository(unit, tenant_id)
            row = await visible(repository, conversation_id, teammate, lock=True)
            windows = await windows_for(unit, [row], self._clock.now())
            message_id = new_id(self._clock)
            request = draft.digest("send", str(conversation_id))
            earlier = await self._earlier(repository, teammate, key, request, message_id)
            if earlier is not None:
                return await _sent(unit, earlier, row, windows)
            check_may_answer(row, teammate)
            content = checked(draft, row.channel)
            check_window(windows.of(row), content.type)
            await _quote(repository, row, draft.quoted_message_id, content)
            answer = Answer(repository, self._clock, self._outbox, row, teammate, windows)
            return await _sent(unit, await answer.store(message_id, content), row, windows)

    async def retry(
        self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID, message_id: UUID, key: str
    ) -> Sent:
        """Starts a new attempt at a message that failed or stayed unconfirmed."""
        async with self._database.unit([tenant_id]) as unit:
            repository = ThreadRepository(unit, tenant_id)
            row = await visible(repository, conversation_id, teammate, lock=True)
            windows = await windows_for(unit, [row], self._clock.now())
            message = await repository.message(message_id)
            if message is None or message.conversation_id != conversation_id or message.direction != "outbound":
                raise MessageNotFoundError("No message of this id can be sent again here.")
            request = digest("retry", str(conversation_id), str(message_id))
            if await self._earlier(repository, teammate, key, request, message_id) is not None:
                return await _sent(unit, message, row, windows)
            check_may_answer(row, teammate)
            if not may_retry(message.delivery_state or ""):
                raise CannotRetryError("This message is not failed or unconfirmed; there is nothing to send again.")
            if message.origin != "desk":
                raise CannotRetryError("This message was not written here. Write it anew to send it.")
            check_window(windows.of(row), message.type)
            await Answer(repository, self._clock, self._outbox, row, teammate, windows).attempt_again(message)
            return await _sent(unit, message, row, windows)

    async def take_over(
        self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID
    ) -> tuple[Conversation, Windows]:
        """Puts a conversation into the caller's processing list."""
        async with self._database.unit([tenant_id]) as unit:
            row = await visible(ThreadRepository(unit, tenant_id), conversation_id, teammate, lock=True)
            windows = await windows_for(unit, [row], self._clock.now())
            check_may_handle(row, teammate)
            if take_over(row, teammate.id):
                await BatchRepository(unit).save([row], history=[taken_over(row, teammate, self._clock)])
                announcer = Announcer(unit, self._outbox, windows)
                announcer.conversation_changed(row)
                await announcer.publish()
            return row, windows

    async def open(
        self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID
    ) -> tuple[Conversation, Windows]:
        """Marks the conversation read if the caller may answer it, and has the platform told."""
        async with self._database.unit([tenant_id]) as unit:
            repository = ThreadRepository(unit, tenant_id)
            row = await visible(repository, conversation_id, teammate, lock=True)
            windows = await windows_for(unit, [row], self._clock.now())
            if row.unread_count and "send_messages" in teammate.permissions and may_answer(row, teammate):
                row.unread_count = 0
                row.version += 1
                await BatchRepository(unit).save([row])
                announcer = Announcer(unit, self._outbox, windows)
                announcer.conversation_changed(row)
                await _mark_read(repository, announcer, row)
                await announcer.publish()
            return row, windows

    async def _earlier(
        self, repository: ThreadRepository, teammate: TeammateClaims, key: str, request: bytes, message_id: UUID
    ) -> Message | None:
        """The message an earlier request with this key made; None for a new key or none."""
        if not key:
            return None
        claimed = await repository.claim_idempotency_key(teammate.id, key, request, message_id, self._clock.now())
        if claimed is None:
            return None
        if claimed[0] != request:
            raise IdempotencyConflictError("This Idempotency-Key was used for another request. Use a new one.")
        message = await repository.message(claimed[1])
        if message is None:
            raise IdempotencyConflictError("What this Idempotency-Key made is gone. Use a new one.")
        return message


async def _sent(unit: Unit, message: Message, row: Conversation, windows: Windows) -> Sent:
    return Sent(message, row, windows, await quotes_of(unit, [(message, row.account_id)]))


async def _quote(repository: ThreadRepository, row: Conversation, quoted_id: str, content: Checked) -> None:
    """Notes what the answer quotes, for screens by our id and for delivery by the platform's."""
    if not quoted_id:
        return
    quoted = await repository.message(UUID(quoted_id))
    if quoted is not None and quoted.conversation_id != row.id:
        quoted = None
    content.details["quote"] = check_quote(quoted, row.channel)
    content.details["quoted_id"] = quoted_id


async def _mark_read(repository: ThreadRepository, announcer: Announcer, row: Conversation) -> None:
    newest = await repository.newest_inbound(row.id)
    recipient = await repository.recipient(row.contact_id)
    if newest is None or recipient is None or not newest.provider_message_id:
        return
    announcer.read_by_staff(
        row,
        events.ReadByStaff(
            tenant_id=str(row.tenant_id),
            account_id=row.account_id,
            channel=row.channel,
            contact_id=str(row.contact_id),
            recipient_kind=recipient[0],
            recipient=recipient[1],
            provider_message_id=newest.provider_message_id,
            mark_as_read_token=newest.details.get("mark_as_read_token", ""),
        ),
    )
