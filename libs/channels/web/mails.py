"""Mails that come back to the desk: whose answer one is, and what was really written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses

from libs.channels.text import clean_text
from libs.channels.web.outbound import read_reply_name

_MOST_TEXT = 100_000
_MOST_IMAGES = 10
_RECIPIENTS = ("delivered-to", "x-original-to", "to", "cc")
_SYSTEM = re.compile(r"(mailer-daemon|postmaster|no-?reply)@", re.IGNORECASE)
# What programs write above the mail that they quote.
_QUOTES_BEGIN = re.compile(
    r"^(On .{4,300}wrote:"
    r"|.{4,300}(於|于|在).{0,120}(寫道|写道)(:|\uff1a)"
    r"|-{2,} ?(Original Message|原始郵件|原始邮件) ?-{2,})\s*$",
    re.IGNORECASE,
)
_SIGNATURE = "-- "


class BadMailError(ValueError):
    """Not a mail that can be read."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What matters of one. account_id and proof: of the address it was sent to, "" when that is none of ours."""

    sender: str
    sender_name: str
    message_id: str
    subject: str
    text: str
    account_id: str
    proof: str
    automatic: bool
    images: tuple[bytes, ...]


def read_mail(raw: bytes) -> Mail:
    """A mail from its bytes (RFC 822). BadMailError."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw)
        assert isinstance(message, EmailMessage)
        return _read(message)
    except (AssertionError, ValueError, LookupError, AttributeError, TypeError, IndexError, RecursionError) as error:
        # The parser of the standard library stumbles over what it did not foresee.
        raise BadMailError(f"the mail cannot be read: {error!r}") from error


def _read(message: EmailMessage) -> Mail:
    senders = getaddresses([str(value) for value in message.get_all("from", [])])
    name, sender = senders[0] if senders else ("", "")
    account_id, proof = next(_reply_names(message), ("", ""))
    return Mail(
        sender=sender.strip().lower(),
        sender_name=clean_text(name)[:200],
        message_id=clean_text(str(message.get("message-id", ""))).strip("<> ")[:500],
        subject=" ".join(clean_text(str(message.get("subject", ""))).split())[:200],
        text=without_quotes(_text(message)),
        account_id=account_id,
        proof=proof,
        automatic=_is_automatic(message, sender),
        images=tuple(_images(message)),
    )


def without_quotes(text: str) -> str:
    """What was newly written: what is quoted below it goes, and the signature. When nothing would be left the whole
    text stays, for somebody who answers between the quoted lines said something, too."""
    lines = clean_text(text)[:_MOST_TEXT].replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    for line in lines:
        if _QUOTES_BEGIN.match(line) or line == _SIGNATURE:
            break
        kept.append(line)
    while kept and (kept[-1].startswith(">") or not kept[-1].strip()):
        kept.pop()
    return "\n".join(kept).strip() or "\n".join(lines).strip()


def _reply_names(message: EmailMessage) -> Iterator[tuple[str, str]]:
    values = [str(value) for name in _RECIPIENTS for value in message.get_all(name, [])]
    for _, address in getaddresses(values):
        found = read_reply_name(address.partition("@")[0])
        if found is not None:
            yield found


def _is_automatic(message: EmailMessage, sender: str) -> bool:
    """Written by a machine: answering it would start a conversation between machines."""
    submitted = str(message.get("auto-submitted", "no")).partition(";")[0].strip().lower()
    bulk = str(message.get("precedence", "")).strip().lower() in {"bulk", "junk", "auto_reply"}
    returned = str(message.get("return-path", "")).strip() == "<>" or message.get_content_type() == "multipart/report"
    return submitted != "no" or bulk or returned or not sender or bool(_SYSTEM.match(sender))


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return _without_tags(content) if part.get_content_type() == "text/html" else content


def _without_tags(html: str) -> str:
    visible = re.sub(r"(?is)<(script|style|head|blockquote)\b.*?</\1>", " ", html)
    broken = re.sub(r"(?i)<(br|/p|/div|/li|/tr)\b[^>]*>", "\n", visible)
    plain = re.sub(r"<[^>]*>", "", broken)
    for entity, letter in (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        plain = plain.replace(entity, letter)
    return plain


def _images(message: EmailMessage) -> Iterator[bytes]:
    found = 0
    for part in message.walk():
        if part.get_content_maintype() == "image" and found < _MOST_IMAGES:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content:
                found += 1
                yield content
