"""The two ways tests run services: in one event loop, and as processes that can be killed."""

from cli.run.http import get_status
from tests.support.databases import Databases
from tests.support.processes import process_stack
from tests.support.servers import LocalServer
from tests.support.stack import running_stack


async def test_services_run_in_the_tests_own_loop(databases: Databases, redis: LocalServer) -> None:
    async with running_stack(databases, redis, ["simulator"], demo=False) as stack:
        assert (await get_status(f"{stack.simulator_url}/line/v2/bot/info"))[0] == 401


async def test_a_killed_service_comes_back_at_its_address() -> None:
    async with process_stack(["simulator"], demo=False) as stack:
        await stack.kill("simulator")
        assert stack.running() == []
        assert (await get_status(f"{stack.simulator_url}/line/v2/bot/info"))[0] == 0
        await stack.start("simulator")
        assert (await get_status(f"{stack.simulator_url}/line/v2/bot/info"))[0] == 401
