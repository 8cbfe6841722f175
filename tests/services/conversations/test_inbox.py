"""Lists: order, pages, filters, and what each role sees of them."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from frontdesk.conversations.v1 import conversations_pb2 as pb
from libs.auth.tokens import TeammateClaims
from tests.services.conversations.shop import Shop, refused
from tests.support.inbound import Customer

_PAST = datetime.now(UTC) - timedelta(hours=1)


async def _conversations(shop: Shop, count: int, account_id: str = "") -> list[Customer]:
    customers = [shop.customer(account_id) for _ in range(count)]
    await shop.receive(*(customer.wrote() for customer in customers))
    return customers


async def _pages(shop: Shop, size: int, **wanted: Any) -> list[list[pb.Conversation]]:
    pages, token = [], ""
    while True:
        page = await shop.page(page_size=size, page_token=token, **wanted)
        pages.append(list(page.conversations))
        token = page.next_page_token
        if not token:
            return pages


@pytest.mark.rule(2)
async def test_the_newest_stands_first_and_moves_up_when_something_is_written(shop: Shop) -> None:
    customers = [shop.customer() for _ in range(3)]
    for customer in customers:
        await shop.receive(customer.wrote())
    first = (await shop.inbox())[-1]
    await shop.receive(customers[0].wrote())
    assert (await shop.inbox())[0].id == first.id
    moments = [row.sort_at.ToNanoseconds() for row in await shop.inbox()]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("size", [1, 3, 7, 100])
async def test_pages_give_each_row_once(shop: Shop, size: int) -> None:
    await _conversations(shop, 14)
    pages = await _pages(shop, size)
    ids = [row.id for page in pages for row in page]
    assert len(ids) == len(set(ids)) == 14
    assert all(len(page) == size for page in pages[:-1])


async def test_rows_made_with_one_time_are_paged_without_loss(shop: Shop) -> None:
    await _conversations(shop, 9)
    await shop.sql("UPDATE conversations.conversations SET sort_at = $2 WHERE tenant_id = $1", _PAST)
    ids = [row.id for page in await _pages(shop, 2) for row in page]
    assert len(ids) == len(set(ids)) == 9


@pytest.mark.parametrize("seed", range(3))
async def test_while_others_write_no_quiet_row_is_lost_or_given_twice(shop: Shop, seed: int) -> None:
    chance = random.Random(seed)
    customers = await _conversations(shop, 12)
    quiet = {row.id: row for row in await shop.inbox()}
    seen, token = list[pb.Conversation](), ""
    while True:
        page = await shop.page(page_size=chance.randint(1, 4), page_token=token)
        seen += page.conversations
        token = page.next_page_token
        if not token:
            break
        customer = chance.choice([*customers, shop.customer()])
        await shop.receive(customer.wrote())
    # Whoever wrote again moved to the top; all others are in the pages once.
    now = {row.id: row for row in await shop.inbox(page_size=100)}
    wanted = {row_id for row_id, row in quiet.items() if now[row_id].version == row.version}
    ids = [row.id for row in seen]
    assert len(wanted) >= 6
    assert all(ids.count(row_id) == 1 for row_id in wanted)
    assert len(set(ids)) == len(ids)


async def test_messages_are_paged_newest_first_while_more_come(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(*(customer.wrote(str(n), at=_PAST + timedelta(seconds=n)) for n in range(25)))
    row, seen, token = await shop.only(), list[pb.Message](), ""
    while True:
        page = await shop.thread(row.id, page_size=4, page_token=token)
        seen += page.messages
        token = page.next_page_token
        if not token:
            break
        await shop.receive(customer.wrote("new"))
    assert [message.text for message in seen] == [str(n) for n in range(24, -1, -1)]


async def test_the_history_is_paged(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(*(customer.noticed(f"notice_{n}") for n in range(7)), customer.wrote())
    row, seen, token = await shop.only(), list[str](), ""
    while True:
        page = await shop.history(row.id, page_size=3, page_token=token)
        seen += [entry.kind for entry in page.entries]
        token = page.next_page_token
        if not token:
            break
    assert seen == ["case_opened", *(f"notice_{n}" for n in range(6, -1, -1))]


@pytest.mark.parametrize("token", ["x", "W10", "%%%", "eyJhIjoxfQ", "WyJ4IiwieSJd", "WyIyMDI2LTAxLTAxIiwieCJd"])
async def test_a_page_token_nobody_gave_is_refused(shop: Shop, token: str) -> None:
    with refused("invalid_argument"):
        await shop.page(page_token=token)


@pytest.mark.parametrize("size", [-1, -(2**31)])
async def test_a_page_of_less_than_nothing_is_refused(shop: Shop, size: int) -> None:
    with refused("invalid_argument"):
        await shop.page(page_size=size)


@pytest.mark.rule(21, 25)
async def test_filters_narrow_alone_and_together(shop: Shop) -> None:
    await _conversations(shop, 12, f"{shop.account_id}-a")
    await _conversations(shop, 6, f"{shop.account_id}-b")
    rows = await shop.inbox()
    chance = random.Random(7)
    people = [shop.agent.id, uuid4()]
    for row in rows:
        status = chance.choice(["open", "processing", "closed"])
        await shop.change(
            row.id,
            status=status,
            assignee_id=chance.choice(people) if status == "processing" else None,
            starred=chance.random() < 0.5,
            unread_count=chance.randint(0, 1),
            archived=chance.random() < 0.3,
            channel=chance.choice(["line", "facebook"]),
        )
    known = [row for archived in (False, True) for row in await shop.inbox(archived=archived)]
    archive = {row.id for row in await shop.inbox(archived=True)}
    starred = {row.id for archived in (False, True) for row in await shop.inbox(archived=archived, starred_only=True)}
    assert 0 < len(starred) < 18 == len(known)
    assert {row.id for row in known if row.starred} == starred
    for _ in range(60):
        statuses = chance.sample([pb.STATUS_OPEN, pb.STATUS_PROCESSING, pb.STATUS_CLOSED], chance.randint(0, 2))
        channels = chance.sample(["line", "facebook", "web"], chance.randint(0, 2))
        accounts = chance.sample([f"{shop.account_id}-a", f"{shop.account_id}-b"], chance.randint(0, 2))
        unread, star, archived = (chance.random() < 0.3 for _ in range(3))
        assignee = chance.choice(["", "", "me", "none", str(people[1])])
        found = await _pages(
            shop,
            5,
            statuses=statuses,
            channels=channels,
            account_ids=accounts,
            unread_only=unread,
            starred_only=star,
            archived=archived,
            assignee=assignee,
        )
        wanted = [
            row.id
            for row in known
            if (not statuses or row.status in statuses)
            and (not channels or row.channel in channels)
            and (not accounts or row.account_id in accounts)
            and (not unread or row.unread_count)
            and (not star or row.starred)
            and (row.id in archive) == archived
            and _assigned(row, assignee, shop.agent.id)
        ]
        assert [row.id for page in found for row in page] == wanted


def _assigned(row: pb.Conversation, assignee: str, me: UUID) -> bool:
    return {"": True, "me": row.assignee_id == str(me), "none": not row.assignee_id}.get(
        assignee, row.assignee_id == assignee
    )


async def test_a_filter_that_is_none_is_refused(shop: Shop) -> None:
    with refused("invalid_argument"):
        await shop.page(assignee="somebody")
    with refused("invalid_argument"):
        await shop.page(statuses=[pb.STATUS_UNSPECIFIED])


async def test_unread_counts_stop_at_a_thousand(shop: Shop) -> None:
    await _conversations(shop, 1)
    await shop.sql(
        "WITH k AS (INSERT INTO conversations.contacts (tenant_id, id, account_id, channel, kind, created_at)"
        " SELECT $1, uuidv7(), 'x', 'line', 'person', now() FROM generate_series(1, 1200) RETURNING id)"
        " INSERT INTO conversations.conversations (tenant_id, id, contact_id, account_id, channel, contact_kind,"
        " status, handler, unread_count, created_at, sort_at)"
        " SELECT $1, uuidv7(), id, 'x', 'line', 'person', 'open', 'person', 2, now(), now() FROM k"
    )
    assert await shop.unread() == 1000


async def _bound(shop: Shop, seller: TeammateClaims) -> dict[str, pb.Conversation]:
    """Four conversations: the seller's own, their store's, another store's, and one bound to nobody."""
    await _conversations(shop, 4)
    names = ("own", "store", "elsewhere", "nobody")
    rows = dict(zip(names, await shop.inbox(), strict=True))
    await shop.change(rows["own"].id, salesperson_id=str(seller.id))
    await shop.change(rows["store"].id, store_id="s1")
    await shop.change(rows["elsewhere"].id, store_id="s2")
    return rows


