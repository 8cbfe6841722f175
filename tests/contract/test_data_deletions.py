"""A person's request that their data be deleted, from Meta's call to the page that says it is done."""

from typing import Any

import pytest

from tests.contract.world import PEOPLE, STRANGER, World
from tests.support.wait import eventually

_PATH = "/api/v1/data-deletion-requests"

pytestmark = pytest.mark.promise(5)


async def _listed(world: World, email: str, **wanted: Any) -> list[dict[str, Any]]:
    answer = await world.client.get(_PATH, params=wanted, headers=world.headers(email))
    assert answer.status_code == 200, answer.text
    return list(answer.json()["requests"])


async def test_a_tenant_ends_its_own_and_is_named(world: World) -> None:
    code, admin = world.ids["confirmation_code"], PEOPLE["admin"]
    (shown,) = await _listed(world, admin)
    assert (shown["confirmation_code"], shown["account_id"], shown["user_id"]) == (code, "demo-facebook", "4444444444")
    assert shown["received_at"]
    assert (shown["done_at"], shown["done_by"]) == (None, None)
    assert await _listed(world, STRANGER, include_done=True) == []

    foreign = await world.client.post(f"{_PATH}/{code}:complete", headers=world.headers(STRANGER))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown_request")
    assert await _listed(world, admin) == [shown]

    me = world.sessions[admin]["teammate"]["id"]
    done = await world.client.post(f"{_PATH}/{code}:complete", headers=world.headers(admin))
    assert done.status_code == 200, done.text
    assert done.json()["done_by"] == me
    assert await _listed(world, admin) == []
    assert await _listed(world, admin, include_done=True) == [done.json()]

    page = await world.client.get(f"/webhooks/meta/data-deletion/{code}", headers={"accept-language": "en"})
    assert f"it was done on {done.json()['done_at'][:10]}" in page.text

    async def noted() -> list[dict[str, Any]]:
        entries = (await world.client.get("/api/v1/audit-entries", headers=world.headers(admin))).json()["entries"]
        return [one for one in entries if one["action"] == "data_deletion.completed"]

    (entry,) = await eventually(noted)
    assert (entry["target"], entry["actor_id"]) == (code, me)
