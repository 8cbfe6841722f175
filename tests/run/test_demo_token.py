"""The demo is made on a cluster, too, where the simulator wants its token."""

from cli.run.http import get_status
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.stack import running_stack


async def test_the_demo_shows_the_simulators_token(databases: Databases, redis: LocalServer) -> None:
    variables = {"FRONTDESK_SIMULATOR_TOKEN": "secret"}
    async with running_stack(databases, redis, ["tenants", "simulator"], variables) as stack:
        status, _text = await get_status(f"{stack.simulator_url}/control/line/accounts")
        assert status == 403
        await stack.seed_demo(stack.services)
