"""The smoke test of the real platforms works, held against the simulator."""

import httpx
import pytest

from libs.channels.registry import CHANNELS
from tests.smoke_live.__main__ import main
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.stack import running_stack

_CUSTOMER = "U" + "0123" * 8
_ACCOUNT = {"account_id": "live", "channel_secret": "secret", "access_token": "token", "display_name": "Live Shop"}


async def test_without_credentials_it_says_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert await main({}) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(": not run")[0] for line in said] == sorted(CHANNELS)


async def test_it_asks_who_the_account_is_and_sends_once(
    databases: Databases, redis: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_stack(databases, redis, ["simulator"], demo=False) as stack, httpx.AsyncClient() as client:
        control = f"{stack.simulator_url}/control"
        # Nobody takes this webhook; that the customer wrote makes them known.
        account = {**_ACCOUNT, "webhook_url": f"{stack.simulator_url}/nowhere"}
        (await client.post(f"{control}/line/accounts", json=account)).raise_for_status()
        message = {"user_id": _CUSTOMER, "text": "hello"}
        (await client.post(f"{control}/line/live/messages", json=message)).raise_for_status()
        given = {"FRONTDESK_LINE_API_URL": f"{stack.simulator_url}/line", "FRONTDESK_LIVE_LINE_RECIPIENT": _CUSTOMER}
        assert await main({**given, "FRONTDESK_LIVE_LINE_ACCESS_TOKEN": "token"}) == 0
        assert "ok: the account is 'Live Shop'; sent one text" in capsys.readouterr().out
        assert await main({**given, "FRONTDESK_LIVE_LINE_ACCESS_TOKEN": "wrong"}) == 1
        assert "failed: token_expired" in capsys.readouterr().out
        received = (await client.get(f"{control}/ledger", params={"direction": "received"})).json()
        assert [entry["text"] for entry in received["entries"]] == ["Frontdesk smoke test"]
