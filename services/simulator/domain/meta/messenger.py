"""Webhook entries of Messenger and Instagram, as JSON objects."""

from typing import Any

from services.simulator.domain.events import Event, merge
from services.simulator.domain.meta.accounts import MetaAccount
from services.simulator.domain.meta.attachments import attachments
from services.simulator.domain.meta.drafts import Ad, MetaDraft

_REACTIONS = {"❤": "love", "😍": "love", "😆": "smile", "😮": "wow", "😢": "sad", "😠": "angry", "👍": "like"}
_STORY_URL = "https://lookaside.fbsbx.example/ig_messaging_cdn/?asset_id={}"


def make(draft: MetaDraft, account: MetaAccount, message_id: str, media_url: str, now_ms: int) -> Event:
    """The entry for a draft. message_id: of a new message; media_url: where its bytes are."""
    timestamp = now_ms if draft.timestamp is None else draft.timestamp
    item = _parties(draft, account) | {"timestamp": timestamp} | _specifics(draft, account, message_id, media_url)
    return _wrap(account, draft.kind, draft.user_id, merge(item, draft.details), message_id, draft.standby)


def echo(
    account: MetaAccount, user_id: str, message_id: str, message: dict[str, Any], app_id: str | None, at: int
) -> Event:
    """A message of the account's side, as the platform tells it to its apps; message holds metadata, too."""
    marks: dict[str, Any] = {"mid": message_id, "is_echo": True}
    if app_id is not None:
        marks["app_id"] = int(app_id)
    parties = {"sender": {"id": account.provider_id}, "recipient": {"id": user_id}}
    return _wrap(account, "echo", user_id, parties | {"timestamp": at, "message": marks | message}, message_id)


def receipt(account: MetaAccount, user_id: str, state: str, message_id: str, sent_at: int, at: int) -> Event:
    """delivered or read, up to a message that was sent at sent_at."""
    item: dict[str, Any] = {"sender": {"id": user_id}, "recipient": {"id": account.provider_id}, "timestamp": at}
    if state == "delivered":
        item["delivery"] = {"mids": [message_id], "watermark": sent_at}
    else:
        item["read"] = {"mid": message_id} if account.channel == "instagram" else {"watermark": sent_at}
    return _wrap(account, "delivery" if state == "delivered" else "read", user_id, item, message_id)


def referral(ad: Ad) -> dict[str, Any]:
    """An ad as Messenger and Instagram tell it."""
    context = {
        "ad_title": ad.title,
        "photo_url": ad.picture_url,
        "video_url": ad.video_url,
        "post_id": ad.post_id,
        "product_id": ad.product_id,
    }
    told: dict[str, Any] = {"ref": ad.ref, "ad_id": ad.ad_id or None, "source": ad.source, "type": "OPEN_THREAD"}
    if ad.source == "ADS":
        told["ads_context_data"] = {key: value for key, value in context.items() if value is not None}
    return {key: value for key, value in told.items() if value is not None}


def _wrap(
    account: MetaAccount, kind: str, user_id: str, item: dict[str, Any], message_id: str, standby: bool = False
) -> Event:
    """The entry that carries one messaging item."""
    found = item.get("message")
    message = found if isinstance(found, dict) else {}
    text = message.get("text") if message else item.get("message_edit", {}).get("text")
    return Event(
        event_id=message_id if kind == "message" else "",
        kind=kind,
        user_id=user_id,
        chat_id=user_id,
        timestamp=item["timestamp"],
        message_id=message.get("mid") or message_id,
        reply_token=None,
        text=text if isinstance(text, str) else None,
        body={"time": item["timestamp"], "id": account.provider_id, "standby" if standby else "messaging": [item]},
    )


def _parties(draft: MetaDraft, account: MetaAccount) -> dict[str, Any]:
    person, page = {"id": draft.user_id}, {"id": account.provider_id}
    if draft.kind == "echo":
        return {"sender": page, "recipient": person}
    return {"sender": person, "recipient": page}


def _specifics(draft: MetaDraft, account: MetaAccount, message_id: str, media_url: str) -> dict[str, Any]:
    about = draft.message_id or ""
    match draft.kind:
        case "message":
            return {"message": _message(draft, account, message_id, media_url)}
        case "echo":
            app = {"app_id": int(draft.app_id)} if draft.app_id else {}
            given = {"metadata": draft.metadata} if draft.metadata is not None else {}
            return {"message": _message(draft, account, message_id, media_url) | {"is_echo": True} | app | given}
        case "edit":
            return {"message_edit": {"mid": about, "text": draft.text or "", "num_edit": 1}}
        case "unsend":
            return {"message": {"mid": about, "is_deleted": True}}
        case "reaction":
            return {"reaction": _reaction(draft, about)}
        case "postback":
            return {"postback": _postback(draft, message_id)}
        case "referral":
            return {"referral": referral(draft.ad or Ad())}
        case _:
            return {draft.kind: {}}


def _message(draft: MetaDraft, account: MetaAccount, message_id: str, media_url: str) -> dict[str, Any]:
    message: dict[str, Any] = {"mid": message_id}
    if draft.type in ("text", "quick_reply", "story_reply"):
        message["text"] = "你好" if draft.text is None else draft.text
    if draft.type == "quick_reply":
        message["quick_reply"] = {"payload": draft.payload or "QUICK_REPLY"}
    elif draft.type == "story_reply":
        story = "17841400000000099"
        message["reply_to"] = {"story": {"id": story, "url": _STORY_URL.format(story)}}
    elif draft.type == "unsupported" and account.channel == "instagram":
        message["is_unsupported"] = True
    elif draft.type != "text":
        message["attachments"] = attachments(draft, account.channel, media_url)
    if draft.quoted_message_id is not None:
        message["reply_to"] = {"mid": draft.quoted_message_id, "is_self_reply": False}
    if draft.ad is not None:
        message["referral"] = referral(draft.ad)
    return message


def _reaction(draft: MetaDraft, about: str) -> dict[str, Any]:
    if not draft.emoji:
        return {"mid": about, "action": "unreact"}
    name = _REACTIONS.get(draft.emoji, "other")
    return {"mid": about, "action": "react", "emoji": draft.emoji, "reaction": name}


def _postback(draft: MetaDraft, message_id: str) -> dict[str, Any]:
    title, payload = draft.text or "Get started", draft.payload or "GET_STARTED"
    ad = {"referral": referral(draft.ad)} if draft.ad is not None else {}
    return {"mid": message_id, "title": title, "payload": payload} | ad
