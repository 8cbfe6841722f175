"""The demo: two tenants, their teammates, and an account on every channel. Repeating it changes nothing."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import httpx
import typer
from grpc.aio import AioRpcError

from cli.demo_accounts import DemoAccount, demo_accounts
from cli.demo_offered import offered
from cli.operator import operator_runtime, rpc
from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.app.runtime import Runtime
from libs.app.settings import SettingsError
from libs.rpc.errors import FrontdeskError, UnavailableError

T = TypeVar("T")

app = typer.Typer(help="The demo tenant.", no_args_is_help=True, add_completion=False)

PASSWORD = "frontdesk"  # noqa: S105 - the demo's, public on purpose
_DEMO_TEAM = (
    ("admin@demo.test", "Ada Admin", pb.ROLE_ADMIN),
    ("supervisor@demo.test", "Sun Supervisor", pb.ROLE_SUPERVISOR),
    ("cs-manager@demo.test", "Mei Manager", pb.ROLE_CS_MANAGER),
    ("agent@demo.test", "Amy Agent", pb.ROLE_CS_AGENT),
    ("agent2@demo.test", "Ben Agent", pb.ROLE_CS_AGENT),
    ("agent3@demo.test", "Chi Agent", pb.ROLE_CS_AGENT),
    ("sales-manager@demo.test", "Sam Sales Manager", pb.ROLE_SALES_MANAGER),
    ("sales@demo.test", "Sue Sales", pb.ROLE_SALESPERSON),
)
_OTHER_TEAM = (("admin@other.test", "Otto Other", pb.ROLE_ADMIN),)
_SECONDS = 180.0


async def seed(runtime: Runtime) -> None:
    """Makes what is missing. Waits for tenants and simulator to come up; FrontdeskError or httpx's when they do not."""
    simulator = runtime.environment.get("FRONTDESK_SIMULATOR_HTTP")
    async with rpc(runtime, "tenants") as channel:
        operator = tenants_pb2_grpc.OperatorServiceStub(channel)
        demo, _other = await asyncio.gather(
            _tenant(operator, "demo", "Demo Shop", _DEMO_TEAM), _tenant(operator, "other", "Other Shop", _OTHER_TEAM)
        )
        accounts = [_connected(demo, account, simulator) for account in demo_accounts()]
        await asyncio.gather(*map(operator.EnsureChannelAccount, accounts))
    if simulator:
        await _tell_simulator(simulator, runtime)


async def _tenant(
    operator: tenants_pb2_grpc.OperatorServiceStub, slug: str, name: str, team: Sequence[tuple[str, str, pb.Role]]
) -> str:
    tenant = await _when_up(
        lambda: operator.EnsureTenant(pb.EnsureTenantRequest(slug=slug, name=name, region="tw", plan="pro"))
    )
    members = (
        pb.EnsureTeammateRequest(tenant_id=tenant.tenant.id, email=email, name=person, role=role, password=PASSWORD)
        for email, person, role in team
    )
    await asyncio.gather(*(operator.EnsureTeammate(member, timeout=_SECONDS) for member in members))
    return str(tenant.tenant.id)


async def _tell_simulator(simulator: str, runtime: Runtime) -> None:
    webhooks = runtime.environment.get("FRONTDESK_INGESTION_HTTP") or runtime.common.public_url
    token = runtime.environment.get("FRONTDESK_SIMULATOR_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(timeout=10, trust_env=False, headers=headers) as client:
        for account in demo_accounts():
            if account.played is not None:
                await _play(client, f"{simulator}/control/{account.channel}/accounts", account.told(webhooks))
        for channel, told in offered(webhooks).items():
            # One that was connected since is left as it is.
            known = await client.get(f"{simulator}/control/{channel}/{told['account_id']}")
            if known.status_code == httpx.codes.NOT_FOUND:
                await _play(client, f"{simulator}/control/{channel}/accounts", told)


async def _play(client: httpx.AsyncClient, address: str, account: dict[str, object]) -> None:
    (await _when_up(lambda: client.post(address, json=account))).raise_for_status()


def _connected(tenant_id: str, account: DemoAccount, simulator: str | None) -> pb.EnsureChannelAccountRequest:
    return pb.EnsureChannelAccountRequest(
        tenant_id=tenant_id,
        account_id=account.id,
        channel=account.channel,
        name=account.name,
        provider_id=account.provider_id,
        credentials=account.all_credentials(simulator),
    )


async def _when_up(call: Callable[[], Awaitable[T]]) -> T:
    """The first answer of a service that may still be on its way."""
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            return await call()
        except (UnavailableError, httpx.TransportError):
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(0.1)


@app.callback()
def _group() -> None:
    """Keeps `seed` a subcommand while it is the only one."""


@app.command("seed")
def seed_command() -> None:
    """Makes the demo tenant, or what is missing of it."""
    try:
        asyncio.run(seed(operator_runtime()))
    except (FrontdeskError, AioRpcError, httpx.HTTPError, SettingsError) as error:
        first = f"{type(error).__name__}: {error}".splitlines()[0]
        typer.echo(f"The demo cannot be made: {first}", err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
