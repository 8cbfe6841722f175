"""Stores one answer with everything that follows from it, or a new attempt at one."""

from uuid import UUID

from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.conversations.v1 import events_pb2 as events
from libs.auth.tokens import TeammateClaims
from libs.bus.outbox import Outbox
from libs.clock.clock import Clock
from libs.clock.ids import new_id, time_of_id
from services.conversations.domain.answering import take_over
from services.conversations.domain.conversation import note_message, show_latest
from services.conversations.domain.delivery import begin_attempt
from services.conversations.domain.order import outbound_time, sort_key
from services.conversations.domain.outgoing import Checked, outgoing_attachments
from services.conversations.domain.window import Windows
from services.conversations.models import Conversation, HistoryEntry, Message
from services.conversations.repository.batch import BatchRepository
from services.conversations.repository.threads import ThreadRepository
from services.conversations.service.announce import Announcer
from services.conversations.service.quotes import quotes_of


class Answer:
    """One outbound message of a locked conversation."""

    def __init__(
        self,
        repository: ThreadRepository,
        clock: Clock,
        outbox: Outbox,
        row: Conversation,
        teammate: TeammateClaims,
        windows: Windows,
    ) -> None:
        self._unit = repository.unit
        self._repository = repository
        self._clock = clock
        self._outbox = outbox
        self._row = row
        self._teammate = teammate
        self._windows = windows
        self._batch = BatchRepository(repository.unit)

    async def store(self, message_id: UUID, content: Checked) -> Message:
        """Writes the message and everything that follows from it."""
        row, now = self._row, self._clock.now()
        message = self._message(message_id, content)
        taken = row.status == "open" and take_over(row, self._teammate.id)
        note_message(row, message, now)
        # Writing an answer means having read what it answers.
        row.unread_count = 0
        row.version += 1
        announcer = await self._announcer(message)
        request = await self._request(message)
        announcer.message_stored(message, row)
        announcer.delivery_requested(row, request)
        history = [taken_over(row, self._teammate, self._clock)] if taken else []
        await self._batch.save([row], [message], history=history)
        await announcer.publish()
        return message

    async def attempt_again(self, message: Message) -> None:
        """Queues the message anew under the next attempt's number."""
        begin_attempt(message)
        self._row.version += 1
        show_latest(self._row, message)
        announcer = await self._announcer(message)
        request = await self._request(message)
        announcer.message_changed(message, self._row)
        announcer.delivery_requested(self._row, request)
        await self._batch.save_messages([message])
        await self._batch.save([self._row])
        await announcer.publish()

    async def _announcer(self, message: Message) -> Announcer:
        quotes = await quotes_of(self._unit, [(message, self._row.account_id)])
        return Announcer(self._unit, self._outbox, self._windows, quotes)

    def _message(self, message_id: UUID, content: Checked) -> Message:
        row = self._row
        sequence = row.last_sequence + 1
        sent_at = outbound_time(self._clock.now(), row.last_sort_key)
        numbered = [
            {**attachment, "id": f"{message_id.hex}-{number}"}
            for number, attachment in enumerate(content.attachments, 1)
        ]
        return Message(
            tenant_id=row.tenant_id,
            id=message_id,
            stored_at=time_of_id(message_id),
            conversation_id=row.id,
            case_id=row.case_id,
            direction="outbound",
            type=content.type,
            text=content.text,
            attachments=numbered,
            details=content.details,
            sequence=sequence,
            sort_key=sort_key(sent_at, sequence),
            sent_at=sent_at,
            delivery_state="queued",
            author_id=self._teammate.id,
            origin="desk",
        )

    async def _request(self, message: Message) -> events.DeliveryRequested:
        """What delivery needs."""
        row = self._row
        recipient = await self._repository.recipient(row.contact_id)
        quote = message.details.get("quote", {})
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
            attachments=outgoing_attachments(message),
            template=_template(message),
            quoted_provider_message_id=quote.get("provider_message_id", ""),
            quote_token=quote.get("token", ""),
            subject=row.subject,
        )
        row.last_requested_id, row.last_requested_attempt = message.id, message.attempt
        self._note_window(request)
        self._spend_reply_token(request)
        return request

    def _note_window(self, request: events.DeliveryRequested) -> None:
        """Templates may always go out; what else waits in the queue must not after the window."""
        window = self._windows.of(self._row)
        if window is None or window.closes_at is None or request.type == "template":
            return
        request.human_agent = window.state == "human_agent"
        request.window_closes_at_ms = int(window.closes_at.timestamp() * 1000)

    def _spend_reply_token(self, request: events.DeliveryRequested) -> None:
        """A reply token is handed out once: the next answer gets none."""
        row = self._row
        if row.reply_token and row.reply_token_at is not None:
            request.reply_token = row.reply_token
            request.reply_token_at_ms = int(row.reply_token_at.timestamp() * 1000)
            # Its time stays, so that an older event that comes late does not bring a dead token back.
            row.reply_token = ""


def taken_over(row: Conversation, teammate: TeammateClaims, clock: Clock) -> HistoryEntry:
    """The line that tells of it."""
    return HistoryEntry(
        row.tenant_id, new_id(clock), row.id, row.case_id, "taken_over", clock.now(), actor_id=teammate.id
    )


def _template(message: Message) -> pb.OutgoingTemplate | None:
    template = message.details.get("template")
    return pb.OutgoingTemplate(**template, text=message.text) if template else None
