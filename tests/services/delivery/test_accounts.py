"""Accounts whose credentials are refused, that come back, or go."""

import logging

import pytest

from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged
from libs.rpc.errors import NotFoundError
from tests.services.delivery.shop import Shop
from tests.support.inbound import unique
from tests.support.wait import eventually


async def parked(shop: Shop) -> None:
    """Waits until the account's queue stands and the whole desk knows."""
    await shop.account_told("reconnect")

    async def shown() -> bool:
        return (await shop.shown()).state == "reconnect"

    await eventually(shown, what="account shown as reconnect")


async def test_refused_credentials_stop_the_account_until_new_ones_come_and_all_goes_out_in_order(shop: Shop) -> None:
    mei, ken = await shop.contact(), await shop.contact()
    fresh = unique("token")
    await shop.control("PATCH", f"line/{shop.account_id}", {"access_token": fresh})
    first = await shop.send(mei, "1")
    await parked(shop)
    requests = [first, *[shop.requested(mei, text) for text in "23"], *[shop.requested(ken, text) for text in "ab"]]
    await shop.publish(*requests[1:])

    async def waiting() -> bool:
        queue = await shop.queue()
        assert queue is not None
        return (queue.state, queue.reason, queue.waiting) == ("reconnect", "token_expired", 5)

    await eventually(waiting)
    assert (await shop.shown()).state_reason == "token_expired"
    assert await shop.calls() == []
    await shop.rotate(fresh)
    assert {(await shop.ended(request)).state for request in requests} == {"sent"}
    assert (await shop.arrived(mei), await shop.arrived(ken)) == (["1", "2", "3"], ["a", "b"])
    await shop.account_told("reconnect", "active")
    queue = await shop.queue()
    assert queue is not None
    assert (queue.state, queue.reason, queue.waiting) == ("active", "", 0)
    assert queue.HasField("last_sent_at")
    assert not queue.HasField("oldest_queued_at")


async def test_what_waited_for_its_account_is_tried_as_long_as_anything_else(shop: Shop) -> None:
    """Hours later the platform's first hiccup must not fail all that waited."""
    mei = await shop.contact()
    await shop.control("PATCH", f"line/{shop.account_id}", {"token_revoked": True})
    request = await shop.send(mei, "late")
    await parked(shop)
    shop.pass_time(3600)
    await shop.control("PATCH", f"line/{shop.account_id}", {"token_revoked": False})
    await shop.fault(endpoint="push", action="status", status=503, times=1)
    assert (await shop.check()).ok
    assert (await shop.ended(request)).state == "sent"


async def test_credentials_that_work_after_all_let_the_queue_go_on(shop: Shop) -> None:
    """The platform refused them for a while: whoever checks the account sets it going again."""
    mei = await shop.contact()
    await shop.control("PATCH", f"line/{shop.account_id}", {"token_revoked": True})
    request = await shop.send(mei)
    await parked(shop)
    check = await shop.check()
    assert (check.ok, check.failure_code) == (False, "token_expired")
    assert check.failure_detail
    await shop.control("PATCH", f"line/{shop.account_id}", {"token_revoked": False})
    check = await shop.check()
    assert (check.ok, check.display_name) == (True, "Our shop")
    assert (await shop.ended(request)).state == "sent"
    await shop.account_told("reconnect", "active")

    async def shown() -> bool:
        return (await shop.shown()).state == "active"

    await eventually(shown)


async def test_credentials_that_were_replaced_while_the_call_was_under_way_stop_nothing(shop: Shop) -> None:
    mei = await shop.contact()
    fresh = unique("token")
    await shop.ended(await shop.send(mei, "warm"))
    await shop.fault(endpoint="push", action="status", status=401, delay_ms=3000, delay_first=True, times=1)
    request = await shop.send(mei, "hi")
    await eventually(lambda: "sending" in shop.states(request))
    await shop.control("PATCH", f"line/{shop.account_id}", {"access_token": fresh})
    await shop.rotate(fresh)
    assert (await shop.ended(request)).state == "sent"
    await shop.account_told()


