"""What WhatsApp refuses in the body of POST /{phone number id}/messages."""

import re
from typing import Any

from services.simulator.domain.meta.errors import invalid_parameter
from services.simulator.domain.meta.sends import Attached, Sending, address_of, object_of, objects_of, only, text_of

_COMMON = ("messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data")
_MEDIA = {"image": "image", "video": "video", "audio": "audio", "document": "file", "sticker": "sticker"}
_CAPTIONED = ("image", "video", "document")
_PHONE = re.compile(r"\+?[0-9 ()\-]{5,24}")
_SCOPED = re.compile(r"[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}")
_LONGEST_TEXT = 4096
_LONGEST_CAPTION = 1024
_LONGEST_DATA = 512


def check(body: dict[str, Any]) -> Sending:
    """The call, when its form is right; raises GraphError."""
    if body.get("messaging_product") != "whatsapp":
        raise invalid_parameter("The parameter messaging_product is required.")
    if "status" in body:
        return _action(body)
    sending = Sending(_recipient(body))
    kind = body.get("type", "text")
    if (context := body.get("context")) is not None:
        sending.about = text_of(object_of(context, "context").get("message_id"), "context['message_id']")
    if (data := body.get("biz_opaque_callback_data")) is not None:
        sending.reference = text_of(data, "biz_opaque_callback_data", _LONGEST_DATA)
    if kind not in _KINDS and kind != "contacts":
        raise invalid_parameter(f"Param type must be one of {{{', '.join(_KINDS).upper()}, CONTACTS}} - got {kind!r}.")
    only(body, *_COMMON, kind)
    if kind == "contacts":
        sending.message = {"type": kind, kind: _contacts(body.get(kind))}
    else:
        sending.message = {"type": kind, kind: _KINDS[kind](object_of(body.get(kind), kind), kind, sending)}
    return sending


def _action(body: dict[str, Any]) -> Sending:
    only(body, "messaging_product", "status", "message_id", "typing_indicator")
    if body["status"] != "read":
        raise invalid_parameter("Param status must be one of {READ}")
    about = text_of(body.get("message_id"), "message_id")
    typing = body.get("typing_indicator")
    if typing is not None and object_of(typing, "typing_indicator").get("type") != "text":
        raise invalid_parameter("Param typing_indicator['type'] must be one of {TEXT}")
    return Sending("", action="read" if typing is None else "typing_on", about=about)


def _recipient(body: dict[str, Any]) -> str:
    if body.get("recipient_type", "individual") != "individual":
        raise invalid_parameter("Only individual recipients are simulated")
    phone, scoped = body.get("to"), body.get("recipient")
    # A number wins where both are given.
    if phone is not None:
        if not isinstance(phone, str) or not _PHONE.fullmatch(phone):
            raise invalid_parameter("The parameter to must be a phone number.")
        return re.sub(r"\D", "", phone)
    if not isinstance(scoped, str) or not _SCOPED.fullmatch(scoped):
        raise invalid_parameter("The parameter to is required.")
    return scoped


def _text(value: dict[str, Any], _kind: str, sending: Sending) -> dict[str, Any]:
    only(value, "body", "preview_url", where="text")
    if not isinstance(value.get("preview_url", False), bool):
        raise invalid_parameter("Param text['preview_url'] must be a boolean")
    sending.shown = text_of(value.get("body"), "text['body']", _LONGEST_TEXT)
    return value


def _media(value: dict[str, Any], kind: str, sending: Sending) -> dict[str, Any]:
    names = ["id", "link"]
    if kind in _CAPTIONED:
        names.append("caption")
    if kind == "document":
        names.append("filename")
    if kind == "audio":
        names.append("voice")
    only(value, *names, where=kind)
    if ("id" in value) == ("link" in value):
        raise invalid_parameter(f"Param {kind} must have one of id and link")
    if "link" in value:
        sending.attached.append(Attached(_MEDIA[kind], address_of(value["link"], f"{kind}['link']")))
    else:
        text_of(value["id"], f"{kind}['id']")
    if "caption" in value:
        sending.shown = text_of(value["caption"], f"{kind}['caption']", _LONGEST_CAPTION)
    if "filename" in value:
        text_of(value["filename"], f"{kind}['filename']", 240)
    return value


def _location(value: dict[str, Any], _kind: str, _sending: Sending) -> dict[str, Any]:
    only(value, "latitude", "longitude", "name", "address", where="location")
    for name in ("latitude", "longitude"):
        if not isinstance(value.get(name), int | float | str):
            raise invalid_parameter(f"Param location['{name}'] must be a number")
    return value


def _reaction(value: dict[str, Any], _kind: str, sending: Sending) -> dict[str, Any]:
    only(value, "message_id", "emoji", where="reaction")
    sending.about = text_of(value.get("message_id"), "reaction['message_id']")
    return value


def _template(value: dict[str, Any], _kind: str, sending: Sending) -> dict[str, Any]:
    only(value, "name", "language", "components", where="template")
    language = object_of(value.get("language"), "template['language']")
    only(language, "code", "policy", where="template['language']")
    name = text_of(value.get("name"), "template['name']", 512)
    sending.template = (name, text_of(language.get("code"), "template['language']['code']"))
    for item in objects_of(value.get("components"), "template['components']"):
        _component(item, sending)
    return value


def _component(item: dict[str, Any], sending: Sending) -> None:
    kind = str(item.get("type")).lower()
    if kind not in ("header", "body", "button"):
        raise invalid_parameter("Param template['components'][type] must be one of {HEADER, BODY, BUTTON}")
    if kind == "button" and (item.get("sub_type") is None or item.get("index") is None):
        raise invalid_parameter("A button component needs sub_type and index")
    for parameter in objects_of(item.get("parameters"), "parameters"):
        name = str(parameter.get("type"))
        if name in _MEDIA and isinstance(link := object_of(parameter.get(name), name).get("link"), str):
            sending.attached.append(Attached(_MEDIA[name], address_of(link, f"{name}['link']")))


def _contacts(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= 5:
        raise invalid_parameter("Param contacts must have 1 to 5 elements")
    return value


def _interactive(value: dict[str, Any], _kind: str, sending: Sending) -> dict[str, Any]:
    text_of(value.get("type"), "interactive['type']")
    object_of(value.get("action"), "interactive['action']")
    body = object_of(value.get("body"), "interactive['body']")
    sending.shown = text_of(body.get("text"), "interactive['body']['text']", _LONGEST_TEXT)
    return value


_KINDS = {
    "text": _text,
    "image": _media,
    "video": _media,
    "audio": _media,
    "document": _media,
    "sticker": _media,
    "location": _location,
    "reaction": _reaction,
    "template": _template,
    "interactive": _interactive,
}
