"""Work that fails for a fault of ours: it is tried a few times, then set aside; others have their turn; it is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from frontdesk.delivery.v1.events_pb2 import MediaFetched
from libs.channels.registry import CHANNELS
from services.delivery.models import Attempt
from services.delivery.service.facts import attempt_changed
from tests.services.delivery.graph import Number, person
from tests.services.delivery.shop import Shop
from tests.services.delivery.test_media import fetched, published, requested, sent_by_customer, waiting
from tests.support.measured import measured
from tests.support.wait import eventually

pytestmark = pytest.mark.promise(7)


def faults(work: str) -> float:
    return measured(f'frontdesk_delivery_faults_total{{work="{work}"}}')


def fails_at(real: Callable[..., Any], wrong: Callable[..., bool]) -> Callable[..., Any]:
    """As the real one, but for calls that are wrong."""

    def call(*args: Any) -> Any:
        if wrong(*args):
            raise RuntimeError("a fault of ours")
        return real(*args)

    return call


async def test_a_message_that_cannot_be_worked_on_is_set_aside(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.delivery.service.turn._MOST_FAILURES", 1)
    before = faults("lanes")
    mei, ken = await shop.contact(), await shop.contact()
    odd = await shop.send(mei, "odd", channel="pager")
    behind, elsewhere = await shop.send(mei, "behind"), await shop.send(ken, "elsewhere")
    assert (await shop.ended(elsewhere)).state == "sent"
    ended = await shop.ended(odd)
    assert (ended.state, ended.failure_code) == ("failed", "platform_error")
    assert (await shop.ended(behind)).state == "sent"
    assert await shop.arrived(mei) == ["behind"]
    assert faults("lanes") == before + 2


async def test_what_may_have_gone_out_is_set_aside_as_unconfirmed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.delivery.service.turn._MOST_FAILURES", 0)
    mei = await shop.contact()
    # The call is made, and nobody can write down what came of it.
    wrong = fails_at(attempt_changed, lambda attempt, _now: attempt.state == "sent" and attempt.text == "odd")
    monkeypatch.setattr("services.delivery.service.turn.attempt_changed", wrong)
    odd = await shop.send(mei, "odd")
    ended = await shop.ended(odd)
    assert (ended.state, ended.failure_code) == ("unconfirmed", "unconfirmed")
    assert await shop.arrived(mei) == ["odd"]


@pytest.mark.promise(4)
async def test_an_answer_that_nobody_can_read_counts_as_lost(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before, read = faults("calls"), []
    line = CHANNELS["line"]

    def first(*_args: Any) -> bool:
        read.append(1)
        return len(read) == 1

    monkeypatch.setattr(line, "classify", fails_at(line.classify, first))
    mei = await shop.contact()
    assert (await shop.ended(await shop.send(mei, "once"))).state == "sent"
    assert await shop.arrived(mei) == ["once"]
    assert [call["status"] for call in await shop.calls("/message/push")] == [200, 409]
    assert faults("calls") == before + 1


async def test_a_file_that_cannot_be_dealt_with_is_given_up_after_a_day(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = faults("media")
    odd, fine = [requested(shop, await sent_by_customer(shop, "image")) for _ in range(2)]
    line = CHANNELS["line"]
    wrong = fails_at(line.build_content, lambda ref, *_: ref.provider_content_id == odd.provider_content_id)
    monkeypatch.setattr(line, "build_content", wrong)
    await published(shop, odd, fine)
    assert (await fetched(shop, fine)).state == "ready"
    await eventually(lambda: faults("media") > before)
    assert [row["attachment_id"] for row in await waiting(shop)] == [odd.attachment_id]
    shop.pass_time(25 * 3600)
    fact: MediaFetched = await fetched(shop, odd)
    assert (fact.state, fact.failure_code) == ("failed", "platform_error")


async def test_one_that_cannot_be_given_up_keeps_no_other_from_it(
    number: Number, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        number.trouble(lost=True)
    odd = await number.send(person(), "odd")
    await number.awaited(odd)
    fine = await number.send(person(), "fine")
    await number.awaited(fine)

    def wrong(attempt: Attempt, *_: Any) -> bool:
        return attempt.message_id == UUID(odd.message_id)

    before = faults("unconfirmed")
    monkeypatch.setattr("services.delivery.service.confirmations.attempt_changed", fails_at(attempt_changed, wrong))
    shop.pass_time(timedelta(minutes=11).total_seconds())
    assert (await shop.ended(fine)).state == "unconfirmed"
    assert faults("unconfirmed") > before
    assert shop.states(odd) == ["sending"]
    monkeypatch.undo()
    assert (await shop.ended(odd)).state == "unconfirmed"
