"""A running desk with one of everything, to be knocked at by those who may not enter."""

import itertools
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from libs.auth.permissions import ROLE_PERMISSIONS
from tests.support.databases import TestDatabase
from tests.support.signed_requests import FORM, form, signed_request
from tests.support.stack import Stack
from tests.support.wait import eventually

# A demo teammate of every role.
PEOPLE = {
    "admin": "admin@demo.test",
    "supervisor": "supervisor@demo.test",
    "cs_manager": "cs-manager@demo.test",
    "cs_agent": "agent@demo.test",
    "sales_manager": "sales-manager@demo.test",
    "salesperson": "sales@demo.test",
}
STRANGER = "admin@other.test"
# What moves by itself: leases are renewed, and rows leave an outbox when they are published.
_RESTLESS = {"leases", "outbox", "spool"}
_numbers = itertools.count(1)


@dataclass
class World:
    """ids: real ids of the demo tenant by the name parameters have; sessions: the answer of signing in, by email."""

    stack: Stack
    client: httpx.AsyncClient
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    _query: str = ""

    @property
    def tenant_id(self) -> UUID:
        """The demo tenant."""
        return UUID(self.sessions[PEOPLE["admin"]]["tenant"]["id"])

    def headers(self, email: str) -> dict[str, str]:
        """Of requests in somebody's name."""
        return {"Authorization": f"Bearer {self.sessions[email]['access_token']}"}

    async def sign_in(self, email: str) -> None:
        """A session that has been used once: that is noted, and what comes later changes nothing."""
        answer = await self.client.post("/api/v1/sessions", json={"email": email, "password": "frontdesk"})
        assert answer.status_code == 201, answer.text
        self.sessions[email] = answer.json()
        await self.client.get("/api/v1/me", headers=self.headers(email))

    def lacking(self, permission: str) -> list[str]:
        """Emails of those whose role does not give it."""
        return [email for role, email in PEOPLE.items() if permission not in ROLE_PERMISSIONS[role]]

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Fails when a row of the demo tenant is another afterwards."""
        before = await self._checksums()
        yield
        after = await self._checksums()
        changed = sorted(table for table in before if before[table] != after[table])
        assert not changed, f"rows changed in {', '.join(changed)}"

    async def _checksums(self) -> Mapping[str, str]:
        """Of the demo tenant's rows, by table."""
        if not self._query:
            self._query = await _checksum_query(self.stack.database)
        rows = await self.stack.database.fetch(self._query, self.tenant_id)
        return {row["name"]: row["sum"] for row in rows}


async def _checksum_query(database: TestDatabase) -> str:
    """One SELECT over every table that has tenants, whichever service's it is."""
    tables = await database.fetch(
        "SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
        " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1, 2"
    )
    parts = [
        f"SELECT '{row['schema']}.{row['name']}' AS name, md5(string_agg(t::text, '|' ORDER BY t::text)) AS sum"
        f' FROM "{row["schema"]}"."{row["name"]}" t WHERE tenant_id = $1'
        for row in tables
        if row["name"] not in _RESTLESS
    ]
    assert len(parts) > 15
    return " UNION ALL ".join(parts)


async def build(stack: Stack, client: httpx.AsyncClient) -> World:
    """Everybody signed in, a conversation with an answer, and an open invitation."""
    world = World(stack, client)
    for email in [*PEOPLE.values(), STRANGER]:
        await world.sign_in(email)
    world.ids |= {"account_id": "demo-line", "session_id": world.sessions[PEOPLE["cs_agent"]]["session_id"]}
    world.ids["teammate_id"] = world.sessions[PEOPLE["cs_agent"]]["teammate"]["id"]
    await _converse(world)
    world.ids["token"] = await _invite(world)
    world.ids["upload_id"] = await _upload(world)
    world.ids["connection_id"] = await new_connection(world)
    await _settled(world)
    world.ids["entry_id"] = await _entry(world)
    world.ids["confirmation_code"] = await _deletion(world)
    return world


