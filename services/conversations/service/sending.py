"""Writing: answers, retries, taking over, opening. One transaction each, its facts in the outbox."""

import hashlib
from uuid import UUID

from frontdesk.conversations.v1 import events_pb2 as events
from libs.auth.tokens import TeammateClaims
from libs.bus.outbox import Outbox
from libs.clock.clock import Clock
from libs.clock.ids import new_id, time_of_id
from libs.db.database import Database
from libs.rpc.errors import ConflictError, FailedPreconditionError, InvalidArgumentError, NotFoundError
from services.conversations.domain.answering import check_may_answer, check_may_handle, may_answer, take_over
from services.conversations.domain.conversation import note_message, show_latest
from services.conversations.domain.delivery import may_retry
from services.conversations.domain.order import outbound_time, sort_key
from services.conversations.domain.text import checked_text
from services.conversations.models import Conversation, HistoryEntry, Message
from services.conversations.repository.batch import BatchRepository
from services.conversations.repository.threads import ThreadRepository
from services.conversations.service.announce import Announcer
from services.conversations.service.inbox import visible


class IdempotencyConflictError(ConflictError):
    """The key was used before for something else."""

    code = "idempotency_key_reused"


class MessageNotFoundError(NotFoundError):
    """No such message in this conversation."""

    code = "message_not_found"


class CannotRetryError(FailedPreconditionError):
    """The message did not fail."""

    code = "cannot_retry"


