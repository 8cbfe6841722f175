"""`frontdesk queues` and `frontdesk failures`, with the settings an operator's pod has and no way into the database."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

import pytest

from tests.run.test_commands import Said
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.stack import Stack, running_stack
from tests.support.wait import eventually

_SERVICES = ["simulator", "tenants", "conversations", "ingestion", "delivery"]
_TENANT = uuid4()
# What the operator's pod has: templates/operator of the chart.
_GIVEN = re.compile(r"FRONTDESK_(IDENTITY_KEYS|IDENTITY_KEY_OPERATOR|NATS_URL|[A-Z]+_ADDRESS)")
_ATTEMPTS = """
    INSERT INTO delivery.attempts (tenant_id, message_id, attempt, account_id, channel, contact_id, conversation_id,
        recipient_kind, recipient, type, text, sequence, attempt_key, queued_at, state, failure_code, failure_detail,
        finished_at)
    SELECT $1, gen_random_uuid(), 1, $2, 'line', gen_random_uuid(), gen_random_uuid(), 'line_user', 'U', 'text',
        'a customer''s secret', 1, gen_random_uuid(), now() - interval '10 minutes', $3, $4, $5,
        CASE WHEN $3 = 'failed' THEN now() - interval '20 minutes' END
    FROM generate_series(1, $6)"""
_FETCHES = """
    INSERT INTO delivery.media_fetches (tenant_id, attachment_id, account_id, channel, conversation_id, message_id,
        kind, provider_content_id, url, file_name, occurred_at, requested_at, next_at)
    SELECT $1, gen_random_uuid(), 'slow', 'line', gen_random_uuid(), gen_random_uuid(), 'image', 'c', '', '', now(),
        now() - interval '5 minutes', now() + interval '9 minutes' FROM generate_series(1, 4)"""


@pytest.fixture(scope="module")
async def desk(databases: Databases, redis: LocalServer) -> AsyncIterator[Stack]:
    """The services behind the gateway, with something stuck in delivery."""
    async with running_stack(databases, redis, _SERVICES, demo=False) as stack:
        for account, state in (("slow", "active"), ("out", "reconnect"), ("empty", "reconnect")):
            await stack.database.fetch(
                "INSERT INTO delivery.account_queues (tenant_id, account_id, state, reason) VALUES ($1, $2, $3, $4)",
                _TENANT,
                account,
                state,
                "token_expired" if state == "reconnect" else "",
            )
        # Without lanes, so that nobody takes them.
        await stack.database.fetch(_ATTEMPTS, _TENANT, "slow", "queued", "platform_error", "HTTP 500", 3)
        await stack.database.fetch(_ATTEMPTS, _TENANT, "out", "queued", "", "", 2)
        await stack.database.fetch(_ATTEMPTS, _TENANT, "slow", "failed", "template_refused", "paused", 7)
        await stack.database.fetch(_FETCHES, _TENANT)
        yield stack


async def _frontdesk(desk: Stack, *arguments: str, **variables: str) -> Said:
    everything = desk.environment("operator")
    environment = {name: value for name, value in everything.items() if _GIVEN.fullmatch(name)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "cli.main", *arguments),
        env={**os.environ, **environment, **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Said(process.returncode or 0, out, err.decode())


def _rows(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def _of(rows: Sequence[dict[str, Any]], service: str, work: str) -> list[tuple[Any, ...]]:
    found = [row for row in rows if (row["service"], row["work"]) == (service, work)]
    return [(row["account"], row["waiting"], row["waits_for"]) for row in found]


async def test_what_waits_is_told_with_its_age_and_what_it_waits_for(desk: Stack) -> None:
    said = await _frontdesk(desk, "queues", "--json")
    assert (said.code, said.err) == (0, "")
    rows = _rows(said)
    assert _of(rows, "delivery", "messages") == [
        ("slow", 3, "its turn (platform_error HTTP 500)"),
        ("out", 2, "somebody to connect the account anew (token_expired)"),
        ("empty", 0, "somebody to connect the account anew (token_expired)"),
    ]
    assert _of(rows, "delivery", "files") == [("slow", 4, "its pause after a try that failed")]
    (files,) = [row for row in rows if row["work"] == "files"]
    assert (files["tenant"], 300 <= int(files["oldest_seconds"]) < 600) == (str(_TENANT), True)
    assert {row["service"] for row in rows if row["work"] == "outbox"} == {"delivery", "conversations", "tenants"}
    assert _of(rows, "ingestion", "spool") == _of(rows, "ingestion", "unverified") == [("", 0, "")]
    assert _of(rows, "tenants", "mails") == [("", 0, "")]
    assert _of(rows, "nats", "delivery-requests") == [("", 0, "")]
    assert _of(rows, "nats", "dead-letters") == [("", 0, "")]
    assert "secret" not in said.out.decode()


async def test_one_kind_of_one_account_is_a_table(desk: Stack) -> None:
    said = await _frontdesk(desk, "queues", "--work", "messages", "--account", "slow")
    head, line = said.out.decode().splitlines()
    assert head.split() == ["service", "work", "waiting", "oldest_seconds", "tenant", "account", "waits_for"]
    assert line.split()[:3] == ["delivery", "messages", "3"]


async def test_who_does_not_answer_is_named_and_the_others_tell(desk: Stack) -> None:
    said = await _frontdesk(desk, "queues", "--json", FRONTDESK_TENANTS_ADDRESS="127.0.0.1:1")
    assert said.code == 1
    assert said.err.startswith("frontdesk: tenants does not answer: ")
    assert len(said.err.splitlines()) == 1
    assert _of(_rows(said), "delivery", "files")


async def test_what_the_broker_did_not_take_is_seen(desk: Stack) -> None:
    await desk.database.fetch(
        "INSERT INTO conversations.outbox (shard, ordering_key, tenant_id, subject, type, msg_id, payload, created_at)"
        " VALUES (0, 'k', $1, 'nowhere', 't', 'm', '', now() - interval '1 minute')",
        _TENANT,
    )

    async def seen() -> bool:
        rows = _rows(await _frontdesk(desk, "queues", "--json", "--work", "outbox"))
        return ("", 1, "the broker to take what was committed") in _of(rows, "conversations", "outbox")

    await eventually(seen, 30, "the outbox")
    await desk.database.fetch("DELETE FROM conversations.outbox")


async def test_failures_are_counted_by_account_and_reason(desk: Stack) -> None:
    (row,) = _rows(await _frontdesk(desk, "failures", "--json"))
    assert row == {
        "count": 7,
        "channel": "line",
        "account": "slow",
        "tenant": str(_TENANT),
        "state": "failed",
        "code": "template_refused",
        "detail": "paused",
    }
    nothing = await _frontdesk(desk, "failures", "--minutes", "10")
    assert (nothing.code, nothing.err.strip()) == (0, "Nothing there.")
