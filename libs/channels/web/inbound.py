"""Events of the shop's site. The desk makes them itself (ingestion's widget service), so their form is ours:

{"type": "chat" | "form" | "mail", "id", "at_ms", "visitor", "member": {"id", "name", "email", "phone"},
 "guest": {"name", "email", "phone"}, "proven", "text", "subject", "language", "page": {"url", "title"},
 "images": [{"key", "content_type", "size_bytes", "file_name"}]}

proven: of mails, whether it answers a mail of the desk's that went to its sender not too long ago.
"""

from datetime import datetime

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels import slices
from libs.channels.accounts import Account
from libs.channels.events import Parked, RawEvent
from libs.channels.fields import Fields, Unreadable
from libs.channels.keys import dedup_key
from libs.channels.times import provider_time
from libs.channels.web.people import contact_of
from libs.clock.stamps import timestamp

_TYPES = frozenset({"chat", "form", "mail"})


def split(body: bytes) -> list[RawEvent]:
    """One event a body."""
    return [restore(body)]


def restore(raw: bytes) -> RawEvent:
    """The event from its bytes."""
    item = slices.single(slices.decode(raw))
    return RawEvent(item.value, raw, problem=item.problem)


def normalise(event: RawEvent, account: Account, received_at: datetime) -> pb.InboundEvent | Parked:
    """What a visitor, guest or member wrote."""
    try:
        return _normalise(Fields(event.payload), event.raw, account, received_at)
    except Unreadable as error:
        return Parked("unreadable", event.raw, str(error))


def _normalise(fields: Fields, raw: bytes, account: Account, received_at: datetime) -> pb.InboundEvent:
    if fields.identifier("type") not in _TYPES:
        raise Unreadable("type is none of chat, form, mail")
    key, images = fields.identifier("id"), fields.sections("images")
    page = fields.optional("page")
    text = fields.text("text")
    if not text and not images:
        raise Unreadable("neither text nor images")
    message = pb.MessageReceived(
        provider_message_id=key,
        type="image" if images and not text else "text",
        text=text,
        subject=fields.text("subject"),
        page_url=page.text("url"),
        page_title=page.text("title"),
        attachments=[_attachment(image) for image in images],
    )
    return pb.InboundEvent(
        dedup_key=dedup_key(account.account_id, "message", key),
        tenant_id=account.tenant_id,
        account_id=account.account_id,
        channel="web",
        contact=contact_of(fields),
        occurred_at=provider_time(fields.values.get("at_ms"), received_at),
        received_at=timestamp(received_at),
        raw=raw,
        message=message,
    )


def _attachment(image: Fields) -> pb.Attachment:
    return pb.Attachment(
        kind="image",
        provider_content_id=image.identifier("key"),
        file_name=image.text("file_name"),
        size_bytes=image.whole("size_bytes"),
        content_type=image.text("content_type"),
    )
