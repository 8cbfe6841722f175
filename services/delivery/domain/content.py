"""What an attempt sends: the request's parts as they are stored, and as channels take them. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf import json_format

from frontdesk.conversations.v1.conversations_pb2 import OutgoingAttachment
from frontdesk.conversations.v1.conversations_pb2 import OutgoingTemplate as RequestedTemplate
from frontdesk.conversations.v1.events_pb2 import DeliveryRequested
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingTemplate, OutgoingText, Part
from libs.storage.keys import BadKeyError, tenant_of
from services.delivery.models import Attempt

# (storage key, file name) → an address from which platforms fetch it.
PublicUrl = Callable[[str, str], str]
_KEPT = ("attachments", "template", "quoted_provider_message_id", "quote_token", "subject")


def pack(request: DeliveryRequested) -> str:
    """What a request holds besides its text, for the table; "" for nothing."""
    kept = DeliveryRequested()
    for descriptor, value in request.ListFields():
        if descriptor.name not in _KEPT:
            continue
        if descriptor.name == "attachments":
            kept.attachments.extend(value)
        elif descriptor.name == "template":
            kept.template.CopyFrom(value)
        else:
            setattr(kept, descriptor.name, value)
    if not kept.ListFields():
        return ""
    return json_format.MessageToJson(kept, indent=None, preserving_proto_field_name=True)


def unpack(content: str) -> DeliveryRequested:
    """As pack had it; fields of a later version are left out."""
    return json_format.Parse(content or "{}", DeliveryRequested(), ignore_unknown_fields=True)


def parts(attempt: Attempt, content: DeliveryRequested, public_url: PublicUrl) -> Sequence[Part]:
    """The parts of a call. Raises CannotSend for a template nobody could read and files of another tenant."""
    quoted, token = content.quoted_provider_message_id, content.quote_token
    if content.HasField("template"):
        return (_template(content.template, quoted),)
    if not content.attachments:
        return (OutgoingText(attempt.text, quote_token=token, quoted_id=quoted),)
    for attachment in content.attachments:
        _check_owner(attempt, attachment.storage_key)
        _check_owner(attempt, attachment.thumbnail_key or attachment.storage_key)
    captions = [attempt.text, *[""] * (len(content.attachments) - 1)]
    return tuple(
        _media(attachment, caption, quoted, token, public_url)
        for attachment, caption in zip(content.attachments, captions, strict=True)
    )


def _media(
    attachment: OutgoingAttachment, caption: str, quoted: str, token: str, public_url: PublicUrl
) -> OutgoingMedia:
    preview = attachment.thumbnail_key
    return OutgoingMedia(
        kind=attachment.kind,
        url=public_url(attachment.storage_key, attachment.file_name),
        content_type=attachment.content_type,
        file_name=attachment.file_name,
        size_bytes=attachment.size_bytes,
        duration_ms=attachment.duration_ms,
        preview_url=public_url(preview, "") if preview else "",
        caption=caption,
        voice=attachment.voice,
        quote_token=token,
        quoted_id=quoted,
    )


def _check_owner(attempt: Attempt, key: str) -> None:
    try:
        owned = tenant_of(key) == attempt.tenant_id
    except BadKeyError:
        owned = False
    if not owned:
        raise CannotSend("rejected", "the file is not one of this desk")


def _template(template: RequestedTemplate, quoted: str) -> OutgoingTemplate:
    return OutgoingTemplate(
        name=template.name,
        language=template.language,
        components=_components(template.components_json),
        text=template.text,
        quoted_id=quoted,
    )


def _components(text: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise CannotSend("rejected", "the template's components cannot be read")
    return found
