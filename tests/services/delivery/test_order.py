"""One contact's messages go out in the order they were written, whatever order they come in."""

import random

import pytest

from libs.clock.clock import FixedClock
from libs.clock.ids import new_id
from services.delivery.domain.sending import ATTEMPTS_KEPT
from tests.services.delivery.shop import Shop
from tests.support.wait import eventually

pytestmark = pytest.mark.promise(4)


async def test_each_contacts_messages_keep_their_order_under_load_and_faults(shop: Shop) -> None:
    contacts = [await shop.contact() for _ in range(20)]
    await shop.fault(endpoint="push", action="lost_answer", probability=0.1)
    await shop.fault(endpoint="push", action="status", status=500, accepted=True, probability=0.1)
    await shop.fault(endpoint="push", action="drop", probability=0.1)
    texts = [f"message {number}" for number in range(6)]
    requests = [shop.requested(contact, text) for text in texts for contact in contacts]
    await shop.publish(*requests)
    for request in requests:
        assert (await shop.ended(request, 60)).state == "sent"
    for contact in contacts:
        assert await shop.arrived(contact) == texts


async def test_requests_that_come_in_any_order_go_out_in_theirs(shop: Shop) -> None:
    mei = await shop.contact()
    requests = [shop.requested(mei, str(number)) for number in range(8)]
    for request in random.Random(4).sample(requests, len(requests)):
        await shop.publish(request)
    for request in requests:
        await shop.ended(request)
    assert await shop.arrived(mei) == [str(number) for number in range(8)]


async def test_one_whose_predecessor_is_missing_waits_for_it(shop: Shop) -> None:
    mei = await shop.contact()
    first, second = shop.requested(mei, "first"), shop.requested(mei, "second")
    await shop.publish(second)

    async def looked_at() -> bool:
        rows = await shop.sql("SELECT token FROM delivery.lanes WHERE contact_id = $1", mei.id)
        return bool(rows) and rows[0]["token"] > 0

    await eventually(looked_at)
    assert shop.states(second) == []
    await shop.publish(first)
    await shop.ended(second)
    assert await shop.arrived(mei) == ["first", "second"]


async def test_one_that_never_comes_holds_the_others_for_two_minutes(shop: Shop) -> None:
    mei = await shop.contact()
    shop.requested(mei, "never")
    second = await shop.send(mei, "second")
    await eventually(lambda: shop.attempt(second))
    shop.pass_time(121)
    assert (await shop.ended(second)).state == "sent"


async def test_an_answer_months_after_the_last_one_waits_for_nothing(shop: Shop) -> None:
    """What was sent before is forgotten by now."""
    mei = await shop.contact()
    long_ago = new_id(FixedClock(shop.now() - ATTEMPTS_KEPT))
    request = await shop.send(mei, "hello again", after_message_id=str(long_ago), after_attempt=1)
    assert (await shop.ended(request)).state == "sent"


async def test_other_contacts_wait_for_nobody(shop: Shop) -> None:
    mei, ken = await shop.contact(), await shop.contact()
    await shop.fault(endpoint="push", action="status", status=503, chat_id=mei.alias)
    stuck = await shop.send(mei, "stuck")
    await shop.tried(stuck)
    behind, free = await shop.send(mei, "behind"), await shop.send(ken, "free")
    assert (await shop.ended(free)).state == "sent"
    assert shop.states(behind) == []
    await shop.mended()
    await shop.ended(behind)
    assert await shop.arrived(mei) == ["stuck", "behind"]


async def test_a_new_message_does_not_hurry_one_that_backs_off(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="status", status=503, retry_after=60)
    stuck = await shop.send(mei, "stuck")
    await shop.tried(stuck)
    due = (await shop.sql("SELECT next_at FROM delivery.lanes WHERE contact_id = $1", mei.id))[0]["next_at"]
    behind = await shop.send(mei, "behind")
    await eventually(lambda: shop.attempt(behind))
    lane = (await shop.sql("SELECT next_at FROM delivery.lanes WHERE contact_id = $1", mei.id))[0]
    assert lane["next_at"] == due
    assert (await shop.attempt(stuck))["tries"] == 1


async def test_a_request_nobody_can_read_is_put_aside_and_holds_up_none(shop: Shop) -> None:
    mei = await shop.contact()
    odd = shop.requested(mei, "odd", contact_id="nobody")
    fine = shop.requested(await shop.contact(), "fine")
    await shop.publish(odd, fine)
    assert (await shop.ended(fine)).state == "sent"
