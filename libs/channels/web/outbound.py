"""Answers on the shop's site: kept for the widget, which fetches them, or mailed to guests of the contact form."""

from datetime import UTC, datetime

from libs.channels.accounts import Account, Credentials
from libs.channels.limits import Limits, MediaRule
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingTemplate, OutgoingText, Part, Send
from libs.channels.text import clean_text
from libs.channels.web.replies import reply_name, thread_name
from libs.channels.wire import Answer, Kept, MailRequest, NoAnswer

LIMITS = Limits(
    text_units=4000,
    measure=len,
    parts_per_call=1,
    body_bytes=1_000_000,
    calls_per_second=200,
    reply_token_seconds=0,
    media={"image": MediaRule(("image/jpeg", "image/png", "image/gif", "image/webp"), 10_000_000, caption=True)},
)


def build_send(send: Send, account: Account, credentials: Credentials) -> Kept | MailRequest:
    """Kept where the customer's browser fetches it, a mail where an email address is all there is."""
    if len(send.parts) != 1:
        raise CannotSend("rejected", f"one call takes one message, not {len(send.parts)}")
    text = _text(send.parts[0])
    if send.recipient.kind in {"web_visitor", "web_member"}:
        return Kept(f"web:{send.reference or send.attempt_key}")
    if send.recipient.kind != "email" or "@" not in send.recipient.value:
        raise CannotSend("invalid_recipient", "this customer left no email address")
    email = send.recipient.value
    return MailRequest(
        to=email,
        sender_name="",
        reply_to=reply_name(account.account_id, email, credentials, datetime.fromtimestamp(send.made_at, UTC)),
        subject=_answering(send.subject),
        text=text,
        message_id=send.reference or str(send.attempt_key),
        references=(thread_name(account.account_id, email, credentials),),
    )


def classify(result: Answer | NoAnswer) -> Outcome:
    """Nothing of this channel is answered over HTTP."""
    return Outcome(Verdict.REJECTED, "rejected", "this channel has no platform")


def _answering(subject: str) -> str:
    """An answer's subject: mail programs look at it, too, when they thread."""
    return subject if subject.lower().startswith("re:") else f"Re: {subject}".strip()


def _text(part: Part) -> str:
    if isinstance(part, OutgoingTemplate):
        raise CannotSend("rejected", "templates are for WhatsApp")
    if isinstance(part, OutgoingMedia):
        if part.kind not in LIMITS.media:
            raise CannotSend("rejected", "only pictures can be sent on the shop's site")
        return "\n".join(filter(None, (clean_text(part.caption), part.url)))
    return _checked(part)


def _checked(part: OutgoingText) -> str:
    text = clean_text(part.text)
    if not text.strip():
        raise CannotSend("rejected", "an empty text cannot be sent")
    if len(text) > LIMITS.text_units:
        raise CannotSend("text_too_long", f"the text has {len(text)} characters; {LIMITS.text_units} fit")
    return text