@pytest.mark.parametrize(
    ("role", "stores", "shown"),
    [
        ("cs_agent", (), {"own", "store", "elsewhere", "nobody"}),
        ("salesperson", ("s1",), {"own"}),
        ("sales_manager", ("s1",), {"store"}),
        ("sales_manager", ("s1", "s2", "s3"), {"store", "elsewhere"}),
        ("sales_manager", (), set()),
    ],
)
async def test_sellers_see_only_what_is_bound_to_them(
    shop: Shop, role: str, stores: tuple[str, ...], shown: set[str]
) -> None:
    caller = shop.teammate(role, *stores)
    rows = await _bound(shop, caller)
    assert {row.id for row in await shop.inbox(caller)} == {rows[name].id for name in shown}
    assert await shop.unread(caller) == len(shown)
    for name, row in rows.items():
        if name in shown:
            assert (await shop.get(row.id, caller)).id == row.id
            assert (await shop.send(row.id, teammate=caller)).message.text == "hello"
        else:
            await _is_not_there(shop, row.id, caller)


@pytest.mark.rule(27)
@pytest.mark.parametrize("role", ["salesperson", "sales_manager"])
async def test_what_a_bot_handles_is_hidden_from_sellers(shop: Shop, role: str) -> None:
    caller = shop.teammate(role, "s1")
    await _conversations(shop, 1)
    row = await shop.only()
    await shop.change(row.id, salesperson_id=str(caller.id), store_id="s1")
    assert len(await shop.inbox(caller)) == 1
    await shop.change(row.id, handler="bot")
    assert await shop.inbox(caller) == []
    assert await shop.unread(caller) == 0
    await _is_not_there(shop, row.id, caller)
    assert (await shop.only()).handler == pb.HANDLER_BOT


@pytest.mark.promise(5)
async def test_another_tenants_conversation_is_not_there(shop: Shop) -> None:
    await _conversations(shop, 1)
    row = await shop.only()
    other = Shop(shop.stack, shop.bus)
    assert await other.inbox() == []
    await _is_not_there(other, row.id, other.teammate("admin"))
    assert await shop.only() == row


@pytest.mark.parametrize("conversation_id", ["", "x", "00000000-0000-0000-0000-000000000000"])
async def test_what_is_no_conversation_is_not_there(shop: Shop, conversation_id: str) -> None:
    await _is_not_there(shop, conversation_id, shop.agent)


async def _is_not_there(shop: Shop, conversation_id: str, caller: TeammateClaims) -> None:
    message = pb.Message(id="01900000-0000-7000-8000-00000000dead", conversation_id=conversation_id)
    for call in (
        shop.get(conversation_id, caller),
        shop.thread(conversation_id, caller),
        shop.history(conversation_id, caller),
        shop.open(conversation_id, caller),
        shop.take_over(conversation_id, caller),
        shop.send(conversation_id, teammate=caller),
        shop.retry(message, teammate=caller),
    ):
        with refused("conversation_not_found"):
            await call
