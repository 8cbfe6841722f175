"""What an answer may be before it is stored: what the channel would refuse is refused here, with what to do."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import MessageToDict

from frontdesk.conversations.v1 import conversations_pb2 as pb
from libs.channels.limits import MediaRule
from libs.channels.refusals import WORDS, form_refused, kind_refused, size_refused
from libs.channels.registry import channel_named
from libs.channels.text import clean_text
from libs.rpc.errors import FailedPreconditionError, InvalidArgumentError
from services.conversations.domain.text import checked_caption, checked_text
from services.conversations.domain.window import Window
from services.conversations.models import Message

KINDS = tuple(WORDS)
# Platforms that quote by a token of the message instead of its id.
_QUOTED_BY_TOKEN = frozenset({"line"})


class KindNotAllowedError(InvalidArgumentError):
    """The channel has no such kind of message; fields: kind and channel. Files: libs/channels/refusals.py."""

    code = "kind_not_allowed"


class CaptionNotAllowedError(InvalidArgumentError):
    """The channel sends this kind without words."""

    code = "caption_not_allowed"


class WindowClosedError(FailedPreconditionError):
    """The time in which the platform allows such an answer is over; fields["state"] says what still goes."""

    code = "window_closed"


class CannotQuoteError(FailedPreconditionError):
    """The platform cannot show an answer to that message."""

    code = "cannot_quote"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a teammate wants to send, as the request says it."""

    type: str
    text: str = ""
    attachments: Sequence[pb.OutgoingAttachment] = ()
    template: pb.OutgoingTemplate | None = None
    quoted_message_id: str = ""

    def digest(self, *more: str) -> bytes:
        """The same for the same request, whatever else may differ of an upload by the time it is repeated."""
        parts = [*more, self.type, self.text, self.quoted_message_id]
        parts += [f"{attachment.upload_id}/{attachment.kind}" for attachment in self.attachments]
        if self.template is not None:
            parts += [self.template.name, self.template.language, self.template.components_json]
        return digest(*parts)


@dataclass(slots=True)
class Checked:
    """A draft that the channel takes, in the form in which it is stored."""

    type: str
    text: str
    attachments: list[dict[str, Any]]
    details: dict[str, Any]


def digest(*parts: str) -> bytes:
    """A hash of texts in their order."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


def checked(draft: Draft, channel: str) -> Checked:
    """The draft as it will be sent (rules 52 to 55); raises what is wrong with it."""
    if draft.type == "text":
        if draft.attachments:
            raise InvalidArgumentError("A text has no attachments. Send a file by itself.", field="type")
        return Checked("text", checked_text(draft.text, channel), [], {})
    if draft.type == "template":
        return _checked_template(draft, channel)
    if draft.type in KINDS:
        return _checked_media(draft, channel)
    raise InvalidArgumentError(f'type must be "text", "template" or one of {", ".join(KINDS)}.', field="type")


def check_window(window: Window | None, kind: str) -> None:
    """Raises where the platform takes no such answer any more."""
    if window is None or window.state in {"open", "human_agent"}:
        return
    if window.state == "closed":
        raise WindowClosedError(
            "The time in which this platform allows an answer is over. Wait until the customer writes again.",
            state=window.state,
        )
    if kind != "template":
        raise WindowClosedError(
            "The customer last wrote too long ago for a free answer. Send a template, or wait until they write again.",
            state=window.state,
        )


def check_quote(quoted: Message | None, channel: str) -> dict[str, Any]:
    """How delivery names the message that is answered; raises where the platform cannot show it."""
    if quoted is None:
        raise InvalidArgumentError("No message of this id is in this conversation.", field="quoted_message_id")
    token = quoted.details.get("quote_token", "")
    if quoted.unsent_at is not None or not (token if channel in _QUOTED_BY_TOKEN else quoted.provider_message_id):
        raise CannotQuoteError("The platform cannot quote this message. Send the answer without the quote.")
    return {"provider_message_id": quoted.provider_message_id, "token": token}


def outgoing_attachments(message: Message) -> list[pb.OutgoingAttachment]:
    """What delivery sends of a stored answer."""
    names = {field.name for field in pb.OutgoingAttachment.DESCRIPTOR.fields}
    return [
        pb.OutgoingAttachment(**{name: value for name, value in attachment.items() if name in names})
        for attachment in message.attachments
    ]


def _checked_media(draft: Draft, channel: str) -> Checked:
    limits = channel_named(channel).limits
    rule = limits.media.get(draft.type)
    if rule is None:
        raise kind_refused(limits, draft.type, field="type", channel=channel)
    if len(draft.attachments) != 1 or draft.attachments[0].kind != draft.type:
        raise InvalidArgumentError(f"Send exactly one upload that is of the kind {draft.type}.", field="upload_id")
    (attachment,) = draft.attachments
    _check_file(attachment, rule)
    text = clean_text(draft.text)
    if text.strip() and not rule.caption:
        raise CaptionNotAllowedError("This channel sends no text along with it. Send the text by itself.", field="text")
    values = MessageToDict(attachment, preserving_proto_field_name=True) | {"state": "ready"}
    # JSON has 64-bit numbers as text.
    values |= {name: getattr(attachment, name) for name in ("size_bytes", "duration_ms")}
    return Checked(draft.type, checked_caption(text, channel), [values], {})


def _check_file(attachment: pb.OutgoingAttachment, rule: MediaRule) -> None:
    if not any(_fits(attachment.content_type, allowed) for allowed in rule.content_types):
        raise form_refused(attachment.kind, rule.content_types, field="upload_id")
    if attachment.size_bytes > rule.max_bytes:
        raise size_refused(attachment.kind, attachment.size_bytes, rule.max_bytes, field="upload_id")


def _fits(content_type: str, allowed: str) -> bool:
    """Whether it is the type; "*/*" and "image/*" stand for many."""
    kind = content_type.partition(";")[0].strip().lower()
    return allowed == "*/*" or kind == allowed or (allowed.endswith("/*") and kind.startswith(allowed[:-1]))


def _checked_template(draft: Draft, channel: str) -> Checked:
    window = channel_named(channel).limits.window
    if window is None or not window.templates:
        raise KindNotAllowedError(
            "This channel has no templates. Write the answer instead.", field="type", kind="template", channel=channel
        )
    if draft.template is None or not draft.template.name or draft.attachments:
        raise InvalidArgumentError("Choose a template to send.", field="template")
    template = {
        "name": draft.template.name,
        "language": draft.template.language,
        "components_json": draft.template.components_json or "[]",
    }
    return Checked("template", clean_text(draft.template.text), [], {"template": template})
