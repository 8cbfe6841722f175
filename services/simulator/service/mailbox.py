"""A mailbox for everybody: an SMTP server that delivers nothing and shows all."""

import asyncio
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from libs.app.http import bind
from libs.clock.clock import Clock
from services.simulator.service.entries import vars_of
from services.simulator.service.hub import Hub
from services.simulator.service.journal import Journal, Record

MAX_MAIL_BYTES = 10 * 1024 * 1024


@dataclass(slots=True)
class Mail:
    """One mail as it came in."""

    mail_id: str
    at: str
    sender: str
    recipients: list[str]
    raw: bytes

    def summary(self) -> dict[str, Any]:
        """A row of the list."""
        return {
            "id": self.mail_id,
            "received_at": self.at,
            "from": self.sender,
            "to": self.recipients,
            "subject": str(self._parsed()["subject"] or ""),
        }

    def as_json(self) -> dict[str, Any]:
        """The whole mail, decoded."""
        parsed = self._parsed()
        return self.summary() | {
            "headers": [[name, str(value)] for name, value in parsed.items()],
            "text": _body(parsed, "plain"),
            "html": _body(parsed, "html"),
            "attachments": [
                {"file_name": part.get_filename(), "content_type": part.get_content_type()}
                for part in parsed.iter_attachments()
            ],
        }

    def _parsed(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


class Mailbox:
    """The newest mails, newest first."""

    def __init__(self, clock: Clock, hub: Hub, journal: Journal, limit: int = 500) -> None:
        self._clock = clock
        self._hub = hub
        self._journal = journal
        self._mails: deque[Mail] = deque(maxlen=limit)
        self._count = 0

    def deliver(self, sender: str, recipients: list[str], raw: bytes) -> None:
        """Keeps a mail."""
        mail = Mail(f"mail-{self._count + 1}", self._clock.now().isoformat(), sender, recipients, raw)
        self._keep(mail)
        self._journal.write("mail", **_record(mail))
        self._hub.publish("mail", "", "", mail.summary)

    def mails(self, recipient: str = "") -> list[Mail]:
        """Mails to this address, or all; newest first."""
        wanted = recipient.casefold()
        return [
            mail
            for mail in reversed(self._mails)
            if not wanted or wanted in (address.casefold() for address in mail.recipients)
        ]

    def find(self, mail_id: str) -> Mail | None:
        """The mail with this id."""
        return next((mail for mail in self._mails if mail.mail_id == mail_id), None)

    def clear(self) -> None:
        """Throws every mail away."""
        self._mails.clear()
        self._journal.write("mailbox_cleared")

    def records(self) -> list[Record]:
        """What restore() needs to come back to this state."""
        return [{"record": "mail", **_record(mail)} for mail in self._mails]

    def restore(self, kind: str, fields: Record) -> None:
        """Applies one record of a journal."""
        if kind == "mailbox_cleared":
            self._mails.clear()
        else:
            self._keep(Mail(**fields | {"raw": fields["raw"].encode("latin-1")}))

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """A mail arrived over SMTP; aiosmtpd calls it by this name."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self.deliver(envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        return "250 Message accepted for delivery"

    def _keep(self, mail: Mail) -> None:
        self._count += 1
        self._mails.append(mail)


class SmtpPart:
    """The SMTP server; port 0 picks a free one, told by .port after start()."""

    name = "smtp"

    def __init__(self, mailbox: Mailbox, listen: str) -> None:
        self._mailbox = mailbox
        self._listen = listen
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        """Binds and takes mail; OSError names the address when it is taken."""
        if not self._listen:
            return
        listener = bind(self._listen)
        self.port = listener.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, sock=listener)

    async def stop(self) -> None:
        """Takes no more mail."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def problem(self) -> str | None:
        """Why mail cannot come in."""
        return None if self._server is not None or not self._listen else "not listening"

    def _connection(self) -> SMTP:
        return SMTP(
            self._mailbox,
            hostname="localhost",
            data_size_limit=MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            loop=asyncio.get_running_loop(),
        )


def _body(parsed: EmailMessage, kind: str) -> str | None:
    part = parsed.get_body((kind,))
    return None if part is None else str(part.get_content())


def _record(mail: Mail) -> Record:
    return vars_of(mail) | {"raw": mail.raw.decode("latin-1")}
