"""Quotas: what the platform counts of a month's messages, told to whoever is signed in."""

import pytest

from frontdesk.delivery.v1 import delivery_pb2 as pb
from frontdesk.delivery.v1 import delivery_pb2_grpc as stubs
from libs.rpc.errors import NotFoundError
from tests.services.delivery.graph import Number
from tests.services.delivery.shop import Shop


async def _quota(shop: Shop, account_id: str) -> pb.GetQuotaResponse:
    stub = stubs.DeliveryServiceStub(shop.stack.channel("delivery"))
    request = pb.GetQuotaRequest(account_id=account_id)
    answer: pb.GetQuotaResponse = await stub.GetQuota(request, metadata=shop.as_admin("delivery"))
    return answer


async def test_what_was_sent_this_month_counts(shop: Shop) -> None:
    await shop.control("PATCH", f"line/{shop.account_id}", {"monthly_quota": 5})
    await shop.ended(await shop.send(await shop.contact()))
    quota = await _quota(shop, shop.account_id)
    assert (quota.limited, quota.limit, quota.used) == (True, 5, 1)


async def test_where_the_platform_counts_nothing_there_is_none(number: Number, shop: Shop) -> None:
    quota = await _quota(shop, number.account_id)
    assert (quota.limited, quota.used) == (False, 0)


@pytest.mark.promise(5)
async def test_another_tenants_account_is_not_found(number: Number, other: Shop) -> None:
    with pytest.raises(NotFoundError):
        await _quota(other, number.account_id)
