"""What customers read: pages of their thread, and what became new in it.

A cursor is what somebody has seen, in short: a mark of each of the newest messages. So any replica can go on from it,
and nothing is remembered here. One of which no message is left among the newest ones leads nowhere any more.
"""

import asyncio
import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from frontdesk.conversations.v1 import conversations_pb2 as conversations
from frontdesk.conversations.v1 import customers_pb2 as pb
from frontdesk.conversations.v1.customers_pb2_grpc import CustomerThreadsServiceStub
from libs.auth.tokens import TokenIssuer
from libs.rpc.client import on_behalf
from libs.rpc.errors import FrontdeskError
from libs.storage.addresses import MediaAddresses
from services.ingestion.service.widget.ears import Ears
from services.ingestion.service.widget.people import Person

PAGE_SIZE = 30
_ID_BYTES = _CONTENT_BYTES = 5
_MARK = _ID_BYTES + _CONTENT_BYTES
_LONGEST_CURSOR = 2 * PAGE_SIZE * _MARK


class CursorGoneError(FrontdeskError):
    """Too much happened since, or nobody gave such a cursor: read the thread anew."""

    code = "cursor_gone"
    http_status = 410


@dataclass(frozen=True, slots=True)
class Seen:
    """What a cursor says: marks of messages by their ids, newest first. full: the thread goes on before them."""

    marks: dict[bytes, bytes]
    full: bool

    @classmethod
    def of(cls, messages: Sequence[pb.CustomerMessage], full: bool) -> "Seen":
        """Having seen these."""
        return cls({_id(message): _content(message) for message in messages}, full)

    @classmethod
    def parse(cls, cursor: str) -> "Seen":
        """CursorGoneError for what is no cursor."""
        try:
            if len(cursor) > _LONGEST_CURSOR or cursor[:1] not in ("f", "w"):
                raise ValueError(cursor[:1])
            text = base64.b64decode(cursor[1:] + "=" * (-(len(cursor) - 1) % 4), altchars=b"-_", validate=True)
        except ValueError as error:
            raise CursorGoneError("This cursor leads nowhere. Read the messages anew.") from error
        marks = [text[start : start + _MARK] for start in range(0, len(text), _MARK)]
        return cls({mark[:_ID_BYTES]: mark[_ID_BYTES:] for mark in marks}, cursor[0] == "f")

    def __str__(self) -> str:
        marks = b"".join(name + content for name, content in self.marks.items())
        return ("f" if self.full else "w") + base64.urlsafe_b64encode(marks).decode().rstrip("=")

    def news(self, newest: Sequence[pb.CustomerMessage], more: bool) -> list[pb.CustomerMessage]:
        """What of the newest messages is new or different, oldest first. CursorGoneError when some may be missing."""
        places = [place for place, message in enumerate(newest) if _id(message) in self.marks]
        if not places and more and (self.marks or self.full or len(newest) >= PAGE_SIZE):
            raise CursorGoneError("Too much was written since. Read the messages anew.")
        # What lies before everything that was seen is old, unless all there was had been seen.
        reach = places[-1] + 1 if self.full and places else len(newest)
        changed = [message for message in newest[:reach] if self.marks.get(_id(message)) != _content(message)]
        return changed[::-1]


class Threads:
    """Reads them from the conversations service, in the tenant's name."""

    def __init__(
        self, stub: CustomerThreadsServiceStub, issuer: TokenIssuer, addresses: MediaAddresses, ears: Ears
    ) -> None:
        self._stub = stub
        self._issuer = issuer
        self._addresses = addresses
        self._ears = ears

    async def page(self, person: Person, page_token: str) -> dict[str, Any]:
        """A page, newest first; the first one with the cursor to listen from."""
        found = await self._read(person, page_token)
        cursor = "" if page_token else str(Seen.of(found.messages, bool(found.next_page_token)))
        return {
            "messages": [self._shown(message) for message in found.messages],
            "next_page_token": found.next_page_token,
            "cursor": cursor,
        }

    async def news(self, person: Person, cursor: str, seconds: float) -> dict[str, Any]:
        """What is new after the cursor, as soon as there is something; nothing after so many seconds."""
        seen = Seen.parse(cursor)
        ends = asyncio.get_running_loop().time() + seconds
        async with self._ears.listening(person) as listener:
            while True:
                found = await self._read(person, "")
                news = seen.news(found.messages, bool(found.next_page_token))
                listener.conversation_id = found.conversation_id
                left = ends - asyncio.get_running_loop().time()
                if news or self._ears.stopping or not await listener.woken(left):
                    break
        now = Seen.of(found.messages, bool(found.next_page_token))
        return {"messages": [self._shown(message) for message in news], "next_page_token": "", "cursor": str(now)}

    async def _read(self, person: Person, page_token: str) -> pb.ListCustomerMessagesResponse:
        kind, alias = person.alias
        request = pb.ListCustomerMessagesRequest(
            account_id=person.account.account_id,
            alias_kind=kind,
            alias=alias,
            page_size=PAGE_SIZE,
            page_token=page_token,
        )
        metadata = on_behalf(self._issuer, "conversations", UUID(person.account.tenant_id))
        found: pb.ListCustomerMessagesResponse = await self._stub.ListCustomerMessages(request, metadata=metadata)
        return found

    def _shown(self, message: pb.CustomerMessage) -> dict[str, Any]:
        own = message.direction == conversations.DIRECTION_INBOUND
        return {
            "id": message.id,
            "client_id": message.provider_message_id.partition(".")[2] if own else "",
            "direction": "inbound" if own else "outbound",
            "text": message.text,
            "images": [self._picture(image) for image in message.images if image.storage_key],
            "sent_at": message.sent_at.ToJsonString(),
        }

    def _picture(self, image: pb.CustomerImage) -> dict[str, str]:
        small = image.thumbnail_key or image.storage_key
        return {
            "url": self._addresses.customer_path(image.storage_key, image.file_name),
            "thumbnail_url": self._addresses.customer_path(small),
        }


def _id(message: pb.CustomerMessage) -> bytes:
    return hashlib.blake2b(message.id.encode(), digest_size=_ID_BYTES).digest()


def _content(message: pb.CustomerMessage) -> bytes:
    """Of what the customer sees; addresses change by themselves, so that keys stand for them."""
    shown = "\0".join([message.text, *(f"{one.storage_key} {one.thumbnail_key}" for one in message.images)])
    return hashlib.blake2b(shown.encode(), digest_size=_CONTENT_BYTES).digest()
