"""Templates: as the platform knows them, remembered for minutes, filled in only where it approved them."""

import json
from typing import Any

import pytest

from frontdesk.delivery.v1 import delivery_pb2 as pb
from frontdesk.delivery.v1 import delivery_pb2_grpc as stubs
from libs.rpc.errors import FailedPreconditionError, InvalidArgumentError, NotFoundError
from tests.services.delivery.graph import Number
from tests.services.delivery.shop import Shop

pytestmark = pytest.mark.rule(45)

BODY = {"type": "BODY", "text": "Hello {{1}}", "example": {"body_text": [["Mei"]]}}


def template(name: str, status: str = "APPROVED", language: str = "zh_TW") -> dict[str, Any]:
    """One as the platform lists it."""
    return {"name": name, "status": status, "language": language, "category": "UTILITY", "components": [BODY]}


def known(number: Number, *templates: dict[str, Any], after: str = "") -> None:
    """What the platform answers."""
    paging = {"next": "more", "cursors": {"after": after}} if after else {}
    number.graph.answers[f"9{number.id}/message_templates"] = {"data": list(templates), "paging": paging}


async def listed(shop: Shop, account_id: str, **fields: Any) -> pb.ListTemplatesResponse:
    """ListTemplates."""
    stub = stubs.DeliveryServiceStub(shop.stack.channel("delivery"))
    request = pb.ListTemplatesRequest(account_id=account_id, **fields)
    answer: pb.ListTemplatesResponse = await stub.ListTemplates(request, metadata=shop.as_admin("delivery"))
    return answer


async def rendered(shop: Shop, account_id: str, name: str, *body: str) -> pb.RenderTemplateResponse:
    """RenderTemplate."""
    stub = stubs.DeliveryServiceStub(shop.stack.channel("delivery"))
    request = pb.RenderTemplateRequest(account_id=account_id, name=name, language="zh_TW", body=body)
    answer: pb.RenderTemplateResponse = await stub.RenderTemplate(request, metadata=shop.as_admin("delivery"))
    return answer


async def test_templates_are_listed_with_status_and_variables_page_by_page(number: Number, shop: Shop) -> None:
    known(number, template("hello"), template("later", "PENDING"), after="p2")
    answer = await listed(shop, number.account_id)
    assert [(each.name, each.status) for each in answer.templates] == [("hello", "approved"), ("later", "pending")]
    (variable,) = answer.templates[0].variables
    assert (variable.component, variable.index, variable.example) == ("body", 0, "Mei")
    assert answer.templates[0].body == "Hello {{1}}"
    assert answer.next_page_token == "p2"
    await listed(shop, number.account_id, page_token="p2")
    assert "after=p2" in number.graph.questions[f"9{number.id}"][-1]


async def test_the_platform_is_asked_again_after_minutes_or_when_told_to(number: Number, shop: Shop) -> None:
    known(number, template("hello"))
    for _ in range(2):
        await listed(shop, number.account_id)
    assert len(number.graph.questions[f"9{number.id}"]) == 1
    await listed(shop, number.account_id, refresh=True)
    shop.pass_time(200)
    await listed(shop, number.account_id)
    assert len(number.graph.questions[f"9{number.id}"]) == 3


async def test_a_template_is_filled_in(number: Number, shop: Shop) -> None:
    known(number, template("hello"))
    answer = await rendered(shop, number.account_id, "hello", "美美")
    assert (answer.name, answer.language, answer.text) == ("hello", "zh_TW", "Hello 美美")
    expected = [{"type": "body", "parameters": [{"type": "text", "text": "美美"}]}]
    assert json.loads(answer.components_json) == expected


async def test_what_cannot_be_filled_in_says_why(number: Number, shop: Shop) -> None:
    known(number, template("hello"), template("later", "PENDING"))
    with pytest.raises(InvalidArgumentError, match="1 values, not 0"):
        await rendered(shop, number.account_id, "hello")
    with pytest.raises(FailedPreconditionError, match="pending"):
        await rendered(shop, number.account_id, "later", "x")
    with pytest.raises(NotFoundError):
        await rendered(shop, number.account_id, "unknown", "x")


async def test_a_refusal_is_told_and_not_remembered(number: Number, shop: Shop) -> None:
    number.graph.answers[f"9{number.id}/message_templates"] = {"error": {"code": 190, "message": "expired"}}
    with pytest.raises(FailedPreconditionError, match="expired"):
        await listed(shop, number.account_id)
    known(number, template("hello"))
    assert len((await listed(shop, number.account_id)).templates) == 1


async def test_a_channel_without_templates_has_none(shop: Shop) -> None:
    assert not (await listed(shop, shop.account_id)).templates


@pytest.mark.promise(5)
async def test_nobody_reads_another_tenants_templates(number: Number, other: Shop) -> None:
    known(number, template("hello"))
    with pytest.raises(NotFoundError):
        await listed(other, number.account_id)
    with pytest.raises(NotFoundError):
        await rendered(other, number.account_id, "hello", "x")
    assert number.graph.questions[f"9{number.id}"] == []
