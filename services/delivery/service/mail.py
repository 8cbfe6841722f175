"""Mails to customers."""

import asyncio
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from libs.channels.outcomes import Outcome, SentMessage, Verdict
from libs.channels.wire import MailRequest
from libs.clock.clock import Clock
from libs.mail.recipients import address_to
from libs.mail.smtp import MailDelayedError, MailLostError, MailRefusedError, SmtpServer
from libs.observe.log import get_logger
from libs.observe.metrics import Counter

_log = get_logger(__name__)
_mails = Counter("frontdesk_mails_out_total", "Mails to customers, by what became of each try.", ["result"])


class Mail:
    """Hands mails over. server: None where none is configured; seconds: for a whole mail; domain: where answers go, and
    what names of mails end with."""

    def __init__(self, server: SmtpServer | None, clock: Clock, seconds: float, domain: str) -> None:
        self._server = server
        self._clock = clock
        self._seconds = seconds
        self._domain = domain

    async def send(self, mail: MailRequest) -> Outcome:
        """What became of it. Never raises."""
        outcome = await self._send(mail)
        _mails.labels(outcome.verdict.value).inc()
        return outcome

    async def _send(self, mail: MailRequest) -> Outcome:
        if self._server is None:
            return Outcome(Verdict.RETRY, "platform_error", "no mail server is configured")
        try:
            async with asyncio.timeout(self._seconds):
                await self._server.send(self._message(mail))
        except MailRefusedError as error:
            return Outcome(Verdict.REJECTED, "invalid_recipient" if error.recipient else "rejected", str(error)[:1000])
        except MailDelayedError as error:
            return Outcome(Verdict.RETRY, "platform_error", str(error)[:1000])
        except (MailLostError, TimeoutError) as error:
            return Outcome(Verdict.AMBIGUOUS, "timeout", f"the mail server's answer was lost {error}", maybe_sent=True)
        except Exception:
            # A mistake of ours. Whether anything left is not known, and a lane must not stumble over it for ever.
            _log.exception("a mail could not be handed over", operation=mail.operation)
            return Outcome(Verdict.AMBIGUOUS, "timeout", "the mail could not be handed over", maybe_sent=True)
        return Outcome(Verdict.ACCEPTED, sent=(SentMessage(mail.message_id),))

    def _message(self, mail: MailRequest) -> EmailMessage:
        """Threaded: it names its own id and those before it."""
        message = EmailMessage()
        try:
            sender = self._complete(mail.reply_to)
            message["From"] = formataddr((mail.sender_name, sender))
            address_to(message, mail.to)
            message["Reply-To"] = sender
            message["Subject"] = mail.subject
            message["Message-ID"] = self._named(mail.message_id)
            message["Date"] = format_datetime(self._clock.now())
            if mail.references:
                message["In-Reply-To"] = self._named(mail.references[-1])
                message["References"] = " ".join(map(self._named, mail.references))
            message.set_content(mail.text)
        except (ValueError, IndexError) as error:
            # A line break in a header, an address that is none.
            raise MailRefusedError(f"the mail cannot be written: {error}", recipient=True) from error
        return message

    def _complete(self, name: str) -> str:
        return name if "@" in name else f"{name}@{self._domain}"

    def _named(self, message_id: str) -> str:
        return f"<{self._complete(message_id.strip('<>'))}>"
