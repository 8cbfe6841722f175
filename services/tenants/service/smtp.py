"""Letters as mails."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from libs.mail.recipients import address_to
from libs.mail.smtp import MailDelayedError, MailLostError, SmtpServer
from services.tenants.service.letters import Letter


class Smtp:
    """Hands letters to a mail server."""

    def __init__(self, url: str, sender: str) -> None:
        self._server = SmtpServer(url)
        self._sender = sender

    async def send(self, message_id: str, to: str, letter: Letter, at: datetime) -> None:
        """Hands a letter over. MailRefusedError, MailDelayedError: a letter may come twice, but not never."""
        try:
            await self._server.send(self._message(message_id, to, letter, at))
        except MailLostError as error:
            raise MailDelayedError(str(error)) from error

    def _message(self, message_id: str, to: str, letter: Letter, at: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        address_to(message, to)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{message_id}@frontdesk>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message
