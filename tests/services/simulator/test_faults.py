"""Fault switches: every way a platform can fail a caller, and nothing else."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from services.simulator.domain.ids import user_id
from tests.services.simulator.platform import ACCOUNT, MEI, Platform


async def outcomes(platform: Platform) -> list[tuple[int, str]]:
    """Status and outcome of every call to the API."""
    calls = (await platform.control("GET", "calls", account_id=ACCOUNT))["calls"]
    return [(call["status"], call["outcome"]) for call in calls]


async def test_a_lost_answer_was_accepted(platform: Platform) -> None:
    await platform.fault(endpoint="push", action="lost_answer", times=1)
    key = str(uuid4())

    with pytest.raises(httpx.RemoteProtocolError):
        await platform.push("once", key=key)

    assert await platform.arrived() == ["once"]
    again = await platform.push("once", key=key)
    assert again.status_code == 409
    assert await platform.arrived() == ["once"]
    assert await outcomes(platform) == [(200, "answer_lost"), (409, "answered")]


async def test_a_lost_reply_spends_its_token(platform: Platform) -> None:
    entry = await platform.write()
    await platform.fault(endpoint="reply", action="lost_answer", times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        await platform.reply(entry["reply_token"], "welcome")

    assert await platform.arrived() == ["welcome"]
    assert (await platform.reply(entry["reply_token"], "welcome")).json() == {"message": "Invalid reply token"}


async def test_a_dropped_connection_was_not_accepted(platform: Platform) -> None:
    await platform.fault(endpoint="push", action="drop", times=1)
    key = str(uuid4())

    with pytest.raises(httpx.RemoteProtocolError):
        await platform.push("once", key=key)

    assert await platform.arrived() == []
    assert (await platform.push("once", key=key)).status_code == 200


async def test_an_error_before_and_one_after_acceptance(platform: Platform) -> None:
    await platform.fault(endpoint="push", action="status", status=500, times=1)
    await platform.fault(endpoint="push", action="status", status=503, accepted=True, times=1)
    key = str(uuid4())

    assert (await platform.push("x", key=key)).status_code == 500
    assert await platform.arrived() == []
    assert (await platform.push("x", key=key)).status_code == 503
    assert await platform.arrived() == ["x"]
    assert (await platform.push("x", key=key)).status_code == 409


async def test_errors_say_what_line_says(platform: Platform) -> None:
    await platform.fault(action="status", status=429, retry_after=7, times=1)
    await platform.fault(action="status", status=401, times=1)
    await platform.fault(action="status", status=403, message="Not with this plan", times=1)

    limited, unauthorized, forbidden = await platform.push(), await platform.push(), await platform.push()

    assert limited.json()["message"].startswith("The API rate limit has been exceeded")
    assert limited.headers["retry-after"] == "7"
    assert unauthorized.json()["message"].startswith("Authentication failed")
    assert forbidden.json() == {"message": "Not with this plan"}


async def test_slow_answers_come_after_acceptance_or_before(platform: Platform) -> None:
    slow = await platform.fault(endpoint="push", action="slow", delay_ms=400)

    with pytest.raises(httpx.ReadTimeout):
        await platform.line.post("/message/push", json=_body("late"), timeout=0.1)
    assert await platform.arrived() == ["late"]
    assert (await platform.push("patient")).status_code == 200

    await platform.http.delete(f"/control/line/{ACCOUNT}/faults/{slow}")
    await platform.fault(endpoint="push", action="slow", delay_ms=60_000, delay_first=True)
    with pytest.raises(httpx.ReadTimeout):
        await platform.line.post("/message/push", json=_body("never"), timeout=0.1)
    assert await platform.arrived() == ["late", "patient"]


async def test_rules_skip_count_and_name_chats(platform: Platform) -> None:
    other = user_id(ACCOUNT, "王大明")
    await platform.fault(endpoint="push", action="status", status=500, chat_id=other, skip=1, times=2)

    statuses = [(await platform.push(to=other)).status_code for _ in range(4)]

    assert statuses == [200, 500, 500, 200]
    assert (await platform.push(to=MEI)).status_code == 200
    assert (await platform.control("GET", f"line/{ACCOUNT}/faults"))["faults"] == []


async def test_a_reply_is_about_its_tokens_chat(platform: Platform) -> None:
    other = user_id(ACCOUNT, "王大明")
    mine, theirs = await platform.write(), await platform.write(user=other)
    await platform.fault(endpoint="reply", action="status", status=500, chat_id=other)

    assert (await platform.reply(mine["reply_token"])).status_code == 200
    assert (await platform.reply(theirs["reply_token"])).status_code == 500


async def test_probability_is_repeatable(platform: Platform) -> None:
    await platform.fault(endpoint="push", action="status", status=500, probability=0.5)

    statuses = [(await platform.push(str(number))).status_code for number in range(40)]

    assert 8 < statuses.count(500) < 32


async def test_a_fault_of_one_endpoint_leaves_others_alone(platform: Platform) -> None:
    await platform.fault(endpoint="profile", action="status", status=500)

    assert (await platform.line.get(f"/profile/{MEI}")).status_code == 500
    assert (await platform.push()).status_code == 200
    assert (await platform.line.get("/info")).status_code == 200

    await platform.control("DELETE", f"line/{ACCOUNT}/faults")
    assert (await platform.line.get(f"/profile/{MEI}")).status_code == 200


async def test_senseless_rules_are_refused(platform: Platform) -> None:
    for rule in ({"action": "status"}, {"action": "slow"}, {"action": "melt"}, {"endpoint": "moon", "action": "drop"}):
        response = await platform.http.post(f"/control/line/{ACCOUNT}/faults", json=rule)
        assert response.status_code == 422, rule
        assert response.headers["content-type"] == "application/problem+json"


async def test_many_lost_answers_at_once(platform: Platform) -> None:
    await platform.fault(endpoint="push", action="lost_answer")

    results = await asyncio.gather(*(platform.push(str(number)) for number in range(30)), return_exceptions=True)

    assert all(isinstance(result, httpx.TransportError) for result in results)
    assert sorted(await platform.arrived(), key=int) == [str(number) for number in range(30)]


def _body(text: str) -> dict[str, object]:
    return {"to": MEI, "messages": [{"type": "text", "text": text}]}