async def _converse(world: World) -> None:
    user = f"U{next(_numbers):032x}"
    message = {"user_id": user, "type": "text", "text": "hello"}
    sent = await world.client.post("/simulator/control/line/demo-line/messages", json=message)
    assert sent.status_code == 201, sent.text
    headers = world.headers(PEOPLE["cs_agent"])

    async def arrived() -> Any:
        return (await world.client.get("/api/v1/conversations", headers=headers)).json()["conversations"]

    world.ids["conversation_id"] = (await eventually(arrived))[0]["id"]
    path = f"/api/v1/conversations/{world.ids['conversation_id']}/messages"
    answered = await world.client.post(path, json={"type": "text", "text": "hi"}, headers=headers)
    assert answered.status_code == 201, answered.text
    world.ids["message_id"] = answered.json()["id"]


async def _invite(world: World) -> str:
    """The token in the mail."""
    address = f"invited-{next(_numbers)}@demo.test"
    body = {"email": address, "name": "New", "role": "cs_agent", "language": "en"}
    admin = world.headers(PEOPLE["admin"])
    invited = await world.client.post("/api/v1/invitations", json=body, headers=admin)
    assert invited.status_code == 201, invited.text

    async def token() -> str:
        mails = (await world.client.get("/simulator/control/mailbox")).json()["mails"]
        mail = next((mail for mail in mails if address in str(mail["to"])), None)
        assert mail, mails
        whole = (await world.client.get(f"/simulator/control/mailbox/{mail['id']}")).json()
        found = re.search(r"accept-invitation\S*?[#/=]([A-Za-z0-9._~-]{20,})", str(whole["text"]))
        assert found, whole["text"]
        return found[1]

    return await eventually(token, what="the invitation's mail")


async def _upload(world: World) -> str:
    """An upload that is not finished."""
    body: dict[str, Any] = {"file_name": "a.jpg", "size_bytes": 9, "content_type": "image/jpeg"}
    body["conversation_id"] = world.ids["conversation_id"]
    made = await world.client.post("/api/v1/uploads", json=body, headers=world.headers(PEOPLE["admin"]))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def new_connection(world: World) -> str:
    """A platform's dialog that is open."""
    body = {"channel": "facebook"}
    made = await world.client.post("/api/v1/connections", json=body, headers=world.headers(PEOPLE["admin"]))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def _entry(world: World) -> str:
    """The message, as the ledger has it."""

    async def entries() -> Any:
        path = "/api/v1/ledger-entries?account_id=demo-line&verdict=stored"
        return (await world.client.get(path, headers=world.headers(PEOPLE["admin"]))).json()["entries"]

    return str((await eventually(entries))[0]["id"])


async def _deletion(world: World) -> str:
    """A person's request to the app of the tenant's own."""
    path, secret = "/api/v1/channel-accounts/demo-facebook:rotate-credentials", "demo-own-secret"
    credentials = {"access_token": "demo-facebook-token", "app_secret": secret}
    admin = world.headers(PEOPLE["admin"])
    rotated = await world.client.post(path, json={"credentials": credentials}, headers=admin)
    assert rotated.status_code == 200, rotated.text
    signed = form(signed_request("4444444444", secret))

    async def taken() -> str:
        # Ingestion hears of the new secret a moment later.
        address = urlsplit(rotated.json()["data_deletion_url"]).path
        answer = await world.client.post(address, content=signed, headers=FORM)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["confirmation_code"])

    return await eventually(taken)


async def _settled(world: World) -> None:
    """Until the answer has gone out and nothing is on its way any more."""
    headers = world.headers(PEOPLE["admin"])

    async def still() -> Any:
        path = f"/api/v1/conversations/{world.ids['conversation_id']}"
        row = (await world.client.get(path, headers=headers)).json()
        assert row["last_message"]["delivery_state"] == "sent"
        return row["customer"]["name"]

    await eventually(still)
    waiting = "SELECT count(*) AS n FROM {}.outbox"
    for schema in ("tenants", "conversations", "delivery"):

        async def empty(schema: str = schema) -> bool:
            rows = await world.stack.database.fetch(waiting.format(schema))
            return not rows[0]["n"]

        await eventually(empty)
