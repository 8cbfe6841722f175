"""Webhook entries of WhatsApp, as JSON objects."""

from typing import Any

from services.simulator.domain.events import Event, merge
from services.simulator.domain.meta.accounts import MetaAccount, MetaCustomer
from services.simulator.domain.meta.drafts import Ad, MetaDraft
from services.simulator.domain.meta.errors import MESSAGES
from services.simulator.domain.meta.written import Media, content


def make(
    draft: MetaDraft, account: MetaAccount, person: MetaCustomer, message_id: str, media: Media | None, now_ms: int
) -> Event:
    """The entry for a draft. message_id: of the new message; media: its bytes, where it has some."""
    timestamp = now_ms if draft.timestamp is None else draft.timestamp
    if draft.kind == "echo":
        return _echo(draft, account, person, message_id, media, timestamp)
    head = _sender(person) | {"id": message_id, "timestamp": str(timestamp // 1000)}
    message = head | _specifics(draft, person, media)
    if context := _context(draft, account):
        message["context"] = context
    if draft.ad is not None:
        message["referral"] = referral(draft.ad)
    message = merge(message, draft.details)
    value: dict[str, Any] = {"messages": [message]}
    if message["type"] != "system":
        value = {"contacts": [merge(_contact(person), draft.contact)]} | value
    return _wrap(account, draft.kind, person.user_id, "messages", value, message_id, timestamp, _text(draft, message))


def status(
    account: MetaAccount,
    person: MetaCustomer,
    message_id: str,
    state: str,
    reference: str,
    at: int,
    code: int = 0,
    template: bool = False,
) -> Event:
    """What became of a message of the account; code says why it failed, reference what the sender gave along."""
    told: dict[str, Any] = {"id": message_id, "status": state, "timestamp": str(at // 1000)}
    if not person.phone_hidden:
        told["recipient_id"] = person.phone
    told["recipient_user_id"] = person.scoped_id
    if reference:
        told["biz_opaque_callback_data"] = reference
    if state == "failed":
        title = MESSAGES.get(code, "Error").partition(") ")[2] or "Error"
        told["errors"] = [{"code": code, "title": title, "message": title, "error_data": {"details": title}}]
    elif state in ("sent", "delivered"):
        told |= _charge(message_id, template)
    value = {"contacts": [_contact(person)], "statuses": [told]}
    return _wrap(account, "status", person.user_id, "messages", value, message_id, at)


def referral(ad: Ad) -> dict[str, Any]:
    """A click-to-WhatsApp ad."""
    told = {
        "source_url": ad.url,
        "source_id": ad.ad_id,
        "source_type": "ad" if ad.source == "ADS" else "post",
        "headline": ad.title,
        "body": ad.body,
        "media_type": "video" if ad.video_url else "image",
        "image_url": ad.picture_url,
        "video_url": ad.video_url,
        "ctwa_clid": ad.click_id,
    }
    return {key: value for key, value in told.items() if value is not None}


def _wrap(
    account: MetaAccount,
    kind: str,
    user_id: str,
    field: str,
    value: dict[str, Any],
    message_id: str,
    timestamp: int,
    text: str | None = None,
) -> Event:
    """The entry that carries one change."""
    head = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": account.phone_number, "phone_number_id": account.provider_id},
    }
    return Event(
        event_id=message_id if kind == "message" else "",
        kind=kind,
        user_id=user_id,
        chat_id=user_id,
        timestamp=timestamp,
        message_id=message_id,
        reply_token=None,
        text=text,
        body={"id": account.business_account_id, "changes": [{"value": head | value, "field": field}]},
    )


def _charge(message_id: str, template: bool) -> dict[str, Any]:
    category = "utility" if template else "service"
    kind = "regular" if template else "free_customer_service"
    return {
        "conversation": {"id": message_id[-32:].rstrip("="), "origin": {"type": category}},
        "pricing": {"billable": template, "pricing_model": "PMP", "type": kind, "category": category},
    }


def _contact(person: MetaCustomer) -> dict[str, Any]:
    profile = {"name": person.display_name} | ({"username": person.username} if person.username else {})
    number = {} if person.phone_hidden else {"wa_id": person.phone}
    return {"profile": profile} | number | {"user_id": person.scoped_id}


def _sender(person: MetaCustomer) -> dict[str, Any]:
    number = {} if person.phone_hidden else {"from": person.phone}
    return number | {"from_user_id": person.scoped_id}


def _context(draft: MetaDraft, account: MetaAccount) -> dict[str, Any]:
    quoted = draft.quoted_message_id
    context: dict[str, Any] = {"from": account.phone_number, "id": quoted} if quoted else {}
    return context | ({"forwarded": True} if draft.forwarded else {})


def _specifics(draft: MetaDraft, person: MetaCustomer, media: Media | None) -> dict[str, Any]:
    about = draft.message_id or ""
    match draft.kind:
        case "message":
            return content(draft, media)
        case "edit":
            written = {"type": "text", "text": {"body": draft.text or ""}}
            return {"type": "edit", "edit": {"original_message_id": about, "message": written}}
        case "unsend":
            return {"type": "revoke", "revoke": {"original_message_id": about}}
        case "reaction":
            return {"type": "reaction", "reaction": {"message_id": about, "emoji": draft.emoji}}
        case "number_changed":
            body = f"User {person.display_name} changed from {person.phone} to {draft.new_id}"
            system = {"body": body, "wa_id": draft.new_id, "type": "user_changed_number"}
            return {"type": "system", "system": system}
        case "user_id_changed":
            body = f"User {person.display_name} changed their user id"
            return {"type": "system", "system": {"body": body, "user_id": draft.new_id, "type": "user_changed_user_id"}}
        case _:
            return {"type": draft.kind}


def _echo(
    draft: MetaDraft, account: MetaAccount, person: MetaCustomer, message_id: str, media: Media | None, timestamp: int
) -> Event:
    """What somebody wrote in the WhatsApp Business app."""
    number = {} if person.phone_hidden else {"to": person.phone}
    head = {"from": account.phone_number} | number | {"to_user_id": person.scoped_id}
    told = head | {"id": message_id, "timestamp": str(timestamp // 1000)} | content(draft, media)
    value = {"contacts": [_contact(person)], "message_echoes": [merge(told, draft.details)]}
    text = _text(draft, told)
    return _wrap(account, "echo", person.user_id, "smb_message_echoes", value, message_id, timestamp, text)


def _text(draft: MetaDraft, message: dict[str, Any]) -> str | None:
    if draft.kind not in ("message", "edit", "echo"):
        return None
    text = message.get("text", {})
    return str(text["body"]) if "body" in text else draft.text
