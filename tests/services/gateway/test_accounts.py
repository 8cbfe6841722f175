"""Accounts and the ledger at the public address, with every service behind it and the simulator as the platforms."""

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from libs.channels.line import messages
from libs.channels.line.inbound import KINDS, Kind
from tests.support.stack import Stack
from tests.support.wait import eventually


@pytest.fixture
async def admin(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which an admin is signed in."""
    async with httpx.AsyncClient(base_url=stack.url, trust_env=False, timeout=60) as client:
        answer = await client.post("/api/v1/sessions", json={"email": "admin@demo.test", "password": "frontdesk"})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


async def _allowed(client: httpx.AsyncClient, authorize_url: str, account: str, allow: bool = True) -> str:
    """Where the dialog leads back to."""
    form = {"answer": "allow" if allow else "deny", "account": account}
    answer = await client.post(authorize_url, data=form)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def _start(admin: httpx.AsyncClient, channel: str = "facebook") -> dict[str, Any]:
    answer = await admin.post("/api/v1/connections", json={"channel": channel})
    assert answer.status_code == 201, answer.text
    started: dict[str, Any] = answer.json()
    return started


@pytest.mark.parametrize("channel", ["facebook", "whatsapp"])
async def test_an_account_is_connected_by_the_platforms_dialog(admin: httpx.AsyncClient, channel: str) -> None:
    started = await _start(admin, channel)
    back = await _allowed(admin, started["authorize_url"], f"outlet-{channel}")
    returned = await admin.get(back)
    assert returned.status_code == 303, returned.text
    assert returned.headers["location"] == f"/settings/channels?connection={started['id']}"

    seen = (await admin.get(f"/api/v1/connections/{started['id']}")).json()
    assert seen["state"] == "ready", seen
    assert "token" not in json.dumps(seen["accounts"])
    ids = [one["provider_id"] for one in seen["accounts"]]
    connected = await admin.post(f"/api/v1/connections/{started['id']}:connect", json={"provider_ids": ids})
    (result,) = connected.json()["results"]
    assert result["account"]["state"] == "active", result

    checked = await admin.post(f"/api/v1/channel-accounts/{result['account']['id']}:check")
    assert checked.json()["ok"], checked.text
    listed = (await admin.get("/api/v1/channel-accounts")).json()["channel_accounts"]
    (account,) = [one for one in listed if one["id"] == result["account"]["id"]]
    assert account["health"]["webhook_problem"] is None
    assert account["health"]["token_state"] == "ok"


async def test_a_dialog_that_leads_back_elsewhere_connects_nothing(admin: httpx.AsyncClient, stack: Stack) -> None:
    started = await _start(admin)
    back = await _allowed(admin, started["authorize_url"], "outlet-facebook")
    async with httpx.AsyncClient(base_url=stack.url, trust_env=False, timeout=30) as another:
        returned = await another.get(back)
    assert returned.headers["location"] == "/settings/channels?connection_error=connection_not_found"
    # Without any of what it had been told.
    assert urlsplit(back).query not in returned.headers["location"]
    assert (await admin.get(f"/api/v1/connections/{started['id']}")).json()["state"] == "waiting"


async def test_who_refuses_in_the_dialog_is_told(admin: httpx.AsyncClient) -> None:
    started = await _start(admin)
    await admin.get(await _allowed(admin, started["authorize_url"], "outlet-facebook", allow=False))
    seen = (await admin.get(f"/api/v1/connections/{started['id']}")).json()
    assert (seen["state"], seen["failure_code"]) == ("failed", "refused_by_person")


async def test_a_line_account_is_told_where_to_send_and_shows_how_it_is(admin: httpx.AsyncClient) -> None:
    token = {"channel_secret": "own-secret", "access_token": "own-token"}
    bot = "U" + "ab" * 16
    known = {**token, "account_id": "own-line", "bot_user_id": bot, "monthly_quota": 500}
    (await admin.post("/simulator/control/line/accounts", json=known)).raise_for_status()
    new = {"channel": "line", "name": "Own", "provider_id": bot, "credentials": token}

    made = await admin.post("/api/v1/channel-accounts", json=new)

    assert made.status_code == 201, made.text
    account = made.json()
    set_up = (await admin.get("/simulator/control/line/own-line")).json()
    assert set_up["webhook_url"] == account["webhook_url"]
    health = account["health"]
    assert (health["webhook_problem"], health["redelivery_warning"], health["webhook_silent"]) == (None, True, False)
    assert health["quota"] == {"limit": 500, "used": 0}
    wrong = {**new, "name": "Again", "credentials": {**token, "access_token": "nobody's"}}
    refused = await admin.post("/api/v1/channel-accounts", json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (409, "credentials_refused")
    assert "nobody's" not in refused.text

    again = await admin.post(f"/api/v1/channel-accounts/{account['id']}:set-up-webhook")
    assert again.json()["health"]["webhook_problem"] is None
    gone = (await admin.post(f"/api/v1/channel-accounts/{account['id']}:disconnect")).json()
    assert (gone["state"], gone["health"]) == ("disconnected", None)
    back = await admin.post(f"/api/v1/channel-accounts/{account['id']}:reconnect", json={"credentials": token})
    assert (back.json()["id"], back.json()["state"]) == (account["id"], "active")


async def test_the_ledger_shows_what_came_with_its_bytes_and_replays_it(admin: httpx.AsyncClient) -> None:
    for number, body in enumerate(({"type": "text", "text": "for the ledger"}, {"kind": "hologram"})):
        path = "/simulator/control/line/demo-line/" + ("events" if number else "messages")
        (await admin.post(path, json={"user_id": "U" + "cd" * 16, **body})).raise_for_status()

    async def both() -> bool:
        found = (await admin.get("/api/v1/ledger-entries?account_id=demo-line")).json()["entries"]
        return {"stored", "parked"} <= {one["verdict"] for one in found}

    await eventually(both, 20, "a stored and a parked one")
    (parked,) = (await admin.get("/api/v1/ledger-entries?verdict=parked")).json()["entries"]
    whole = (await admin.get(f"/api/v1/ledger-entries/{parked['id']}")).json()
    assert json.loads(base64.b64decode(whole["raw"]))["type"] == "hologram"
    again = await admin.post(f"/api/v1/ledger-entries/{parked['id']}:replay")
    assert (again.status_code, again.json()["code"]) == (422, "still_not_understood")

    stored = (await admin.get("/api/v1/ledger-entries?verdict=stored&page_size=1")).json()["entries"][0]
    assert (await admin.post(f"/api/v1/ledger-entries/{stored['id']}:replay")).json() == {"published": 1}
    assert (await admin.get(f"/api/v1/ledger-entries/{stored['id']}")).json()["replayed_at"]
    answer = await admin.get("/api/v1/ledger-entries?verdict=lost")
    assert answer.status_code == 422


async def test_after_a_fix_the_ledger_is_replayed_and_the_thread_says_what_was_meant(
    admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def older(fields: Any, token: str) -> Any:
        meaning = messages.message(fields, token)
        meaning.type, meaning.text = "unsupported", ""
        return meaning

    async def shown() -> list[tuple[str, str]]:
        rows = (await admin.get("/api/v1/conversations")).json()["conversations"]
        ours = [row for row in rows if row["last_message"]["type"] in ("unsupported", "text")]
        thread = (await admin.get(f"/api/v1/conversations/{ours[0]['id']}/messages")).json() if ours else {}
        return [(one["type"], one["text"]) for one in thread.get("messages", [])[:1]]

    began = datetime.now(UTC).isoformat()
    with monkeypatch.context() as before:
        before.setitem(KINDS, "message", Kind("message", older))
        said = {"user_id": "U" + "ef" * 16, "type": "text", "text": "what was meant"}
        (await admin.post("/simulator/control/line/demo-line/messages", json=said)).raise_for_status()
        await eventually(async_is(shown, [("unsupported", "")]), 20, "misread")
    wanted = {"account_id": "demo-line", "kind": "message", "verdict": "stored", "received_from": began}

    async def recorded() -> bool:
        return bool((await admin.get("/api/v1/ledger-entries", params=wanted)).json()["entries"])

    await eventually(recorded, 20, "written down")
    answer = await admin.post("/api/v1/ledger-entries:replay", json=wanted)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()[name] for name in ("entries", "published", "failed", "next_page_token")} == {
        "entries": 1,
        "published": 1,
        "failed": [],
        "next_page_token": None,
    }
    await eventually(async_is(shown, [("text", "what was meant")]), 20, "put right")
    (entry,) = (await admin.get("/api/v1/ledger-entries", params=wanted)).json()["entries"]
    assert entry["replayed_at"]

    async def audited() -> bool:
        found = (await admin.get("/api/v1/audit-entries")).json()["entries"]
        return any(
            (one["action"], one["actor_id"]) == ("ledger.replayed", entry["replayed_by"])
            and "account_id demo-line" in one["fields"]["wanted"]
            for one in found
        )

    await eventually(audited, 20, "the audit log says who")


def async_is(asked: Callable[[], Awaitable[object]], wanted: object) -> Callable[[], Awaitable[bool]]:
    """Whether the answer is this by now."""

    async def is_it() -> bool:
        return bool(await asked() == wanted)

    return is_it
