"""Whatever is wrong with a request, the answer is problem+json and not a fault of ours."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.rpc.errors import FrontdeskError, IdentityRefusedError, PermissionDeniedError, TooManyRequestsError
from services.gateway.routes import me
from tests.services.gateway.alone import Alone
from tests.services.gateway.conftest import MakeAlone

SESSIONS = "/api/v1/sessions"
JSON = {"Content-Type": "application/json"}
UUID = "01a20038-e63d-775d-80eb-68ea53860a04"


@pytest.fixture
def admin(alone: Alone) -> pb.Principal:
    """Somebody signed in."""
    return alone.sessions.add(alone.tenant_id, "admin")


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The body, once it is certain that it is a problem of this kind."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"].startswith(("about:blank", "https://"))
    return problem


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/v1/nothing",
        "/api/v1/conversations/",
        "/api/v1/conversations/12",
        f"/api/v1/conversations/{UUID}x",
        f"/api/v1/conversations/{UUID}/messages/7:retry",
        "/api/v1/conversations/%00",
        "/api/v1/conversations/%ff%fe",
        "/api/v1/invitations/%00",
        "/api/v1/invitations/" + "x" * 300,
        "/metrics",
    ],
)
async def test_what_is_not_there_is_404(alone: Alone, admin: pb.Principal, path: str) -> None:
    async with alone.client(admin) as client:
        assert_problem(await client.get(path), 404, "not_found")


async def test_a_wrong_method_is_told_the_right_ones(alone: Alone, admin: pb.Principal) -> None:
    async with alone.client(admin) as client:
        answer = await client.put(f"/api/v1/conversations/{UUID}/messages", json={})
        assert_problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "GET, POST"
        assert (await client.request("TRACE", "/api/v1/me")).status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"email": "\xff"}',
        b"[" * 100_000,
        b'{"email": ' * 2_000,
        b"1" * 5000,
    ],
)
async def test_a_body_that_is_no_json_is_400(alone: Alone, body: bytes) -> None:
    async with alone.client() as client:
        assert_problem(await client.post(SESSIONS, content=body, headers=JSON), 400, "malformed_body")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", ""),
        (b"null", ""),
        (b"[]", ""),
        (b"{}", "email"),
        (b'{"email": "a@b.test", "password": 7}', "password"),
        (b'{"email": "a\\u0000@b.test", "password": "x"}', "email"),
        (b'{"email": "\\ud800@b.test", "password": "x"}', "email"),
        (b'{"email": "a@b.test", "password": "\\udfff"}', "password"),
        (b'{"email": "a@b.test", "password": ""}', "password"),
        (b'{"email": "a@b.test", "password": NaN}', "password"),
    ],
)
async def test_wrong_fields_are_named(alone: Alone, body: bytes, field: str) -> None:
    async with alone.client() as client:
        problem = assert_problem(await client.post(SESSIONS, content=body, headers=JSON), 422, "invalid_argument")
        assert field in [error["field"] for error in problem["errors"]]
        assert all(error["message"] for error in problem["errors"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=-1", "page_size"),
        ("page_size=many", "page_size"),
        ("status=lost", "status.0"),
        ("channel=%00", "channel.0"),
        ("unread=perhaps", "unread"),
        ("assignee=me2", "assignee"),
        ("page_token=%00", "page_token"),
    ],
)
async def test_wrong_parameters_are_named(alone: Alone, admin: pb.Principal, query: str, field: str) -> None:
    async with alone.client(admin) as client:
        answer = await client.get(f"/api/v1/conversations?{query}")
        problem = assert_problem(answer, 422, "invalid_argument")
        assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize(
    "query", ["", "status=&channel=&account_id=&unread=&assignee=", "page_size=0", "page_size=99999999999999", "new=1"]
)
async def test_blank_and_unknown_parameters_are_left_aside(alone: Alone, admin: pb.Principal, query: str) -> None:
    async with alone.client(admin) as client:
        assert (await client.get(f"/api/v1/conversations?{query}")).status_code == 200


@pytest.mark.parametrize("name", ["received_from", "received_before"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", "2026-11-22T10:00:00"])
async def test_what_is_no_moment_of_every_calendar_is_named(
    alone: Alone, admin: pb.Principal, name: str, moment: str
) -> None:
    async with alone.client(admin) as client:
        for answer in (
            await client.get("/api/v1/ledger-entries", params={name: moment}),
            await client.post("/api/v1/ledger-entries:replay", json={name: moment}),
        ):
            problem = assert_problem(answer, 422, "invalid_argument")
            assert [error["field"] for error in problem["errors"]] == [name]


async def test_only_json_is_taken(alone: Alone) -> None:
    async with alone.client() as client:
        for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}, {}):
            answer = await client.post(SESSIONS, content=b"{}", headers=headers)
            assert_problem(answer, 415, "unsupported_media_type")
        answer = await client.post(SESSIONS, content=b"{}", headers={"Content-Type": "application/json; charset=utf-8"})
        assert answer.status_code == 422


async def test_large_bodies_are_refused_however_they_come(alone: Alone) -> None:
    async def chunks() -> Any:
        for _ in range(40):
            yield b" " * 50_000

    async with alone.client() as client:
        told = await client.post(SESSIONS, content=b" " * 2_000_000, headers=JSON)
        assert_problem(told, 413, "body_too_large")
        untold = await client.post(SESSIONS, content=chunks(), headers=JSON)
        assert_problem(untold, 413, "body_too_large")
        # Also where nobody would have read it.
        unread = await client.request("GET", "/api/v1/openapi.json", content=b" " * 2_000_000, headers=JSON)
        assert_problem(unread, 413, "body_too_large")


async def test_a_services_error_keeps_its_code_words_and_fields(alone: Alone, admin: pb.Principal) -> None:
    def refuse() -> Any:
        raise PermissionDeniedError("等同事轉給你。 Ask for a transfer.", permission="answer_others", field="status")

    alone.conversations.on_list = refuse
    async with alone.client(admin) as client:
        problem = assert_problem(await client.get("/api/v1/conversations"), 403, "permission_denied")
        assert problem["permission"] == "answer_others"
        assert problem["detail"].startswith("等同事轉給你")
        assert problem["errors"] == [{"field": "status", "message": problem["detail"]}]


async def test_a_services_refusal_says_when_to_come_back(alone: Alone, admin: pb.Principal) -> None:
    def throttle() -> Any:
        raise TooManyRequestsError("Later.", retry_after_seconds=17)

    alone.conversations.on_list = throttle
    async with alone.client(admin) as client:
        answer = await client.get("/api/v1/conversations")
        problem = assert_problem(answer, 429, "too_many_requests")
        assert problem["retry_after_seconds"] == 17
        assert answer.headers.get_list("retry-after") == ["17"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError("secret detail"), 500),
        (FrontdeskError("It has been logged."), 500),
        (IdentityRefusedError("x"), 503),
    ],
)
async def test_a_fault_behind_tells_nothing_of_itself(
    alone: Alone, admin: pb.Principal, error: Exception, status: int
) -> None:
    def fail() -> Any:
        raise error

    alone.conversations.on_list = fail
    async with alone.client(admin) as client:
        answer = await client.get("/api/v1/conversations")
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert "secret" not in answer.text


async def test_a_fault_of_the_gateway_is_a_problem_too(
    alone: Alone, admin: pb.Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_principal: pb.Principal) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(me, "me", fail)
    async with alone.client(admin) as client:
        answer = await client.get("/api/v1/me")
        assert_problem(answer, 500, "internal")
        assert "secret" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_service_that_is_away_is_503(make_alone: MakeAlone) -> None:
    alone = await make_alone()
    await alone.stop_service("conversations")
    async with alone.client(alone.sessions.add(alone.tenant_id, "admin")) as client:
        problem = assert_problem(await client.get("/api/v1/conversations"), 503, "unavailable")
        assert "127.0.0.1" not in json.dumps(problem)
        ready = await client.get("/readyz")
        assert ready.status_code == 503
        assert list(ready.json()["problems"]) == ["gateway.conversations"]
        assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n",
        b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Basic abc\r\n\r\n",
        b"GET /api/v1/conversations?status=%ff%00&&&=;x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: \xe4\r\n\r\n{}",
        b"DELETE /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: \xe4,,,\r\nCookie: \xe4=\xe4; ;=\r\n\r\n",
        b"POST /api/v1/sessions:refresh HTTP/1.1\r\nHost: \xe4\r\nCookie: frontdesk_refresh=\xe4\r\n\r\n",
    ],
)
async def test_odd_bytes_are_the_clients_fault(alone: Alone, raw: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", alone.settings.port)
    writer.write(raw)
    status = int((await reader.readline()).split()[1])
    writer.close()
    assert 400 <= status < 500