class SendingService:
    """What teammates write and do."""

    def __init__(self, database: Database, clock: Clock, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox

    async def send(
        self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID, kind: str, text: str, key: str
    ) -> tuple[Message, Conversation]:
        """Stores an answer, queues it, and takes an open conversation over. The same key gives the same again."""
        if kind != "text":
            raise InvalidArgumentError('type must be "text".', field="type")
        async with self._database.unit([tenant_id]) as unit:
            repository = ThreadRepository(unit, tenant_id)
            row = await visible(repository, conversation_id, teammate, lock=True)
            message_id = new_id(self._clock)
            request = _hash("send", str(conversation_id), kind, text)
            earlier = await self._earlier(repository, teammate, key, request, message_id)
            if earlier is not None:
                return earlier, row
            check_may_answer(row, teammate)
            clean = checked_text(text, row.channel)
            return await _Answer(repository, self._clock, self._outbox, row, teammate).store(message_id, clean), row

    async def retry(
        self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID, message_id: UUID, key: str
    ) -> Message:
        """Starts a new attempt at a message that failed or stayed unconfirmed."""
        async with self._database.unit([tenant_id]) as unit:
            repository = ThreadRepository(unit, tenant_id)
            row = await visible(repository, conversation_id, teammate, lock=True)
            message = await repository.message(message_id)
            if message is None or message.conversation_id != conversation_id or message.direction != "outbound":
                raise MessageNotFoundError("No message of this id can be sent again here.")
            request = _hash("retry", str(conversation_id), str(message_id))
            if await self._earlier(repository, teammate, key, request, message_id) is not None:
                return message
            check_may_answer(row, teammate)
            if not may_retry(message.delivery_state or ""):
                raise CannotRetryError("This message is not failed or unconfirmed; there is nothing to send again.")
            await _Answer(repository, self._clock, self._outbox, row, teammate).attempt_again(message)
            return message

    async def take_over(self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID) -> Conversation:
        """Puts a conversation into the caller's processing list."""
        async with self._database.unit([tenant_id]) as unit:
            row = await visible(ThreadRepository(unit, tenant_id), conversation_id, teammate, lock=True)
            check_may_handle(row, teammate)
            if take_over(row, teammate.id):
                batch = BatchRepository(unit)
                await batch.save_conversations([row])
                await batch.add_history([_taken_over(row, teammate, self._clock)])
                announcer = Announcer(unit, self._outbox)
                announcer.conversation_changed(row)
                await announcer.publish()
            return row

    async def open(self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID) -> Conversation:
        """Marks the conversation read if the caller may answer it."""
        async with self._database.unit([tenant_id]) as unit:
            row = await visible(ThreadRepository(unit, tenant_id), conversation_id, teammate, lock=True)
            if row.unread_count and "send_messages" in teammate.permissions and may_answer(row, teammate):
                row.unread_count = 0
                row.version += 1
                await BatchRepository(unit).save_conversations([row])
                announcer = Announcer(unit, self._outbox)
                announcer.conversation_changed(row)
                await announcer.publish()
            return row

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


class _Answer:
    """One outbound message of a locked conversation."""

    def __init__(
        self,
        repository: ThreadRepository,
        clock: Clock,
        outbox: Outbox,
        row: Conversation,
        teammate: TeammateClaims,
    ) -> None:
        self._unit = repository.unit
        self._repository = repository
        self._clock = clock
        self._outbox = outbox
        self._row = row
        self._teammate = teammate
        self._batch = BatchRepository(repository.unit)

    async def store(self, message_id: UUID, text: str) -> Message:
        """Writes the message and everything that follows from it."""
        row, now = self._row, self._clock.now()
        message = self._message(message_id, text)
        taken = row.status == "open" and take_over(row, self._teammate.id)
        note_message(row, message, now)
        # Writing an answer means having read what it answers.
        row.unread_count = 0
        row.version += 1
        announcer = Announcer(self._unit, self._outbox)
        request = await self._request(message)
        announcer.message_stored(message, row)
        announcer.delivery_requested(row, request)
        await self._batch.add_messages([message])
        await self._batch.save_conversations([row])
        if taken:
            await self._batch.add_history([_taken_over(row, self._teammate, self._clock)])
        await announcer.publish()
        return message

    async def attempt_again(self, message: Message) -> None:
        """Queues the message anew under the next attempt's number."""
        message.attempt += 1
        message.delivery_state, message.failure_code, message.failure_detail = "queued", "", ""
        message.version += 1
        self._row.version += 1
        show_latest(self._row, message)
        announcer = Announcer(self._unit, self._outbox)
        request = await self._request(message)
        announcer.message_changed(message, self._row)
        announcer.delivery_requested(self._row, request)
        await self._batch.save_messages([message])
        await self._batch.save_conversations([self._row])
        await announcer.publish()

    def _message(self, message_id: UUID, text: str) -> Message:
        row = self._row
        sequence = row.last_sequence + 1
        sent_at = outbound_time(self._clock.now(), row.last_sort_key)
        return Message(
            tenant_id=row.tenant_id,
            id=message_id,
            stored_at=time_of_id(message_id),
            conversation_id=row.id,
            case_id=row.case_id,
            direction="outbound",
            type="text",
            text=text,
            sequence=sequence,
            sort_key=sort_key(sent_at, sequence),
            sent_at=sent_at,
            delivery_state="queued",
            author_id=self._teammate.id,
        )

    async def _request(self, message: Message) -> events.DeliveryRequested:
        """What delivery needs. A reply token is handed out once: the next answer gets none."""
        row = self._row
        recipient = await self._repository.recipient(row.contact_id)
        request = events.DeliveryRequested(
            tenant_id=str(row.tenant_id),
            account_id=row.account_id,
            channel=row.channel,
            conversation_id=str(row.id),
            message_id=str(message.id),
            attempt=message.attempt,
            contact_id=str(row.contact_id),
            recipient_kind=recipient[0] if recipient else "",
            recipient=recipient[1] if recipient else "",
            type=message.type,
            text=message.text,
            sequence=message.sequence,
            after_message_id=str(row.last_requested_id or ""),
            after_attempt=row.last_requested_attempt,
        )
        row.last_requested_id, row.last_requested_attempt = message.id, message.attempt
        if row.reply_token and row.reply_token_at is not None:
            request.reply_token = row.reply_token
            request.reply_token_at_ms = int(row.reply_token_at.timestamp() * 1000)
            # Its time stays, so that an older event that comes late does not bring a dead token back.
            row.reply_token = ""
        return request


def _taken_over(row: Conversation, teammate: TeammateClaims, clock: Clock) -> HistoryEntry:
    return HistoryEntry(
        row.tenant_id, new_id(clock), row.id, row.case_id, "taken_over", clock.now(), actor_id=teammate.id
    )


def _hash(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
