"""What happened around the messages: buttons, reactions, receipts, referrals, and what the history alone keeps."""

from collections.abc import Callable

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Unreadable
from libs.channels.meta.messaging.elements import Element
from libs.channels.meta.messaging.people import identity
from libs.channels.meta.messaging.referrals import referral
from libs.channels.meta.times import milliseconds

# Older events name a reaction in words alone.
_EMOJIS = {
    "love": "❤",
    "smile": "😆",
    "laugh": "😆",
    "wow": "😮",
    "sad": "😢",
    "angry": "😠",
    "like": "👍",
    "dislike": "👎",
}
# The end of the year 9999; a number of any size can be signed.
_LATEST = 253_402_300_799_000


def postback(element: Element) -> pb.Postback:
    """A button of ours was pressed."""
    content = element.content
    pressed = pb.Postback(
        provider_event_id=element.mid(required=False) or element.key,
        data=content.text("payload"),
        text=content.text("title"),
    )
    ad = referral(content.optional("referral"))
    if ad:
        pressed.ad.CopyFrom(ad)
    return pressed


def referred(element: Element) -> pb.AdReferral:
    """Somebody came back through an ad or a link, without a message."""
    ad = referral(element.content)
    if ad is None:
        raise Unreadable("referral says nothing")
    ad.provider_event_id = element.key
    return ad


def reacted(element: Element) -> pb.MessageReacted | pb.Notice:
    """The customer put an emoji on a message, or took it back; what the account's side does is for the history."""
    content = element.content
    emoji = "" if content.text("action") == "unreact" else _emoji(element)
    if element.by_account:
        return notice("account_reacted", mid="message", emoji="emoji")(element)
    return pb.MessageReacted(provider_message_id=element.mid(), emoji=emoji)


def delivered(element: Element) -> pb.Receipt:
    """Messages, and everything up to a moment, arrived."""
    return _receipt(element, "delivered")


def read(element: Element) -> pb.Receipt | pb.Notice:
    """The customer read one message, or everything up to a moment; or somebody on the account's side did."""
    return notice("account_read")(element) if element.by_account else _receipt(element, "read")


def notice(kind: str, **fields: str) -> Callable[[Element], pb.Notice]:
    """Kept for the history: the named fields, under names of ours, where they are there."""

    def keep(element: Element) -> pb.Notice:
        values = element.content.values
        shown = {ours: identity(values.get(theirs)) for theirs, ours in fields.items()}
        return pb.Notice(
            kind=kind,
            provider_event_id=element.key,
            fields={name: text for name, text in shown.items() if text},
        )

    return keep


def roles(element: Element) -> pb.Notice:
    """Which app may do what, by app."""
    found = {app: " ".join(element.content.texts(app)) for app in element.content.values}
    fields = {identity(app): role for app, role in found.items() if identity(app) and role}
    return pb.Notice(kind="app_roles", provider_event_id=element.key, fields=fields)


def _receipt(element: Element, state: str) -> pb.Receipt:
    content = element.content
    listed = content.values.get("mids")
    mids = [identity(mid) for mid in listed] if isinstance(listed, list) else []
    found = [mid for mid in (*mids, element.mid(required=False)) if mid]
    watermark = milliseconds(content.values.get("watermark")) or 0
    if not found and not watermark:
        raise Unreadable(f"{element.name} names neither messages nor a moment")
    if state == "read" and not watermark:
        # Instagram names the newest message that was read. Whoever reads it has seen everything above it, too.
        watermark = milliseconds(element.values.get("timestamp")) or 0
    return pb.Receipt(state=state, provider_message_ids=found, watermark_ms=min(watermark, _LATEST))


def _emoji(element: Element) -> str:
    emoji = element.content.text("emoji") or _EMOJIS.get(element.content.text("reaction"), "")
    # One whose emoji is not told is still a reaction.
    return emoji or "❓"
