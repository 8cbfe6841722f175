"""Mails that come back to the desk: whose answer one is, and what was really written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import getaddresses
from itertools import islice

from libs.channels.text import clean_text
from libs.channels.web.replies import read_reply_name

_MOST_TEXT = 100_000
_MOST_IMAGES = 10
# Anybody may write a mail that takes hours to read: of headers, of parts inside of parts and of their borders there are
# no more in real ones.
_MOST_HEADERS, _MOST_HEADER, _MOST_NESTED, _MOST_BORDERS = 64 * 1024, 16 * 1024, 30, 1000
_HEADERS_END = re.compile(rb"\n\r?\n")
_NESTING = re.compile(rb"(?:multipart|message)/", re.IGNORECASE)
_RECIPIENTS = ("delivered-to", "x-original-to", "to", "cc")
_COMMENT = re.compile(r"\([^()]*\)\s*\Z")
_SYSTEM = re.compile(r"(mailer-daemon|postmaster|no-?reply)@", re.IGNORECASE)
# What programs write above the mail that they quote.
_QUOTES_BEGIN = re.compile(
    r"^(On .{4,300}wrote:"
    r"|.{4,300}(於|于|在).{0,120}(寫道|写道)(:|\uff1a)"
    r"|-{2,} ?(Original Message|原始郵件|原始邮件) ?-{2,})\s*$",
    re.IGNORECASE,
)
_SIGNATURE = "-- "
# No part of it goes back: however many marks are begun and not ended, each letter is read once.
_TAG = re.compile(r"<(/?+)([a-zA-Z]*+)[^<>]*+>")
_UNSEEN = frozenset({"script", "style", "head", "blockquote"})
_BREAKING = frozenset({"br", "/p", "/div", "/li", "/tr"})


class _Bounded(EmailPolicy):
    """The parser's usual ways, with headers of a length that it copes with."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        """A header as it came, cut."""
        name, value = super().header_source_parse(list(sourcelines))
        return name, value[:_MOST_HEADER]


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
    """A mail from its bytes (RFC 822). A large one takes its time: call it beside the event loop. BadMailError."""
    if not _is_bearable(raw):
        raise BadMailError("the mail is not of a form that people send")
    try:
        message = BytesParser(policy=_Bounded()).parsebytes(raw)
        assert isinstance(message, EmailMessage)
        return _read(message)
    except (AssertionError, ValueError, LookupError, AttributeError, TypeError, IndexError, RecursionError) as error:
        # The parser of the standard library stumbles over what it did not foresee.
        raise BadMailError(f"the mail cannot be read: {error!r}") from error


def _read(message: EmailMessage) -> Mail:
    name, sender = _sender(message)
    account_id, proof = next(_reply_names(message), ("", ""))
    return Mail(
        sender=sender.strip().lower(),
        sender_name=" ".join(clean_text(name).split())[:200],
        message_id=clean_text(str(message.get("message-id", ""))).strip("<> ")[:500],
        subject=" ".join(clean_text(str(message.get("subject", ""))).split())[:200],
        text=without_quotes(_text(message)),
        account_id=account_id,
        proof=proof,
        automatic=_is_automatic(message, sender),
        images=tuple(_images(message)),
    )


def _sender(message: EmailMessage) -> tuple[str, str]:
    """Name and address, "" where programs may read different ones: a mail server vouches for the one it reads."""
    headers = message.get_all("from", [])
    if len(headers) != 1 or len(headers[0].addresses) != 1:
        return "", ""
    (address,) = headers[0].addresses
    # As it came, for the parser leaves out what it does not understand.
    (raw,) = (str(value) for field, value in message.raw_items() if field.lower() == "from")
    written = _COMMENT.sub("", raw).strip()
    if written.endswith(">"):
        written = written[:-1].rpartition("<")[2].strip()
    return (address.display_name, address.addr_spec) if written == address.addr_spec else ("", "")


def _is_bearable(raw: bytes) -> bool:
    end = _HEADERS_END.search(raw)
    nested = sum(1 for _ in islice(_NESTING.finditer(raw), _MOST_NESTED + 1))
    return (
        (end.start() if end else len(raw)) <= _MOST_HEADERS
        and nested <= _MOST_NESTED
        and (raw.count(b"\n--") <= _MOST_BORDERS)
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
    return submitted != "no" or bulk or returned or bool(_SYSTEM.match(sender))


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return _without_tags(content) if part.get_content_type() == "text/html" else content


def _without_tags(html: str) -> str:
    tags = [(tag, f"{tag[1]}{tag[2].lower()}") for tag in _TAG.finditer(html)]
    last = {name: tag.end() for tag, name in tags}
    pieces, at, hidden = list[str](), 0, ""
    for tag, name in tags:
        if not hidden:
            pieces.append(html[at : tag.start()])
            pieces.append("\n" if name in _BREAKING else "")
        at = tag.end()
        if hidden:
            hidden = "" if name == f"/{hidden}" else hidden
        elif name in _UNSEEN and last.get(f"/{name}", 0) > at:
            hidden = name
    plain = "".join([*pieces, html[at:]])
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