async def test_a_refusal_of_older_credentials_stops_nothing(shop: Shop) -> None:
    """The news of newer ones came between the refusal and its being written down: nothing would start it again."""
    mei = await shop.contact()
    await shop.ended(await shop.send(mei, "warm"))
    await shop.publish(
        ChannelAccountChanged(
            tenant_id=str(shop.id), account_id=shop.account_id, channel="line", state="active", version=99
        )
    )

    async def heard() -> bool:
        rows = await shop.sql("SELECT seen_version FROM delivery.account_queues WHERE account_id = $1", shop.account_id)
        return bool(rows[0]["seen_version"] == 99)

    await eventually(heard)
    await shop.fault(endpoint="push", action="status", status=401, times=2)
    assert (await shop.ended(await shop.send(mei, "hi"))).state == "sent"
    await shop.account_told()


async def test_a_disconnected_account_fails_what_waits_and_says_why(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.control("PATCH", f"line/{shop.account_id}", {"token_revoked": True})
    waited = await shop.send(mei, "waited")
    await parked(shop)
    await shop.disconnect()
    late = await shop.send(mei, "late")
    for request in (waited, late):
        ended = await shop.ended(request)
        assert (ended.state, ended.failure_code) == ("failed", "account_disconnected")
    queue = await shop.queue()
    assert queue is not None
    assert queue.waiting == 0


@pytest.mark.promise(4)
async def test_what_may_have_gone_out_before_the_account_was_disconnected_is_unconfirmed(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="lost_answer")
    request = await shop.send(mei, "once")
    await shop.tried(request)
    await shop.disconnect()
    assert (await shop.ended(request)).state == "unconfirmed"
    assert await shop.arrived(mei) == ["once"]


@pytest.mark.promise(5)
async def test_nobody_sends_or_checks_with_another_tenants_account(shop: Shop, other: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.check(other.account_id)
    with pytest.raises(NotFoundError):
        await shop.check("nowhere")
    mei, ken = await other.contact(), await shop.contact()
    stolen, own = shop.requested(mei, account_id=other.account_id), shop.requested(ken)
    await shop.publish(stolen, own)
    assert (await shop.ended(own)).state == "sent"
    assert await shop.attempt(stolen) is None
    assert await other.calls() == []
    assert [queue.account_id for queue in await shop.queues()] == [shop.account_id]
    assert [queue.account_id for queue in await other.queues()] == [other.account_id]


async def test_an_account_nobody_knows_counts_as_disconnected(shop: Shop) -> None:
    ended = await shop.ended(await shop.send(await shop.contact(), account_id=unique("gone")))
    assert (ended.state, ended.failure_code) == ("failed", "account_disconnected")


@pytest.mark.promise(8)
async def test_credentials_are_never_logged_stored_or_told(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    mei = await shop.contact()
    token = await shop.reply_token(mei)
    with caplog.at_level(logging.DEBUG):
        await shop.fault(endpoint="push", action="status", status=500, times=1)
        await shop.ended(await shop.send(mei, "reply", reply=token))
        await shop.ended(await shop.send(mei, "push"))
        await shop.control("PATCH", f"line/{shop.account_id}", {"token_revoked": True})
        request = await shop.send(mei, "refused")
        await parked(shop)
        await shop.check()
    assert request.text not in caplog.text
    assert shop.token not in caplog.text
    assert token[0] not in caplog.text
    assert shop.token not in "".join(str(fact) for fact in shop.everything())
    for table in ("attempts", "account_queues", "lanes", "outbox"):
        rows = await shop.sql(f"SELECT to_jsonb(t)::text AS row FROM delivery.{table} t")
        assert not [row for row in rows if shop.token in row["row"]]


async def test_queues_are_listed_with_what_waits(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="status", status=503)
    requests = [await shop.send(mei, text) for text in "ab"]
    stored = await shop.tried(requests[0])
    queue = await shop.queue()
    assert queue is not None
    assert (queue.state, queue.waiting) == ("active", 2)
    assert abs(queue.oldest_queued_at.ToMilliseconds() - stored["queued_at"].timestamp() * 1000) < 1
    assert not queue.HasField("last_sent_at")
