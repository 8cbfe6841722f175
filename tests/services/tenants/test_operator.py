"""What the command line asks for: all of it can be repeated, nothing of it is for anybody else."""

import secrets

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc as stubs
from tests.services.tenants.shop import LINE, PASSWORD, Calls, Shop, new_provider_id, refused


async def _ensure_account(shop: Shop, account_id: str, provider_id: str = "", name: str = "LINE") -> pb.ChannelAccount:
    request = pb.EnsureChannelAccountRequest(
        tenant_id=str(shop.id),
        account_id=account_id,
        channel="line",
        name=name,
        provider_id=provider_id or new_provider_id(),
        credentials=LINE,
    )
    answer = await shop.calls.operator.EnsureChannelAccount(request)
    account: pb.ChannelAccount = answer.account
    return account


async def test_repeating_changes_nothing(shop: Shop) -> None:
    calls, account_id = shop.calls, f"demo-{secrets.token_hex(4)}"
    tenant = await calls.operator.EnsureTenant(pb.EnsureTenantRequest(slug=shop.slug, name="Another name", region="jp"))
    teammate = await calls.operator.EnsureTeammate(
        pb.EnsureTeammateRequest(
            tenant_id=str(shop.id),
            email=shop.admin.email.upper(),
            name="Another",
            role=pb.ROLE_CS_AGENT,
            password="another password",
        )
    )
    first = await _ensure_account(shop, account_id)
    before = len(await shop.audit())
    second = await _ensure_account(shop, account_id, name="Another")

    assert (tenant.tenant.id, tenant.tenant.name, tenant.tenant.region) == (str(shop.id), f"Shop {shop.slug}", "tw")
    assert (teammate.teammate.id, teammate.teammate.role) == (str(shop.admin.id), pb.ROLE_ADMIN)
    await calls.sign_in(shop.admin.email, PASSWORD)
    assert first == second
    assert first.id == account_id
    assert len(await shop.audit()) == before + 1


async def test_an_id_or_address_in_use_elsewhere_is_refused(shop: Shop) -> None:
    other, account_id = await shop.calls.shop(), f"demo-{secrets.token_hex(4)}"
    account = await _ensure_account(shop, account_id)

    with refused("channel_account_id_taken"):
        await _ensure_account(other, account_id)
    with refused("channel_account_connected"):
        await _ensure_account(other, account_id + "-2", account.provider_id)
    with refused("email_taken"):
        await shop.calls.operator.EnsureTeammate(
            pb.EnsureTeammateRequest(
                tenant_id=str(other.id),
                email=shop.admin.email,
                name="X",
                role=pb.ROLE_CS_AGENT,
                password=PASSWORD,
            )
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": ""}, "slug"),
        ({"slug": "Capital"}, "slug"),
        ({"slug": "x\x00"}, "slug"),
        ({"region": ""}, "region"),
        ({"name": ""}, "name"),
        ({"plan": "golden"}, "plan"),
    ],
)
async def test_wrong_tenants_are_refused_by_field(calls: Calls, changes: dict[str, str], field: str) -> None:
    request = pb.EnsureTenantRequest(**{"slug": "right", "name": "Right", "region": "tw", "plan": "pro", **changes})
    with refused("invalid_argument") as error:
        await calls.operator.EnsureTenant(request)
    assert error.value.fields["field"] == field


@pytest.mark.parametrize("account_id", ["", "x", "Capital", "a b", "é" * 5, "a" * 65, "a\x00b", "demo\n"])
async def test_wrong_account_ids_are_refused(shop: Shop, account_id: str) -> None:
    with refused("invalid_argument") as error:
        await _ensure_account(shop, account_id)
    assert error.value.fields["field"] == "account_id"


@pytest.mark.parametrize("tenant_id", ["", "x", "\x00", "01a20000-0000-7000-8000-000000000000"])
async def test_an_unknown_tenant_gets_nothing(calls: Calls, tenant_id: str) -> None:
    with refused("not_found"):
        await calls.operator.EnsureTeammate(
            pb.EnsureTeammateRequest(
                tenant_id=tenant_id, email="a@b.test", name="A", role=pb.ROLE_ADMIN, password=PASSWORD
            )
        )


async def test_nobody_but_the_operator_may(shop: Shop) -> None:
    for identity in ("gateway", "delivery", "conversations"):
        stub = stubs.OperatorServiceStub(shop.calls.stack.channel("tenants", identity))
        with refused("permission_denied"):
            await stub.EnsureTenant(pb.EnsureTenantRequest(slug=shop.slug, name="X", region="tw"))
        with refused("permission_denied"):
            await stub.ReencryptCredentials(pb.ReencryptCredentialsRequest())
