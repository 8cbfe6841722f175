"""The contact form of guests: answered by mail, and their answers to that come back into the thread."""

from collections.abc import Callable
from email.message import EmailMessage
from uuid import uuid4

import httpx
import pytest

from tests.services.widget.conftest import MakeBrowser
from tests.services.widget.mailbox import Mailbox, answered, header
from tests.services.widget.site import Staff, picture, unique
from tests.support.stack import Stack


async def test_a_form_is_answered_by_mail_and_the_answer_comes_back(
    make_browser: MakeBrowser, staff: Staff, mailbox: Mailbox
) -> None:
    row, mail = await answered(make_browser, staff, mailbox)
    assert (mail["text"].strip(), mail["subject"]) == ("We do.", "Re: Delivery")
    to = header(mail, "reply-to")
    text = unique("Great, thanks")
    reply = mailbox.reply(to, f"{text}\n\nOn Mon, 1 Jan 2035 at 10:00, The shop wrote:\n> We do.\n")
    reply.add_attachment(picture(), maintype="image", subtype="png", filename="me.png")
    reply.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    for _ in range(2):
        came = await mailbox.send(reply)
        assert (came.status_code, came.json()) == (200, {"result": "stored"})
    found = await staff.finds(text)
    assert found["id"] == row["id"]
    messages = await staff.messages(row)
    assert [message["text"] for message in messages[:2]] == [text, "We do."]
    assert [attachment["kind"] for attachment in messages[0]["attachments"]] == ["image"]


@pytest.mark.promise(5)
async def test_nobody_else_writes_into_the_thread(make_browser: MakeBrowser, staff: Staff, mailbox: Mailbox) -> None:
    row, mail = await answered(make_browser, staff, mailbox)
    to = header(mail, "reply-to")
    wrong: list[tuple[Callable[[], EmailMessage], str]] = [
        (lambda: mailbox.reply(to, "let me in", sender="thief@customer.test"), "unproven_sender"),
        (lambda: mailbox.reply(to.replace("@", "x@"), "let me in"), "unproven_sender"),
        (lambda: mailbox.reply("r+nobody+0@frontdesk.localhost", "let me in"), "unknown_address"),
        (lambda: mailbox.reply("hello@frontdesk.localhost", "let me in"), "unknown_address"),
        (lambda: mailbox.reply(to, "I am away", Auto_Submitted="auto-replied"), "automatic_mail"),
    ]
    for make, reason in wrong:
        came = await mailbox.send(make())
        assert (came.status_code, came.json()) == (200, {"result": reason})
    newest, *_ = await staff.messages(row)
    assert newest["text"] == "We do."


async def test_unsigned_mails_are_refused(mailbox: Mailbox) -> None:
    refused = await mailbox.send(mailbox.reply("r+demo-web+0@x", "hello"), signature="0" * 64)
    assert (refused.status_code, refused.json()["code"]) == (401, "bad_signature")


@pytest.mark.rule(51)
async def test_a_guest_who_left_a_phone_number_alone_cannot_be_answered_here(
    make_browser: MakeBrowser, staff: Staff
) -> None:
    guest, text = make_browser(), unique("call me")
    await guest.session()
    answer = await guest.sends_form(text, phone="0912 345 678")
    assert answer.json()["answered_by"] == "phone"
    row = await staff.finds(text)
    assert (row["can_reply"], row["cannot_reply_reason"]) == (False, "phone_only")
    refused = await staff.answers(row, "hello?")
    assert refused.status_code in (403, 409)


@pytest.mark.rule(48)
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "contact_missing"),
        ({"email": "  ", "phone": " "}, "contact_missing"),
        ({"email": "nobody"}, "invalid_message"),
        ({"email": "a@b.c\nBcc: x@y.zz"}, "invalid_message"),
        ({"email": "=?utf-8?q?victim=40shop.test=2C?=thief@evil.test"}, "invalid_message"),
        ({"phone": "call me"}, "invalid_message"),
    ],
    ids=["nothing", "blanks", "no-address", "line-break", "encoded", "no-number"],
)
async def test_a_guests_form_needs_a_way_to_answer(
    make_browser: MakeBrowser, fields: dict[str, str], code: str
) -> None:
    guest = make_browser()
    await guest.session()
    answer = await guest.sends_form("hello", **fields)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.rule(49)
async def test_what_a_members_form_says_of_the_member_counts_for_nothing(
    make_browser: MakeBrowser, staff: Staff
) -> None:
    member, text = make_browser(member=uuid4().hex, name="Mei", email="mei@shop.test"), unique("mine")
    answer = await member.sends_form(text, name="Somebody else", email="else@shop.test", phone="0900000000")
    assert answer.json()["answered_by"] == "member"
    row = await staff.finds(text)
    assert row["customer"]["name"] == "Mei"
    await member.sees(text)


async def test_the_simulated_mailbox_answers_like_a_mail_program(
    make_browser: MakeBrowser, staff: Staff, mailbox: Mailbox, desk: Stack
) -> None:
    row, mail = await answered(make_browser, staff, mailbox)
    text = unique("from the mailbox")
    async with httpx.AsyncClient(base_url=desk.simulator_url, trust_env=False, timeout=30) as client:
        came = await client.post(f"/control/mailbox/{mail['id']}/reply", json={"text": text})
    assert (came.status_code, came.json()) == (200, {"result": "stored"})
    assert (await staff.finds(text))["id"] == row["id"]
