"""Anybody may type anybody's address into the contact form: staff see what is proven, nobody becomes somebody else."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from libs.channels.web.replies import reply_name
from tests.services.widget.conftest import MakeBrowser
from tests.services.widget.mailbox import Mailbox, answered, header
from tests.services.widget.site import ACCOUNT, SECRET, Browser, Staff, unique
from tests.support.stack import Stack
from tests.support.wait import eventually


async def proofs(staff: Staff, row: dict[str, Any]) -> dict[str, bool | None]:
    """Whether the writer of each message of a thread is proven."""
    return {message["text"]: message["address_confirmed"] for message in await staff.messages(row)}


async def form(browser: Browser, staff: Staff, **fields: str) -> tuple[str, dict[str, Any]]:
    """A form that was sent: its text, and the conversation."""
    text = unique("a form")
    await browser.session()
    (await browser.sends_form(text, **fields)).raise_for_status()
    return text, await staff.finds(text)


@pytest.mark.rule(48)
async def test_an_address_in_a_form_is_unproven_until_an_answer_comes_from_it(
    make_browser: MakeBrowser, staff: Staff, mailbox: Mailbox
) -> None:
    row, mail = await answered(make_browser, staff, mailbox)
    assert row["address_confirmed"] is False
    asked = row["last_message"]["preview"]
    text = unique("It is me")
    (await mailbox.send(mailbox.reply(header(mail, "reply-to"), text))).raise_for_status()
    proven = await staff.finds(text)
    assert (proven["id"], proven["address_confirmed"]) == (row["id"], True)
    assert await proofs(staff, proven) == {text: True, "We do.": None, asked: False}


@pytest.mark.promise(5)
async def test_whoever_types_a_proven_address_neither_reads_its_thread_nor_becomes_its_owner(
    make_browser: MakeBrowser, staff: Staff, mailbox: Mailbox
) -> None:
    row, mail = await answered(make_browser, staff, mailbox)
    text = unique("It is me")
    (await mailbox.send(mailbox.reply(header(mail, "reply-to"), text))).raise_for_status()
    await staff.finds(text)
    thief = make_browser()
    said, seen = await form(thief, staff, email=mailbox.address, name="The owner", phone="0999 999 999")
    assert (seen["id"], seen["address_confirmed"], seen["customer"]["name"]) == (row["id"], True, "Guest")
    newest, *_ = await staff.messages(seen)
    assert (newest["text"], newest["address_confirmed"]) == (said, False)
    assert newest["details"]["claimed"] == {
        "name": "The owner",
        "email": mailbox.address,
        "phone": "0999 999 999",
    }
    assert await thief.texts() == []


async def test_a_form_renames_nobody_who_is_known(make_browser: MakeBrowser, staff: Staff, desk: Stack) -> None:
    email = f"{uuid4().hex[:8]}@customer.test"
    _, first = await form(make_browser(), staff, email=email, name="Ann", phone="0911 111 111")
    _, second = await form(make_browser(), staff, email=email, name="Eve", phone="0922 222 222")
    assert (second["id"], second["customer"]["name"]) == (first["id"], "Ann")
    statement = "SELECT name, phone FROM conversations.contacts WHERE email = $1"
    (contact,) = await desk.database.fetch(statement, email)
    assert (contact["name"], contact["phone"]) == ("Ann", "0911 111 111")


async def test_a_phone_number_in_a_form_is_unproven(make_browser: MakeBrowser, staff: Staff) -> None:
    _, row = await form(make_browser(), staff, phone="0933 444 555")
    assert row["address_confirmed"] is False


async def test_the_shops_word_for_a_member_proves_the_members_address(make_browser: MakeBrowser, staff: Staff) -> None:
    email = f"{uuid4().hex[:8]}@customer.test"
    _, guests = await form(make_browser(), staff, email=email)
    member = make_browser(member=uuid4().hex, email=email.upper())
    _, members = await form(member, staff)
    assert (members["id"] != guests["id"], members["address_confirmed"]) == (True, True)

    async def proven() -> bool:
        answer = await staff.api.get(f"/conversations/{guests['id']}")
        return answer.json()["address_confirmed"] is True

    await eventually(proven, 20, "the address to be proven")
    assert [*(await proofs(staff, guests)).values()] == [False]


async def test_a_mail_that_comes_after_more_than_a_year_lands_as_unproven(
    make_browser: MakeBrowser, staff: Staff, mailbox: Mailbox
) -> None:
    _, row = await form(make_browser(), staff, email=mailbox.address, name="Guest")
    credentials = {"widget_secret": SECRET}
    for days, confirmed in ((402, False), (399, True)):
        name = reply_name(ACCOUNT, mailbox.address, credentials, datetime.now(UTC) - timedelta(days=days))
        text = unique(f"after {days} days")
        came = await mailbox.send(mailbox.reply(f"{name}@frontdesk.localhost", text))
        assert came.json() == {"result": "stored"}
        found = await staff.finds(text)
        assert (found["id"], found["address_confirmed"]) == (row["id"], confirmed)
        assert (await proofs(staff, found))[text] is confirmed
