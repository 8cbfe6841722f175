"""Answers about orders whose shop cannot be called."""

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as tenants
from frontdesk.tenants.v1 import tenants_pb2_grpc as tenants_grpc
from tests.services.delivery.shop import Contact, Shop
from tests.support.inbound import unique


async def _orders(shop: Shop, answer_url: str) -> str:
    """An account whose answers go there, made by the operator, whom nobody examines; its id."""
    account_id = unique("order")
    operator = tenants_grpc.OperatorServiceStub(shop.stack.channel("tenants", "operator"))
    await operator.EnsureChannelAccount(
        tenants.EnsureChannelAccountRequest(
            tenant_id=str(shop.id),
            account_id=account_id,
            channel="order",
            name="Our orders",
            credentials={"webhook_secret": "a secret of the shop", "answer_url": answer_url},
        )
    )
    return account_id


@pytest.mark.promise(8)
@pytest.mark.parametrize("address", ["http://127.0.0.1:9977/answers", "https://10.0.0.8/answers"])
async def test_an_answer_to_an_address_that_is_never_called_fails_at_once(shop: Shop, address: str) -> None:
    account_id, order = await _orders(shop, address), Contact("1077", kind="order")
    requests = [await shop.send(order, text, account_id=account_id, channel="order") for text in ("one", "two")]
    for request in requests:
        ended = await shop.ended(request)
        assert (ended.state, ended.failure_code) == ("failed", "address_not_allowed")
        assert (await shop.attempt(request))["tries"] == 1


async def test_an_answer_to_a_name_that_nobody_knows_now_is_tried_again(shop: Shop) -> None:
    account_id = await _orders(shop, "https://shop.invalid/answers")
    request = await shop.send(Contact("1077", kind="order"), account_id=account_id, channel="order")
    # Between two tries it is queued again.
    assert (await shop.tried(request, 2))["state"] in {"queued", "sending"}
