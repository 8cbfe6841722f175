"""A guest's mail program, and what the desk and a guest write to each other by mail."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import httpx

from libs.mail.handover import HEADER, sign
from tests.services.widget.site import Browser, Staff, unique
from tests.support.stack import Stack
from tests.support.wait import eventually


class Mailbox:
    """A guest's mail program. What the desk sends is in the simulator's mailbox."""

    def __init__(self, desk: Stack) -> None:
        self._desk = desk
        self._secret = desk.environment("ingestion")["FRONTDESK_MAIL_SECRET"]
        self.address = f"guest-{uuid4().hex[:8]}@customer.test"

    async def mails(self) -> list[dict[str, Any]]:
        """What came, newest first."""
        async with httpx.AsyncClient(base_url=self._desk.simulator_url, trust_env=False, timeout=30) as client:
            found = (await client.get("/control/mailbox", params={"to": self.address})).raise_for_status().json()
            return [(await client.get(f"/control/mailbox/{mail['id']}")).json() for mail in found["mails"]]

    async def mail(self) -> dict[str, Any]:
        """The newest one, once it is there."""
        found = await eventually(self.mails, 30, "a mail")
        assert isinstance(found, list)
        first: dict[str, Any] = found[0]
        return first

    def reply(self, to: str, text: str, sender: str = "", **headers: str) -> EmailMessage:
        """An answer, not sent yet."""
        message = EmailMessage()
        message["From"] = f"Guest <{sender or self.address}>"
        message["To"] = to
        message["Subject"] = "Re: a question"
        message["Message-ID"] = f"<{uuid4().hex}@customer.test>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return message

    async def send(self, message: EmailMessage | bytes, signature: str = "") -> httpx.Response:
        """Hands a mail over to the desk, as an MTA does."""
        raw = bytes(message)
        signed = signature or sign(self._secret, raw, datetime.now(UTC))
        async with httpx.AsyncClient(base_url=self._desk.url, trust_env=False, timeout=30) as client:
            return await client.post("/webhooks/mail", content=raw, headers={HEADER: signed})


async def answered(
    make_browser: Callable[..., Browser], staff: Staff, mailbox: Mailbox
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A form that was sent and answered: the conversation and the mail."""
    guest, text = make_browser(), unique("do you deliver?")
    await guest.session()
    answer = await guest.sends_form(text, email=mailbox.address, subject="Delivery", name="Guest")
    assert (answer.status_code, answer.json()["answered_by"]) == (201, "email")
    row = await staff.finds(text)
    assert (await staff.answers(row, "We do.")).status_code == 201
    return row, await mailbox.mail()


def header(mail: dict[str, Any], name: str) -> str:
    """A header of a mail of the mailbox, "" without it."""
    found = mail["headers"]
    pairs = found.items() if isinstance(found, dict) else found
    return next((str(value) for key, value in pairs if key.lower() == name), "")
