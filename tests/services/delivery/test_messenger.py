"""Messenger and Instagram: what was sent is known by its echo, should the answer be lost."""

from uuid import uuid4

import pytest

from tests.services.delivery.graph import Graph, Number
from tests.services.delivery.shop import Contact, Shop


@pytest.fixture(params=["facebook", "instagram"])
async def outlet(request: pytest.FixtureRequest, shop: Shop, graph: Graph) -> Number:
    """A page, or an Instagram account."""
    made = Number(shop, graph, request.param)
    await made.connect()
    return made


def customer(outlet: Number) -> Contact:
    """Somebody there."""
    return Contact(str(uuid4().int)[:16], kind=f"{outlet.channel}_user")


@pytest.mark.promise(4)
async def test_a_lost_answer_waits_for_its_echo(outlet: Number, shop: Shop) -> None:
    mei = customer(outlet)
    outlet.trouble(lost=True)
    lost, behind = await outlet.send(mei, "lost"), await outlet.send(mei, "behind")
    assert (await shop.ended(behind)).state == "sent"
    await outlet.awaited(lost)
    await outlet.confirmed(lost)
    assert (await shop.ended(lost)).state == "sent"
    assert len(outlet.of(lost)) == 1


async def test_a_persons_late_answer_carries_the_tag(outlet: Number, shop: Shop) -> None:
    mei = customer(outlet)
    early, late = await outlet.send(mei, "early"), await outlet.send(mei, "late", human_agent=True)
    for request in (early, late):
        assert (await shop.ended(request)).provider_message_id.startswith("mid.")
    assert [outlet.of(each)[0].get("tag") for each in (early, late)] == [None, "HUMAN_AGENT"]


@pytest.mark.parametrize(("code", "expected"), [(551, "blocked")])
async def test_who_cannot_be_reached_is_blocked(outlet: Number, shop: Shop, code: int, expected: str) -> None:
    outlet.trouble(code=code)
    ended = await shop.ended(await outlet.send(customer(outlet)))
    assert (ended.state, ended.failure_code) == ("failed", expected)


async def test_an_account_with_a_login_of_its_own_is_called_at_instagrams_address(shop: Shop, graph: Graph) -> None:
    outlet = Number(shop, graph, "instagram", login="instagram")
    await outlet.connect()
    request = await outlet.send(customer(outlet))
    ended = await shop.ended(request)
    assert ended.state == "failed", "there is nobody behind this path"
    assert graph.questions["v23.0"][-1].startswith(f"/instagram/v23.0/{outlet.id}/messages")
