"""/webhooks and /simulator: passed on byte by byte, or served by an application of the same process."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from libs.app.http import HttpPart
from tests.services.gateway.alone import Alone
from tests.services.gateway.conftest import MakeAlone
from tests.support.wait import eventually


class Echo:
    """Answers with what it was asked, or as the path says."""

    def __init__(self) -> None:
        self.gone = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        if scope["path"].endswith("/early"):
            more = False
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if scope["path"].endswith("/events"):
            await self._events(receive, send)
            return
        if scope["path"].endswith("/broken"):
            raise RuntimeError("broken")
        told = {
            "method": scope["method"],
            "path": scope["path"],
            "raw_path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "root_path": scope["root_path"],
            "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]],
            "body": body.decode("latin-1"),
        }
        headers = [(b"content-type", b"application/json"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
        status = 413 if scope["path"].endswith("/early") else 202
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(told).encode()})

    async def _events(self, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": b"data: one\n\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone += 1


@pytest.fixture(scope="module")
async def echo() -> AsyncIterator[tuple[Echo, str]]:
    """Another process, as far as the gateway can tell."""
    application = Echo()
    part = HttpPart(application, "127.0.0.1:0", shutdown_seconds=1)
    await part.start()
    await eventually(lambda: part.port)
    yield application, f"http://127.0.0.1:{part.port}"
    await part.stop()


@pytest.fixture
async def alone(make_alone: MakeAlone, echo: tuple[Echo, str]) -> Alone:
    """A gateway that passes on to it."""
    return await make_alone(ingestion_http=echo[1], simulator_http=echo[1])


def headers_of(told: dict[str, Any], name: str) -> list[str]:
    return [value for key, value in told["headers"] if key == name]


async def test_bytes_and_headers_arrive_as_they_came(alone: Alone) -> None:
    body = bytes(range(256)) * 1000
    async with alone.client() as client:
        answer = await client.post(
            "/webhooks/line/a%2Fb?x=%20&y",
            content=body,
            headers={"X-Line-Signature": "abc=", "Connection": "x-secret-hop", "X-Secret-Hop": "1"},
        )
    assert answer.status_code == 202
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert len(answer.headers.get_list("date")) == 1
    told = answer.json()
    assert told["body"].encode("latin-1") == body
    assert (told["method"], told["raw_path"], told["query"]) == ("POST", "/webhooks/line/a%2Fb", "x=%20&y")
    assert headers_of(told, "x-line-signature") == ["abc="]
    assert headers_of(told, "host") == [f"127.0.0.1:{alone.settings.port}"]
    assert headers_of(told, "content-length") == [str(len(body))]
    assert headers_of(told, "x-secret-hop") == []
    assert headers_of(told, "x-forwarded-for") == ["127.0.0.1"]
    assert headers_of(told, "x-forwarded-proto") == ["http"]


async def test_chunked_bodies_pass(alone: Alone) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for number in range(50):
            yield bytes([number]) * 10_000

    async with alone.client() as client:
        told = (await client.post("/webhooks/x", content=chunks())).json()
    assert told["body"].encode("latin-1") == b"".join(bytes([number]) * 10_000 for number in range(50))


async def test_the_simulator_does_not_see_its_prefix(alone: Alone) -> None:
    async with alone.client() as client:
        told = (await client.get("/simulator/control/mailbox?limit=1")).json()
        assert (told["path"], told["query"]) == ("/control/mailbox", "limit=1")
        assert headers_of(told, "x-forwarded-prefix") == ["/simulator"]
        assert (await client.get("/simulator")).json()["path"] == "/"


async def test_what_a_client_says_of_proxies_is_not_passed_on(alone: Alone) -> None:
    lies = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    async with alone.client() as client:
        told = (await client.get("/webhooks/x", headers=lies)).json()
    assert headers_of(told, "x-forwarded-for") == ["127.0.0.1"]
    assert headers_of(told, "x-forwarded-proto") == ["http"]
    assert headers_of(told, "x-forwarded-host") == [f"127.0.0.1:{alone.settings.port}"]


async def test_a_body_is_never_read_as_another_request(alone: Alone) -> None:
    hidden = b"DELETE /control/hidden HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n"
    async with alone.client() as client:
        answer = await client.post(
            "/simulator/x", content=hidden, headers={"Connection": "Content-Length, Host", "Host": "desk.example"}
        )
    told = answer.json()
    assert (told["method"], told["body"].encode()) == ("POST", hidden)
    assert headers_of(told, "content-length") == [str(len(hidden))]
    assert headers_of(told, "host") == ["desk.example"]


async def test_methods_without_a_body_pass(alone: Alone) -> None:
    async with alone.client() as client:
        head = await client.head("/webhooks/x")
        assert (head.status_code, head.content) == (202, b"")
        for method in ("GET", "DELETE", "OPTIONS", "PUT"):
            assert (await client.request(method, "/webhooks/x")).json()["method"] == method


async def test_an_answer_may_come_before_the_whole_request(alone: Alone) -> None:
    async with alone.client() as client:
        answer = await client.post("/webhooks/early", content=b"x" * 100_000)
    assert answer.status_code == 413


async def test_events_come_one_by_one_and_end_with_the_client(alone: Alone, echo: tuple[Echo, str]) -> None:
    before = echo[0].gone
    async with alone.client() as client, client.stream("GET", "/simulator/events") as answer:
        lines = answer.aiter_lines()
        assert await anext(lines) == "data: one"
    await eventually(lambda: echo[0].gone == before + 1)


async def test_many_at_once(alone: Alone) -> None:
    async with alone.client() as client:
        answers = await asyncio.gather(*(client.post("/webhooks/x", content=f"{n}") for n in range(200)))
    assert [answer.json()["body"] for answer in answers] == [f"{n}" for n in range(200)]


async def test_a_failing_upstream_is_told_as_it_is(alone: Alone) -> None:
    async with alone.client() as client:
        assert (await client.get("/webhooks/broken")).status_code == 500
        assert (await client.get("/webhooks/x")).status_code == 202


async def test_an_upstream_that_is_away_is_502(make_alone: MakeAlone) -> None:
    alone = await make_alone(ingestion_http="http://127.0.0.1:1")
    async with alone.client() as client:
        answer = await client.post("/webhooks/line/x", content=b"{}")
        assert (answer.status_code, answer.json()["code"]) == (502, "bad_gateway")


async def test_an_upstream_that_came_back_is_found_again(make_alone: MakeAlone) -> None:
    part = HttpPart(Echo(), "127.0.0.1:0", shutdown_seconds=1)
    await part.start()
    alone = await make_alone(ingestion_http=f"http://127.0.0.1:{part.port}")
    async with alone.client() as client:
        assert (await client.get("/webhooks/x")).status_code == 202
        await part.stop()
        again = HttpPart(Echo(), f"127.0.0.1:{part.port}", shutdown_seconds=1)
        await again.start()
        assert (await client.get("/webhooks/x")).status_code == 202
        await again.stop()


async def test_an_application_of_this_process_is_served_directly(make_alone: MakeAlone) -> None:
    alone = await make_alone(ingestion_http="http://127.0.0.1:1")
    alone.gateway.mount("/webhooks", Echo())
    alone.gateway.mount("/tool", Echo(), strip=True)
    async with alone.client() as client:
        assert (await client.post("/webhooks/line/x", content=b"1")).json()["path"] == "/webhooks/line/x"
        told = (await client.get("/tool/a%20b")).json()
        assert (told["path"], told["raw_path"], told["root_path"]) == ("/a b", "/a%20b", "/tool")
        assert (await client.get("/toolbox")).status_code == 404


async def test_no_sockets_are_passed_on(alone: Alone) -> None:
    async with alone.client() as client:
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        for path in ("/simulator/x", "/webhooks/x", "/api/v1/other"):
            assert (await client.get(path, headers={**upgrade, **key})).status_code == 404
        assert (await client.get("/api/v1/stream")).status_code == 426
