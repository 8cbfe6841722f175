"""`frontdesk ledger`, `dead-letters` and `data-deletions`, as an operator types them."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from cli.demo_accounts import META_APP_SECRET
from frontdesk.tenants.v1 import tenants_pb2, tenants_pb2_grpc
from libs.bus.bus import Bus
from libs.bus.messages import Outgoing
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.signed_requests import FORM, form, signed_request
from tests.support.stack import Stack, running_stack


@dataclass
class Said:
    """What a command answered."""

    code: int
    out: bytes
    err: str


@pytest.fixture(scope="module")
async def desk(databases: Databases, redis: LocalServer) -> AsyncIterator[Stack]:
    async with running_stack(databases, redis, ["tenants", "ingestion"]) as stack:
        yield stack


async def _frontdesk(desk: Stack, *arguments: str) -> Said:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "cli.main", *arguments),
        env={**os.environ, **desk.environment("operator")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Said(process.returncode or 0, out, err.decode())


async def test_what_a_webhook_refused_is_listed_with_its_reason_and_shown_as_it_came(desk: Stack) -> None:
    body = b'{"events": [], "forged": "\xff"}'
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.post(
            f"{desk.webhooks_url}/webhooks/line/demo-line", content=body, headers={"x-line-signature": "forged"}
        )
    assert answer.status_code in (400, 401, 403)
    listed = await _frontdesk(desk, "ledger", "list", "--account", "demo-line", "--json")
    entries = [json.loads(line) for line in listed.out.splitlines()]
    assert [(entry["verdict"], entry["bytes"]) for entry in entries] == [("refused", str(len(body)))]
    shown = await _frontdesk(desk, "ledger", "show", entries[0]["id"])
    assert shown.out == body
    assert entries[0]["reason"] in shown.err


async def test_a_refused_entry_that_does_not_exist_is_one_line(desk: Stack) -> None:
    said = await _frontdesk(desk, "ledger", "replay", "01a2004a-7ee0-7674-8a89-91090923e7dc")
    assert said.code == 1
    assert said.err.startswith("frontdesk: ")
    assert len(said.err.splitlines()) == 1


async def test_several_entries_are_replayed_by_what_they_are_and_the_way_is_told(desk: Stack) -> None:
    bodies = [b'{"destination": "U1", "events": []}', b"no webhook at all"]
    began = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    async with httpx.AsyncClient(timeout=30) as client:
        for body in bodies:
            await client.post(
                f"{desk.webhooks_url}/webhooks/line/demo-line", content=body, headers={"x-line-signature": "forged"}
            )
    said = await _frontdesk(desk, "ledger", "replay", "--verdict", "refused", "--since", began)
    assert said.code == 1
    assert said.out.decode().startswith("1 replayed, 0 published, 1 failed, up to 20")
    assert len(said.err.splitlines()) == 1
    listed = await _frontdesk(desk, "ledger", "list", "--verdict", "refused", "--since", began, "--json")
    entries = [json.loads(line) for line in listed.out.splitlines()]
    assert sorted(bool(entry["replayed"]) for entry in entries) == [False, True]
    nothing = await _frontdesk(desk, "ledger", "replay", "--until", began, "--kind", "nothing")
    assert (nothing.code, nothing.out) == (0, b"0 replayed, 0 published, 0 failed\n")
    assert (await _frontdesk(desk, "ledger", "replay")).code == 2


async def test_dead_letters_are_listed_and_replayed(desk: Stack) -> None:
    bus = Bus(desk.nats.url)
    await bus.connect()
    try:
        headers = {
            "Nats-Msg-Id": "letter-1",
            "Frontdesk-Dead-Subject": "events.t.test.happened",
            "Frontdesk-Dead-Consumer": "a-consumer",
            "Frontdesk-Dead-Error": "ValueError('odd')",
            "Frontdesk-Dead-Msg-Id": "event-1",
            "Frontdesk-Dead-Tries": "5",
        }
        await bus.publish_raw(Outgoing("dead.a-consumer", b"payload", headers))
        listed = await _frontdesk(desk, "dead-letters", "list", "--json")
        letter = json.loads(listed.out)
        assert (letter["consumer"], letter["tries"], letter["error"]) == ("a-consumer", 5, "ValueError('odd')")
        assert (await _frontdesk(desk, "dead-letters", "show", str(letter["number"]))).out == b"payload"
        assert (await _frontdesk(desk, "dead-letters", "replay", str(letter["number"]))).code == 0
        assert (await _frontdesk(desk, "dead-letters", "list")).err.strip() == "Nothing there."
        replayed = await bus.jetstream.get_last_msg("EVENTS", "events.t.test.happened")
        assert replayed.data == b"payload"
    finally:
        await bus.close()


async def test_a_desk_that_does_not_run_is_one_line(desk: Stack) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "cli.main", "ledger", "list"),
        env={**os.environ, **desk.environment("operator"), "FRONTDESK_INGESTION_ADDRESS": "127.0.0.1:1"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert process.returncode == 1
    assert len(err.decode().splitlines()) == 1


async def _elsewhere(folder: Path, *arguments: str) -> Said:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "cli.main", *arguments),
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("FRONTDESK_")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Said(process.returncode or 0, out, err.decode())


@pytest.mark.parametrize(
    "command", [("queues",), ("failures",), ("ledger", "list"), ("dead-letters", "list")], ids=lambda words: words[0]
)
async def test_where_no_desk_is_the_command_says_where_to_run_it(tmp_path: Path, command: tuple[str, ...]) -> None:
    said = await _elsewhere(tmp_path, *command)
    assert (said.code, len(said.err.splitlines())) == (1, 1), said.err
    assert str(tmp_path) in said.err
    assert "FRONTDESK_DATA_DIR" in said.err


async def test_the_help_names_the_command_as_it_is_typed(tmp_path: Path) -> None:
    said = await _elsewhere(tmp_path, "--help")
    assert "Usage: frontdesk " in said.out.decode()


async def test_a_tenant_is_made_with_an_admin_who_can_sign_in(desk: Stack) -> None:
    made = await _frontdesk(desk, "tenant", "create", "new-shop", "owner@new-shop.test", "--name", "New Shop")
    assert made.code == 0, made.err
    password = made.out.decode().split("password ")[1].split()[0]
    async with desk.channel("tenants") as channel:
        sessions = tenants_pb2_grpc.SessionsServiceStub(channel)
        session = await sessions.CreateSession(
            tenants_pb2.CreateSessionRequest(email="owner@new-shop.test", password=password, client_ip="192.0.2.1")
        )
    assert (session.principal.tenant.name, session.principal.teammate.role) == ("New Shop", tenants_pb2.ROLE_ADMIN)


async def test_a_wrong_tenant_is_one_line(desk: Stack) -> None:
    said = await _frontdesk(desk, "tenant", "create", "No Slug", "owner@new-shop.test")
    assert said.code != 0
    assert len(said.err.strip().splitlines()) == 1, said.err


async def test_a_request_for_deletion_is_listed_until_it_is_said_to_be_done(desk: Stack) -> None:
    async with httpx.AsyncClient(base_url=desk.webhooks_url, timeout=30) as client:
        signed = form(signed_request("5555555555", META_APP_SECRET))
        asked = await client.post("/webhooks/meta/data-deletion", content=signed, headers=FORM)
        code = asked.json()["confirmation_code"]
        listed = await _frontdesk(desk, "data-deletions", "list", "--json")
        (row,) = [json.loads(line) for line in listed.out.splitlines()]
        assert (row["code"], row["user"], row["tenant"], row["done_at"]) == (code, "5555555555", "", "")
        due = datetime.fromisoformat(row["received_at"]) + timedelta(days=30)
        assert row["due"] == f"{due:%Y-%m-%d}"

        done = await _frontdesk(desk, "data-deletions", "done", code)
        assert (done.code, done.out.decode().split(":")[0]) == (0, code)
        assert (await _frontdesk(desk, "data-deletions", "list", "--json")).out == b""
        every = await _frontdesk(desk, "data-deletions", "list", "--all", "--json")
        assert json.loads(every.out)["done_by"] == "operator"
        told = await client.get(f"/webhooks/meta/data-deletion/{code}", headers={"accept-language": "en"})
        assert "it was done on" in told.text
    unknown = await _frontdesk(desk, "data-deletions", "done", "0" * 24)
    assert (unknown.code, unknown.err) == (1, "frontdesk: No request has this code.\n")
