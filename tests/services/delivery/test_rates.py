"""One account's trouble is its own."""

import asyncio

import pytest

from tests.services.delivery.shop import Shop
from tests.support.wait import eventually

pytestmark = pytest.mark.promise(7)


async def test_an_account_that_is_told_to_slow_down_pauses_alone(shop: Shop, other: Shop) -> None:
    """While it pauses, nothing of it is tried, not even for other contacts; another account's messages all go out."""
    mei, ken, ann = await shop.contact(), await shop.contact(), await other.contact()
    await shop.fault(endpoint="push", action="status", status=429, retry_after=60, times=1)
    slowed = await shop.send(mei, "slowed")
    await shop.tried(slowed)
    behind = await shop.send(ken, "behind")
    others = [other.requested(ann, f"other {number}") for number in range(10)]
    await other.publish(*others)
    for request in others:
        await other.ended(request)
    assert len(await shop.calls()) == 1, "the account went on while it should pause"
    shop.pass_time(60)
    assert [(await shop.ended(request)).state for request in (slowed, behind)] == ["sent", "sent"]
    assert await other.arrived(ann) == [request.text for request in others]


async def test_pauses_grow_while_the_platform_goes_on_refusing_and_end_with_the_first_message_taken(
    shop: Shop,
) -> None:
    contacts = [await shop.contact() for _ in range(8)]
    await shop.fault(endpoint="push", action="status", status=429)
    requests = [shop.requested(contact) for contact in contacts]
    await shop.publish(*requests)

    async def throttled() -> int:
        rows = await shop.sql("SELECT throttled FROM delivery.account_queues WHERE account_id = $1", shop.account_id)
        return int(rows[0]["throttled"])

    async def twice() -> bool:
        return await throttled() >= 2

    await eventually(twice)
    assert len(await shop.calls()) <= 3 * len(contacts), "each pause costs one try of each contact at most"
    await shop.mended()
    for request in requests:
        assert (await shop.ended(request)).state == "sent"
    assert await throttled() == 0


async def test_a_slow_account_with_many_contacts_delays_no_other(shop: Shop, other: Shop) -> None:
    """Forty contacts of a platform that takes its time, then one message elsewhere: it overtakes nearly all of them."""
    slow = [await shop.contact() for _ in range(40)]
    ann = await other.contact()
    await shop.fault(endpoint="push", action="slow", delay_ms=3000, delay_first=True)
    requests = [shop.requested(contact) for contact in slow]
    await shop.publish(*requests)
    await eventually(lambda: any(shop.states(request) for request in requests))
    assert (await other.ended(await other.send(ann))).state == "sent"
    finished = [request for request in requests if "sent" in shop.states(request)]
    assert len(finished) <= 16, "another account's message waited for more than one round of the slow one"
    assert [(await shop.ended(request, 30)).state for request in requests] == ["sent"] * 40


async def test_no_account_takes_more_than_its_share_at_once(shop: Shop) -> None:
    contacts = [await shop.contact() for _ in range(24)]
    await shop.fault(endpoint="push", action="slow", delay_ms=3000, delay_first=True)
    requests = [shop.requested(contact) for contact in contacts]
    most = 0

    async def count() -> None:
        nonlocal most
        while True:
            rows = await shop.sql(
                "SELECT count(*) AS n FROM delivery.attempts WHERE account_id = $1 AND state = 'sending'",
                shop.account_id,
            )
            most = max(most, rows[0]["n"])

    counting = asyncio.create_task(count())
    await shop.publish(*requests[:10])
    await eventually(lambda: any(shop.states(request) for request in requests))
    await shop.publish(*requests[10:])
    for request in requests:
        await shop.ended(request)
    counting.cancel()
    assert 10 < most <= 16


async def test_profiles_of_a_slow_account_delay_no_other(shop: Shop, other: Shop) -> None:
    await shop.fault(endpoint="profile", action="slow", delay_ms=3000, delay_first=True)
    for _ in range(12):
        await shop.seen(await shop.contact())
    ann = await other.contact("Ann")
    await other.seen(ann)
    assert (await other.profile(ann)).display_name == "Ann"
    assert len(shop.profiles()) <= 4
    await eventually(lambda: len(shop.profiles()) == 12)
