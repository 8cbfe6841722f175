"""The way out for mails."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from libs.app.settings import SettingsError
from services.tenants.service.letters import Letter

_SECONDS = 15


class MailRefusedError(Exception):
    """The server will never take this mail: sending it again is no use."""


class MailDelayedError(Exception):
    """Not now."""


class Smtp:
    """smtp://[user:password@]host[:port], which changes to TLS where the server offers it, or smtps:// for TLS from
    the start."""

    def __init__(self, url: str, sender: str) -> None:
        self.options = _options(url)
        self._sender = sender

    async def send(self, message_id: str, to: str, letter: Letter, at: datetime) -> None:
        """Hands a letter over. MailRefusedError, MailDelayedError."""
        try:
            await aiosmtplib.send(self._message(message_id, to, letter, at), timeout=_SECONDS, **self.options)
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPDataError) as error:
            raise (MailRefusedError if _is_final(error) else MailDelayedError)(str(error)) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise MailDelayedError(f"{type(error).__name__}: {error}") from error

    def _message(self, message_id: str, to: str, letter: Letter, at: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{message_id}@frontdesk>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message


def _options(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    try:
        port = parts.port or _default_port(parts)
    except ValueError:
        port = 0
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not port:
        raise SettingsError("FRONTDESK_SMTP_URL: must be like smtp://host:25 or smtps://user:password@host:465")
    return {
        "hostname": parts.hostname,
        "port": port,
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "use_tls": parts.scheme == "smtps",
    }


def _default_port(parts: SplitResult) -> int:
    if parts.scheme == "smtps":
        return 465
    return 587 if parts.username else 25


def _is_final(error: aiosmtplib.SMTPRecipientsRefused | aiosmtplib.SMTPDataError) -> bool:
    answers = error.recipients if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else [error]
    return all(answer.code >= 500 for answer in answers)
