"""The mailbox: what is sent by SMTP can be read, and goes nowhere."""

from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from libs.clock.clock import FixedClock
from tests.services.simulator.platform import Platform, running


async def post(platform: Platform, to: str, subject: str = "重設密碼") -> None:
    """A mail in two forms with an attachment."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Frontdesk <no-reply@frontdesk.test>", to, subject
    mail.set_content("您好, http://127.0.0.1:8080/reset?token=1")
    mail.add_alternative("<p>您好</p>", subtype="html")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="帳單.pdf")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=platform.smtp_port, use_tls=False, start_tls=False)


async def test_mails_are_listed_and_read(platform: Platform) -> None:
    await platform.control("DELETE", "mailbox")
    await post(platform, "agent@demo.test")
    await post(platform, "admin@demo.test", "Welcome")

    listed = (await platform.control("GET", "mailbox"))["mails"]
    assert [mail["subject"] for mail in listed] == ["Welcome", "重設密碼"]
    (mine,) = (await platform.control("GET", "mailbox", to="Agent@demo.test"))["mails"]
    mail = await platform.control("GET", f"mailbox/{mine['id']}")

    assert (mail["from"], mail["to"]) == ("no-reply@frontdesk.test", ["agent@demo.test"])
    assert "reset?token=1" in mail["text"]
    assert "<p>您好</p>" in mail["html"]
    assert mail["attachments"] == [{"file_name": "帳單.pdf", "content_type": "application/pdf"}]
    assert ["Subject", "重設密碼"] in mail["headers"]


async def test_listeners_hear_of_mail(platform: Platform) -> None:
    start = (await platform.control("GET", "events"))["cursor"]

    await post(platform, "agent@demo.test", "heard")

    (event,) = (await platform.control("GET", "events", types="mail", after=start))["events"]
    assert event["data"]["subject"] == "heard"


async def test_mails_outlive_a_restart(tmp_path: Path, clock: FixedClock) -> None:
    async with running(tmp_path, clock) as platform:
        await post(platform, "agent@demo.test")
        before = (await platform.control("GET", "mailbox"))["mails"]
    async with running(tmp_path, clock) as platform:
        assert (await platform.control("GET", "mailbox"))["mails"] == before
        assert (await platform.http.get("/control/mailbox/nothing")).status_code == 404
