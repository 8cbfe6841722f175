"""Chatting from a shop's page: both ways, live, once, and nobody else's."""

import asyncio

import pytest

from tests.services.widget.conftest import MakeBrowser
from tests.services.widget.site import SECRET, Staff, member_token, unique
from tests.support.wait import eventually


async def test_a_visitor_writes_and_is_answered(make_browser: MakeBrowser, staff: Staff) -> None:
    guest, text, answer = make_browser(), unique("is it red?"), unique("it is")
    assert (await guest.session())["member"] is None
    sent = await guest.writes(text)
    assert (sent.status_code, sent.json()["text"]) == (201, text)
    row = await staff.finds(text)
    assert (row["channel"], row["can_reply"], row["reply_window"]) == ("web", True, None)
    assert (await staff.answers(row, answer)).status_code == 201
    await guest.sees(text, answer)
    theirs, own = (await guest.reads())["messages"]
    assert (own["direction"], own["client_id"]) == ("inbound", sent.json()["client_id"])
    assert theirs.keys() == {"id", "client_id", "direction", "text", "images", "sent_at"}
    assert (theirs["direction"], theirs["client_id"]) == ("outbound", "")


async def test_news_come_as_they_happen(make_browser: MakeBrowser, staff: Staff) -> None:
    guest, text = make_browser(), unique("anybody there?")
    await guest.session()
    waiting = asyncio.create_task(guest.news((await guest.reads())["cursor"]))
    await guest.writes(text)
    first = (await waiting).json()
    assert [message["text"] for message in first["messages"]] == [text]
    row = await staff.finds(text)
    waiting = asyncio.create_task(guest.news(first["cursor"]))
    await staff.answers(row, "yes")
    second = (await waiting).json()
    assert [message["text"] for message in second["messages"]] == ["yes"]
    third = (await guest.news(second["cursor"])).json()
    assert (third["messages"], third["cursor"]) == ([], second["cursor"])


async def test_the_same_message_again_is_one_message(make_browser: MakeBrowser, staff: Staff) -> None:
    guest, text, client_id = make_browser(), unique("twice"), unique("id").replace(" ", "-")
    await guest.session()
    for _ in range(3):
        assert (await guest.writes(text, id=client_id)).status_code == 201
    await staff.finds(text)
    await guest.writes("and another")
    await guest.sees(text, "and another")


@pytest.mark.promise(5)
async def test_nobody_can_claim_anothers_message_id(make_browser: MakeBrowser) -> None:
    one, other, client_id = make_browser(), make_browser(), unique("id").replace(" ", "-")
    for browser, text in ((one, "mine"), (other, "mine as well")):
        await browser.session()
        await browser.writes(text, id=client_id)
    await one.sees("mine")
    await other.sees("mine as well")


async def test_a_return_visit_finds_the_thread(make_browser: MakeBrowser) -> None:
    guest, later = make_browser(), make_browser()
    await guest.session()
    await guest.writes("until tomorrow")
    await guest.sees("until tomorrow")
    later.kept = guest.kept
    await later.session()
    await later.sees("until tomorrow")


@pytest.mark.promise(5)
async def test_a_members_thread_follows_the_member_and_no_visitor(make_browser: MakeBrowser) -> None:
    member = unique("m").replace(" ", "-")
    at_home, at_work, sister = (make_browser(member=member, name="Mei"), make_browser(member=member), make_browser())
    assert (await at_home.session())["member"] == {"name": "Mei", "email": "", "phone": ""}
    await at_home.writes("where is my order?")
    await at_home.sees("where is my order?")
    await at_work.sees("where is my order?")
    await sister.session()
    assert await sister.texts() == []
    stranger = make_browser(member=f"{member}x")
    assert await stranger.texts() == []


@pytest.mark.promise(5)
async def test_one_visitors_thread_is_not_anothers(make_browser: MakeBrowser) -> None:
    one, other = make_browser(), make_browser()
    for browser in (one, other):
        await browser.session()
    cursor = (await other.reads())["cursor"]
    waiting = asyncio.create_task(other.news(cursor))
    await one.writes("a secret")
    await one.sees("a secret")
    assert (await waiting).json()["messages"] == []
    assert await other.texts() == []


async def test_older_messages_come_in_pages(make_browser: MakeBrowser) -> None:
    guest, said = make_browser(), [f"line {number}" for number in range(35)]
    await guest.session()
    for text in said:
        await guest.writes(text)

    async def whole() -> bool:
        first = await guest.reads()
        second = await guest.reads(first["next_page_token"])
        found = [message["text"] for message in (*first["messages"], *second["messages"])]
        return len(first["messages"]) == 30 and found == said[::-1] and second["next_page_token"] == ""

    await eventually(whole, 20, "both pages")


async def test_a_cursor_from_before_too_many_messages_is_gone(make_browser: MakeBrowser) -> None:
    guest = make_browser()
    await guest.session()
    cursor = (await guest.reads())["cursor"]
    for number in range(31):
        await guest.writes(f"line {number}")

    async def gone() -> bool:
        return (await guest.news(cursor)).status_code == 410

    await eventually(gone, 20, "the cursor to be gone")


async def test_a_cursor_of_long_ago_is_gone(make_browser: MakeBrowser) -> None:
    guest = make_browser()
    await guest.session()
    await guest.writes("hello")
    await guest.sees("hello")
    for cursor in ("", "x", "f%%", "fAAAA" * 1000):
        answer = await guest.news(cursor)
        assert (answer.status_code, answer.json()["code"]) == (410, "cursor_gone")


@pytest.mark.parametrize(
    ("secret", "seconds", "code"),
    [
        pytest.param("another-secret-of-the-same-length-or-so", 60, "bad_token", id="signed-wrongly"),
        pytest.param(SECRET, 90_000, "bad_token", id="valid-too-long"),
        pytest.param(SECRET, -60, "token_over", id="over"),
    ],
)
async def test_a_member_learns_whether_the_token_is_wrong_or_over(
    make_browser: MakeBrowser, secret: str, seconds: float, code: str
) -> None:
    member = make_browser()
    member.token = member_token("m-1", secret, seconds)
    for method, path in (("POST", "/sessions"), ("GET", "/messages")):
        answer = await member.call(method, path)
        assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_opening_the_widget_often_makes_one_visitor(make_browser: MakeBrowser) -> None:
    guest = make_browser()
    first = (await guest.session())["visitor_token"]
    await guest.writes("one of me")
    await guest.sees("one of me")
    guest.token = ""
    assert (await guest.session())["visitor_token"]
    assert first
    await guest.sees("one of me")


async def test_staff_sees_the_page_somebody_wrote_on(make_browser: MakeBrowser, staff: Staff) -> None:
    guest, text = make_browser(), unique("on which page?")
    await guest.session()
    await guest.writes(text)
    row = await staff.finds(text)

    async def told() -> bool:
        (message,) = await staff.messages(row)
        return "products/1" in str(message)

    await eventually(told, what="the page")
