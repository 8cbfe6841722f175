"""Messages by the Graph API: what goes out, and what its refusals do."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from frontdesk.conversations.v1.conversations_pb2 import OutgoingAttachment, OutgoingTemplate
from libs.storage.keys import new_key
from services.delivery.service.pace import CONTACT_BURST
from tests.services.delivery.graph import Number, person
from tests.services.delivery.shop import Shop
from tests.support.inbound import unique
from tests.support.wait import eventually


async def test_a_message_goes_to_the_number_with_its_reference_and_quote(number: Number, shop: Shop) -> None:
    mei = person()
    request = await number.send(mei, "hello", quoted_provider_message_id="wamid.q")
    ended = await shop.ended(request)
    assert (ended.state, ended.method) == ("sent", "push")
    assert ended.provider_message_id.startswith("wamid.")
    (call,) = number.of(request)
    assert (call["to"], call["text"]["body"], call["context"]) == (mei.alias, "hello", {"message_id": "wamid.q"})


@pytest.mark.rule(55)
async def test_a_file_goes_by_an_address_of_the_desk(number: Number, shop: Shop) -> None:
    attachment = OutgoingAttachment(
        kind="file",
        content_type="application/pdf",
        file_name="receipt.pdf",
        size_bytes=9,
        storage_key=new_key(shop.id, shop.now(), uuid4(), "a.pdf"),
    )
    request = await number.send(person(), "your receipt", type="file", attachments=[attachment])
    assert (await shop.ended(request)).state == "sent"
    document = number.of(request)[0]["document"]
    assert document["link"].startswith(f"{shop.stack.settings.public_url}/media/public/")
    assert (document["filename"], document["caption"]) == ("receipt.pdf", "your receipt")


@pytest.mark.promise(5)
async def test_a_file_of_another_tenant_goes_nowhere(number: Number, shop: Shop) -> None:
    stolen = OutgoingAttachment(kind="image", content_type="image/png")
    stolen.storage_key = new_key(uuid4(), shop.now(), uuid4(), "a.png")
    request = await number.send(person(), type="image", attachments=[stolen])
    assert (await shop.ended(request)).failure_code == "rejected"
    assert number.of(request) == []


@pytest.mark.rule(45)
@pytest.mark.rule(47)
async def test_after_the_window_a_template_goes_out_and_nothing_else(number: Number, shop: Shop) -> None:
    closed: dict[str, Any] = {"window_closes_at_ms": int(shop.now().timestamp() * 1000) - 1}
    components = [{"type": "body", "parameters": [{"type": "text", "text": "Mei"}]}]
    template = OutgoingTemplate(name="hello", language="zh_TW", components_json=json.dumps(components), text="Mei!")
    mei = person()
    late = await number.send(mei, **closed)
    sent = await number.send(
        mei, "Mei!", type="template", template=template, quoted_provider_message_id="wamid.q", **closed
    )
    assert (await shop.ended(sent)).state == "sent"
    ended = await shop.ended(late)
    assert (ended.state, ended.failure_code) == ("failed", "window_closed")
    (call,) = number.graph.calls[number.id]
    assert call["template"] == {"name": "hello", "language": {"code": "zh_TW"}, "components": components}
    assert call["context"] == {"message_id": "wamid.q"}


async def test_a_window_that_closes_while_the_account_pauses_is_kept(number: Number, shop: Shop) -> None:
    number.trouble(code=130429, headers={"Retry-After": "3600"})
    closes = shop.now() + timedelta(minutes=2)
    request = await number.send(person(), window_closes_at_ms=int(closes.timestamp() * 1000))
    await shop.tried(request)
    shop.pass_time(3600)
    assert (await shop.ended(request)).failure_code == "window_closed"
    assert len(number.of(request)) == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [(131026, "blocked"), (131047, "window_closed"), (131053, "media_refused"), (132001, "template_refused")],
)
async def test_refusals_have_reasons(number: Number, shop: Shop, code: int, expected: str) -> None:
    number.trouble(code=code)
    request = await number.send(person())
    ended = await shop.ended(request)
    assert (ended.state, ended.failure_code) == ("failed", expected)
    assert len(number.of(request)) == 1


@pytest.mark.promise(7)
async def test_a_contact_that_gets_too_much_backs_off_alone(number: Number, shop: Shop) -> None:
    mei, ken = person(), person()
    number.trouble(code=131056, to=mei.alias)
    slowed = await number.send(mei, "slowed")
    await shop.tried(slowed)
    behind, other = await number.send(mei, "behind"), await number.send(ken, "other")
    assert (await shop.ended(other)).state == "sent"
    assert shop.states(behind) == []
    assert (await _queue(number))["paused_until"] is None
    assert [(await shop.ended(each)).state for each in (slowed, behind)] == ["sent", "sent"]
    assert number.texts() == ["slowed", "other", "slowed", "behind"]


@pytest.mark.promise(7)
@pytest.mark.parametrize("code", [4, 613, 80007, 130429])
async def test_an_account_that_is_too_fast_pauses(number: Number, shop: Shop, code: int) -> None:
    number.trouble(code=code, headers={"Retry-After": "3600"})
    request = await number.send(person())
    await shop.tried(request)
    behind = await number.send(person())
    assert (await _queue(number))["paused_until"] is not None
    shop.pass_time(300)
    assert [(await shop.ended(each)).state for each in (request, behind)] == ["sent", "sent"]


@pytest.mark.promise(7)
async def test_an_expired_token_stops_the_account_until_there_is_a_new_one(number: Number, shop: Shop) -> None:
    mei = person()
    number.graph.tokens[number.id] = fresh = unique("token")
    requests = [await number.send(mei, text) for text in "abc"]
    await shop.account_told("reconnect")
    assert (await _queue(number))["reason"] == "token_expired"
    await number.rotate(fresh)
    assert [(await shop.ended(request)).state for request in requests] == ["sent"] * 3
    assert number.texts()[-3:] == ["a", "b", "c"]


async def test_more_than_a_minutes_worth_to_one_contact_lets_others_go_first(number: Number, shop: Shop) -> None:
    mei, ken = person(), person()
    requests = [await number.send(mei, str(place)) for place in range(CONTACT_BURST + 1)]
    for request in requests[:-1]:
        await shop.ended(request)
    other = await number.send(ken, "other")
    await shop.ended(other)
    assert shop.states(requests[-1]) == []
    assert (await shop.ended(requests[-1])).state == "sent"
    assert number.texts()[-2:] == ["other", str(CONTACT_BURST)]


async def test_an_account_is_checked_with_the_platform(number: Number, shop: Shop) -> None:
    number.graph.answers[number.id] = {"id": number.id, "verified_name": "Our shop", "display_phone_number": "+886 2"}
    check = await shop.check(number.account_id)
    assert (check.ok, check.display_name) == (True, "Our shop +886 2")
    number.graph.answers[number.id] = {"error": {"code": 190, "message": "expired"}}
    check = await shop.check(number.account_id)
    assert (check.ok, check.failure_code) == (False, "token_expired")


async def _queue(number: Number) -> Any:
    async def found() -> Any:
        rows = await number.shop.sql("SELECT * FROM delivery.account_queues WHERE account_id = $1", number.account_id)
        return rows[0] if rows else None

    return await eventually(found, what="queue")
