"""What a customer wrote, or the account's side: the text, what hangs on it, and what it answers."""

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields
from libs.channels.meta.messaging.attachments import attach
from libs.channels.meta.messaging.elements import Element
from libs.channels.meta.messaging.people import identity
from libs.channels.meta.messaging.referrals import product, referral

# Messages that a person writes in Meta's own inboxes come from these apps.
_INBOXES = frozenset({"26390203743090", "263902037430900", "1217981644879628"})


def received(element: Element) -> pb.MessageReceived:
    """A message of any type; one that nobody here can read becomes "unsupported", so that staff see it came."""
    content = element.content
    message = pb.MessageReceived(
        provider_message_id=element.mid(required=False) or element.key,
        text=content.text("text"),
        quoted_provider_message_id=identity(content.optional("reply_to").values.get("mid")),
        sticker=_lone_sticker(content),
    )
    kinds = attach(content, message)
    _answered_story(content, message)
    message.type = _type(content, message, kinds)
    if not element.by_account:
        _chosen(content, message)
        _came_from(content, message)
    return message


def echoed(element: Element) -> pb.MessageEchoed:
    """What the account's side wrote, and with which app; "" for Meta's own inboxes."""
    content = element.content
    app = identity(content.values.get("app_id"))
    return pb.MessageEchoed(
        message=received(element), reference=content.text("metadata"), app_id="" if app in _INBOXES else app
    )


def edited(element: Element) -> pb.MessageEdited:
    """New words for a message."""
    return pb.MessageEdited(provider_message_id=element.mid(), text=element.content.text("text"))


def _type(content: Fields, message: pb.MessageReceived, kinds: list[str]) -> str:
    """What hangs on a message says what it is, then a story it answers; a text with a link is a text."""
    if content.flag("is_unsupported"):
        return "unsupported"
    if kinds:
        return kinds[0]
    if message.HasField("story"):
        return "story"
    if message.text:
        return "text"
    return "sticker" if message.HasField("sticker") else "unsupported"


def _lone_sticker(content: Fields) -> pb.Sticker | None:
    """Until August 2026 the message itself named its sticker."""
    sticker = identity(content.values.get("sticker_id"))
    return pb.Sticker(sticker_id=sticker) if sticker else None


def _chosen(content: Fields, message: pb.MessageReceived) -> None:
    quick_reply = content.optional("quick_reply")
    if quick_reply.text("payload"):
        message.selection.CopyFrom(pb.Selection(id=quick_reply.text("payload"), title=message.text, kind="quick_reply"))


def _came_from(content: Fields, message: pb.MessageReceived) -> None:
    source = content.optional("referral")
    message.product_id = message.product_id or product(source)
    ad = referral(source)
    if ad:
        message.ad.CopyFrom(ad)


def _answered_story(content: Fields, message: pb.MessageReceived) -> None:
    """An answer to a story of the account. Its media must not be kept, only where it is."""
    story = content.optional("reply_to").optional("story")
    if story.values:
        message.story.CopyFrom(pb.Story(kind="reply", id=identity(story.values.get("id")), url=story.text("url")))
