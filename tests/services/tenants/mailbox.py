"""A mail server that keeps what it gets, and can be told to refuse."""

import asyncio
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

from cli.run.ports import free_port
from tests.support.wait import eventually


class Mailbox:
    """smtp://127.0.0.1:port, for as long as it is open."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.mails: list[EmailMessage] = []
        self.attempts = 0
        # What the server answers to a mail; "" takes it.
        self.answer: Callable[[], str] = lambda: ""
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listens."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", self.port)

    async def close(self) -> None:
        """Listens no more."""
        if self._server is not None:
            self._server.close()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called by aiosmtpd for each mail."""
        self.attempts += 1
        if refusal := self.answer():
            return refusal
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """What came for an address, oldest first."""
        return [mail for mail in self.mails if mail["To"] == address]

    async def wait_for(self, address: str, count: int = 1) -> EmailMessage:
        """The newest of so many mails for an address."""
        await eventually(lambda: len(self.to(address)) >= count, what=f"{count} mails to {address}")
        return self.to(address)[-1]


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(mail: EmailMessage) -> str:
    """The HTML of a mail."""
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())
