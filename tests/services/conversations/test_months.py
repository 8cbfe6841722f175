"""Messages lie in a partition per month; an id alone finds its message in any of them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from libs.clock.clock import FixedClock
from services.conversations.service.upkeep import UpkeepService
from tests.services.conversations.shop import Shop, attempt

_DAY = 86_400


async def _partition_of(shop: Shop, message_id: str) -> str:
    rows = await shop.sql(
        "SELECT tableoid::regclass::text AS part FROM conversations.messages WHERE tenant_id = $1 AND id = $2",
        UUID(message_id),
    )
    return str(rows[0]["part"]).removeprefix("conversations.")


def _month(at: datetime) -> str:
    return f"messages_{at:%Y%m}"


async def _upkeep(shop: Shop, at: datetime) -> None:
    await UpkeepService(shop.stack.database.open("conversations"), FixedClock(at)).run()


async def test_a_message_of_an_earlier_month_is_changed_and_sent_again(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.wrote("old", id=f"{shop.id}"))
    row = await shop.only()
    sent = (await shop.send(row.id, "failing")).message
    await shop.tell(attempt(sent, "failed"))
    await shop.told_states(sent.id)
    shop.stack.set_clock(40 * _DAY)
    await shop.receive(customer.wrote("new"), customer.edited(f"{shop.id}", "edited"))
    again = await shop.retry(sent)
    later = (await shop.send(row.id, "later")).message
    assert await _partition_of(shop, later.id) == _month(datetime.now(UTC) + timedelta(days=40))
    assert await _partition_of(shop, again.id) == _month(datetime.now(UTC))
    await shop.tell(attempt(again, "sent", of=2))
    assert (await shop.told_states(sent.id, 3))[-1].attempt == 2
    messages = (await shop.thread(row.id, page_size=3)).messages
    assert [message.text for message in messages] == ["later", "new", "failing"]
    assert (await shop.texts(row.id))[0] == "edited"


async def test_upkeep_makes_the_coming_months_again_and_again(shop: Shop) -> None:
    for _ in range(2):
        await _upkeep(shop, datetime(2031, 11, 30, 23, 59, tzinfo=UTC))
    rows = await shop.stack.database.fetch(
        "SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bounds, c.relrowsecurity AS guarded"
        " FROM pg_class c WHERE c.relname = ANY ($1) ORDER BY 1",
        ["messages_203111", "messages_203112", "messages_203201", "messages_203202"],
    )
    assert [row["name"] for row in rows] == ["messages_203111", "messages_203112", "messages_203201"]
    assert all(row["guarded"] for row in rows)
    assert "('2031-11-01 00:00:00+00') TO ('2031-12-01 00:00:00+00')" in rows[0]["bounds"]


@pytest.mark.promise(9)
async def test_upkeep_that_comes_late_moves_what_strayed_into_its_month(shop: Shop) -> None:
    shop.stack.set_clock(_seconds_until(date(2033, 5, 17)))
    await shop.receive(shop.customer().wrote("early bird"))
    row = await shop.only()
    (message,) = (await shop.thread(row.id)).messages
    assert await _partition_of(shop, message.id) == "messages_default"
    await _upkeep(shop, datetime(2033, 5, 1, tzinfo=UTC))
    assert await _partition_of(shop, message.id) == "messages_203305"
    assert await shop.texts(row.id) == ["early bird"]
    assert (await shop.send(row.id, "answer")).message.text == "answer"


async def test_keys_and_changes_nobody_waits_for_are_forgotten(shop: Shop) -> None:
    await shop.receive(shop.customer().wrote(), shop.customer().unsent("never came"))
    await shop.send((await shop.only()).id, key="k")
    counts = (
        "SELECT (SELECT count(*) FROM conversations.idempotency_keys WHERE tenant_id = $1) AS keys,"
        " (SELECT count(*) FROM conversations.pending_changes WHERE tenant_id = $1) AS changes"
    )
    now = datetime.now(UTC)
    for days, left in ((6, (1, 1)), (8, (0, 1)), (31, (0, 0))):
        await _upkeep(shop, now + timedelta(days=days))
        assert tuple((await shop.sql(counts))[0]) == left


def _seconds_until(day: date) -> float:
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - datetime.now(UTC)).total_seconds()
