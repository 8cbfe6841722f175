"""The way out for mails."""

from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from libs.app.settings import SettingsError

_SECONDS = 15.0


class MailRefusedError(Exception):
    """The server will never take this mail: sending it again is no use. recipient: it is the address that is wrong."""

    def __init__(self, message: str, recipient: bool = False) -> None:
        super().__init__(message)
        self.recipient = recipient


class MailDelayedError(Exception):
    """Not now; the server has not taken it."""


class MailLostError(Exception):
    """The server's answer was lost: it may have taken the mail."""


class SmtpServer:
    """smtp://[user:password@]host[:port], which changes to TLS where the server offers it, or smtps:// for TLS from
    the start. seconds: for each step."""

    def __init__(self, url: str, seconds: float = _SECONDS) -> None:
        self.options = _options(url)
        self._seconds = seconds

    async def send(self, message: EmailMessage) -> None:
        """Hands a mail over. MailRefusedError, MailDelayedError, MailLostError."""
        client = aiosmtplib.SMTP(timeout=self._seconds, **self.options)
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailDelayedError(f"{type(error).__name__}: {error}") from error
        try:
            await client.send_message(message)
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as error:
            raise _refusal(error) from error
        except (aiosmtplib.SMTPNotSupported, ValueError) as error:
            raise MailRefusedError(str(error), recipient=True) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailLostError(f"{type(error).__name__}: {error}") from error
        finally:
            client.close()


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


def _refusal(
    error: aiosmtplib.SMTPRecipientsRefused | aiosmtplib.SMTPResponseException,
) -> MailRefusedError | MailDelayedError:
    recipients = error.recipients if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else []
    answers: list[Any] = [*recipients] or [error]
    # A refused sender or login is the desk's own trouble and may be mended; the mail itself is not at fault.
    final = isinstance(error, aiosmtplib.SMTPRecipientsRefused | aiosmtplib.SMTPDataError)
    if final and all(answer.code >= 500 for answer in answers):
        return MailRefusedError(str(error), recipient=bool(recipients))
    return MailDelayedError(str(error))
