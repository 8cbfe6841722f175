"""What Messenger and Instagram refuse in the body of POST /{page}/messages."""

from typing import Any

from services.simulator.domain.meta.errors import invalid_parameter
from services.simulator.domain.meta.sends import Attached, Sending, address_of, object_of, objects_of, only, text_of

_PARAMETERS = (
    "recipient", "message", "messaging_type", "tag", "sender_action", "reply_to", "notification_type", "payload",
    "access_token",
)  # fmt: skip
_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
_ACTIONS = ("mark_seen", "typing_on", "typing_off", "react", "unreact")
_GONE = ("CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE", "NON_PROMOTIONAL_SUBSCRIPTION")
_COMPONENTS = ("header", "body", "buttons")
_ATTACHMENTS = ("image", "video", "audio", "file")
_LONGEST_TEXT = 2000
_MOST_BYTES = 1000
_QUICK_REPLIES = 13
_METADATA = 1000


def check(body: dict[str, Any], channel: str) -> Sending:
    """The call, when its form is right; raises GraphError."""
    only(body, *_PARAMETERS)
    recipient = object_of(body.get("recipient"), "recipient")
    sending = Sending(text_of(recipient.get("id"), "recipient[id]"))
    if "sender_action" in body:
        return _action(body, sending)
    sending.tag = _tag(body)
    sending.utility = body.get("messaging_type") == "UTILITY"
    if (quoted := body.get("reply_to")) is not None:
        sending.about = text_of(object_of(quoted, "reply_to").get("mid"), "reply_to[mid]")
    _message(object_of(body.get("message"), "message"), channel, sending)
    return sending


def _action(body: dict[str, Any], sending: Sending) -> Sending:
    if "message" in body:
        raise invalid_parameter("Cannot set sender_action and message together")
    if body["sender_action"] not in _ACTIONS:
        raise invalid_parameter(f"Param sender_action must be one of {{{', '.join(_ACTIONS).upper()}}}")
    sending.action = str(body["sender_action"])
    return sending


def _tag(body: dict[str, Any]) -> str:
    kind, tag = body.get("messaging_type", "RESPONSE"), body.get("tag")
    if kind not in _TYPES:
        raise invalid_parameter(f"Param messaging_type must be one of {{{', '.join(_TYPES)}}}")
    if kind != "MESSAGE_TAG" and tag is None:
        return ""
    if tag in _GONE:
        raise invalid_parameter(f"Message tag {tag} is no longer supported. Use a utility template instead.")
    if tag != "HUMAN_AGENT":
        raise invalid_parameter("Param tag must be one of {HUMAN_AGENT}")
    if kind != "MESSAGE_TAG":
        raise invalid_parameter("A tag needs messaging_type MESSAGE_TAG")
    return str(tag)


def _message(message: dict[str, Any], channel: str, sending: Sending) -> None:
    only(message, "text", "attachment", "template", "quick_replies", "metadata", where="message")
    if len({"text", "attachment", "template"} & set(message)) != 1:
        raise invalid_parameter("Message must have one of text, attachment and template")
    if ("template" in message) != sending.utility:
        raise invalid_parameter("messaging_type UTILITY goes with message[template], and with nothing else")
    if (metadata := message.get("metadata")) is not None:
        sending.reference = text_of(metadata, "message[metadata]", _METADATA)
    if "text" in message:
        sending.shown = _text(message["text"], channel)
        sending.message = {"text": sending.shown}
    elif "template" in message:
        sending.message = {"template": _template(message["template"], channel, sending)}
    else:
        sending.message = {"attachments": [_attachment(message["attachment"], sending)]}
    replies = message.get("quick_replies")
    if replies is not None and (not isinstance(replies, list) or not 1 <= len(replies) <= _QUICK_REPLIES):
        raise invalid_parameter(f"Param message[quick_replies] must have 1 to {_QUICK_REPLIES} elements")
    if replies is not None:
        sending.message["quick_replies"] = replies


def _text(value: Any, channel: str) -> str:
    text = text_of(value, "message[text]", _LONGEST_TEXT)
    if channel == "instagram" and len(text.encode()) > _MOST_BYTES:
        raise invalid_parameter(f"Length of param message[text] must be at most {_MOST_BYTES} bytes", 2534037)
    return text


def _template(value: Any, channel: str, sending: Sending) -> dict[str, Any]:
    if channel != "facebook":
        raise invalid_parameter("Utility messages are for pages")
    template = object_of(value, "message[template]")
    only(template, "name", "language", "components", where="message[template]")
    language = object_of(template.get("language"), "message[template][language]")
    name = text_of(template.get("name"), "message[template][name]", 512)
    sending.template = (name, text_of(language.get("code"), "message[template][language][code]"))
    for item in objects_of(template.get("components"), "message[template][components]"):
        if str(item.get("type")).lower() not in _COMPONENTS:
            raise invalid_parameter(f"Param type must be one of {{{', '.join(_COMPONENTS).upper()}}}")
        objects_of(item.get("parameters"), "message[template][components][parameters]")
    return template


def _attachment(value: Any, sending: Sending) -> dict[str, Any]:
    attachment = object_of(value, "message[attachment]")
    only(attachment, "type", "payload", where="message[attachment]")
    kind, payload = attachment.get("type"), object_of(attachment.get("payload"), "message[attachment][payload]")
    if kind == "template":
        text_of(payload.get("template_type"), "message[attachment][payload][template_type]")
        return {"type": "template", "payload": payload}
    if kind not in _ATTACHMENTS:
        raise invalid_parameter(f"Param message[attachment][type] must be one of {{{', '.join(_ATTACHMENTS)}}}")
    only(payload, "url", "is_reusable", where="message[attachment][payload]")
    url = address_of(payload.get("url"), "message[attachment][payload][url]")
    sending.attached.append(Attached(kind, url))
    return {"type": kind, "payload": {"url": url}}
