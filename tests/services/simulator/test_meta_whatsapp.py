"""WhatsApp's own: templates, failures told late, media by link and by id, business-scoped ids."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from libs.app.http import HttpPart
from libs.clock.clock import FixedClock
from tests.services.simulator.desk import Desk
from tests.services.simulator.meta import WABA, MetaChannel, error, items
from tests.support.wait import eventually

JPEG = b"\xff\xd8\xff\xe0 a picture"


class Files:
    """What the desk links to: any path answers these bytes, under the media type that the path names."""

    def __init__(self) -> None:
        self._http = HttpPart(self, "127.0.0.1:0", shutdown_seconds=1)

    async def start(self) -> None:
        """Listens on a free port."""
        await self._http.start()

    async def stop(self) -> None:
        """Listens no more."""
        await self._http.stop()

    def link(self, media_type: str, status: int = 200, size: int = 0) -> str:
        """An address of a file of this type."""
        return f"http://127.0.0.1:{self._http.port}/{media_type}?{status}-{size}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        status, size = scope["query_string"].decode().split("-")
        body = JPEG + b"x" * int(size)
        headers = [(b"content-type", scope["path"][1:].encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": int(status), "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def files() -> AsyncIterator[Files]:
    """A server of files."""
    server = Files()
    await server.start()
    yield server
    await server.stop()


def template(name: str, language: str = "zh_TW", *components: dict[str, Any]) -> dict[str, Any]:
    """What makes a call one of a template."""
    value = {"name": name, "language": {"code": language}, "components": list(components)}
    return {"type": "template", "template": value}


def texts(kind: str, *values: str) -> dict[str, Any]:
    """A component with positional values."""
    return {"type": kind, "parameters": [{"type": "text", "text": value} for value in values]}


async def post(meta: MetaChannel, **message: Any) -> httpx.Response:
    """A call to the number's messages."""
    body = {"messaging_product": "whatsapp", "to": await meta.person(), **message}
    return await meta.graph.post(f"/{meta.provider_id}/messages", json=body)


async def failures(desk: Desk) -> list[int]:
    """The codes of failed statuses, once there is one."""

    def codes() -> list[int]:
        told = [status for value in items(desk) for status in value.get("statuses", [])]
        return [status["errors"][0]["code"] for status in told if status["status"] == "failed"]

    return await eventually(codes)


async def test_after_a_day_only_templates_arrive(whatsapp: MetaChannel, desk: Desk, clock: FixedClock) -> None:
    moment = clock.now() - timedelta(hours=24, minutes=1)
    await whatsapp.happen(timestamp=int(moment.timestamp() * 1000))

    late = await whatsapp.send("too late", biz_opaque_callback_data="ref-1")
    assert late.status_code == 200
    assert await failures(desk) == [131047]
    hello = await post(whatsapp, **template("hello"))

    assert hello.json()["messages"][0]["message_status"] == "accepted"
    first, second = await whatsapp.ledger(direction="received")
    assert (first["text"], first["arrived"]) == ("too late", False)
    assert (second["text"], second["arrived"], second["method"]) == ("您好，有什麼可以為您服務的嗎？", True, "template")
    await whatsapp.control("PATCH", "", {"late_errors": False})
    assert error(await whatsapp.send())[:2] == (400, 131047)


async def test_who_blocks_cannot_be_reached(whatsapp: MetaChannel, desk: Desk) -> None:
    await whatsapp.happen()
    await whatsapp.control("POST", f"users/{await whatsapp.person()}/block")

    assert (await whatsapp.send()).status_code == 200

    assert await failures(desk) == [131026]


async def test_templates_are_listed_in_pages(whatsapp: MetaChannel) -> None:
    first = (await whatsapp.graph.get(f"/{WABA}/message_templates", params={"limit": 4})).json()
    assert len(first["data"]) == 4
    after = first["paging"]["cursors"]["after"]
    rest = (await whatsapp.graph.get(f"/{WABA}/message_templates", params={"after": after, "limit": 100})).json()

    everything = first["data"] + rest["data"]
    assert "next" in first["paging"]
    assert "next" not in rest["paging"]
    assert len({one["id"] for one in everything}) == len(everything) >= 10
    assert {one["status"] for one in everything} == {"APPROVED", "PENDING", "REJECTED", "PAUSED"}
    assert {one["parameter_format"] for one in everything} == {"POSITIONAL", "NAMED"}
    kinds = {component["type"] for one in everything for component in one["components"]}
    assert kinds == {"HEADER", "BODY", "FOOTER", "BUTTONS"}
    named = await whatsapp.graph.get(f"/{WABA}/message_templates", params={"name": "hello", "fields": "name,status"})
    assert [sorted(one) for one in named.json()["data"]] == [["id", "name", "status"]] * 2
    wrong = await whatsapp.graph.get(f"/{WABA}/message_templates", params={"after": "elsewhere"})
    assert error(wrong)[:2] == (400, 100)


async def test_variables_are_filled_in(whatsapp: MetaChannel) -> None:
    link = {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "A1"}]}
    shipped = template("order_shipped", "en", texts("header", "A1"), texts("body", "May", "DHL", "Monday"), link)
    named = {
        "type": "body",
        "parameters": [
            {"type": "text", "parameter_name": "topic", "text": "size M"},
            {"type": "text", "parameter_name": "customer_name", "text": "May"},
        ],
    }

    assert (await post(whatsapp, **shipped)).status_code == 200
    assert (await post(whatsapp, **template("follow_up", "en", named))).status_code == 200

    first, second = [entry["text"] for entry in await whatsapp.ledger(direction="received")]
    assert first.splitlines() == [
        "Order A1 is on its way",
        "Hi May, your order was handed to DHL and should arrive on Monday.",
        "Reply to reach our team",
    ]
    assert second == "Hi May, we have news about size M. Shall we go on?"


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        (template("nothing"), 404, 132001),
        (template("hello", "fr"), 404, 132001),
        (template("winter_sale"), 404, 132001),
        (template("birthday", "zh_TW", texts("body", "x")), 400, 132015),
        (template("order_shipped", "en", texts("header", "A"), texts("body", "one")), 400, 132000),
        (template("follow_up", "en", texts("body", "one", "two")), 400, 132012),
        (template("autumn_sale", "zh_TW", texts("body", "one", "two")), 400, 132012),
        (template("order_shipped", "en", texts("header", "A"), texts("body", "1", "2", "3")), 400, 131008),
        (template("order_shipped", "en", texts("header", "A"), texts("body", "1\n", "2", "3")), 400, 100),
    ],
    ids=["unknown", "language", "pending", "paused", "too-few", "unnamed", "no-picture", "no-link", "line-break"],
)
async def test_wrong_templates_are_refused(
    whatsapp: MetaChannel, message: dict[str, Any], status: int, code: int
) -> None:
    assert error(await post(whatsapp, **message))[:2] == (status, code)
    assert await whatsapp.ledger(direction="received") == []


async def test_templates_change_under_way(whatsapp: MetaChannel) -> None:
    assert (await post(whatsapp, **template("hello"))).status_code == 200
    await whatsapp.control("PUT", "templates", {"name": "hello", "language": "zh_TW", "status": "PAUSED"})
    assert error(await post(whatsapp, **template("hello")))[:2] == (400, 132015)
    await whatsapp.control("PUT", "templates", {"name": "hello", "language": "zh_TW", "status": "APPROVED"})

    body = {"type": "BODY", "text": "{{1}}!"}
    fresh = {"name": "fresh", "language": "en", "status": "APPROVED", "components": [body]}
    await whatsapp.control("PUT", "templates", fresh)
    assert (await post(whatsapp, **template("fresh", "en", texts("body", "new")))).status_code == 200

    assert [entry["text"] for entry in await whatsapp.ledger(direction="received")][-1] == "new!"
    calls = (await whatsapp.platform.control("GET", "calls", account_id=whatsapp.account_id))["calls"]
    assert [call["status"] for call in calls] == [200, 400, 200]


async def test_media_by_link_is_fetched_and_kept(whatsapp: MetaChannel, files: Files) -> None:
    await whatsapp.happen()

    sent = await post(whatsapp, type="image", image={"link": files.link("image/jpeg"), "caption": "look"})

    assert sent.status_code == 200
    (entry,) = await whatsapp.ledger(direction="received")
    (kept,) = entry["message"]["media"]
    assert (entry["text"], kept["kind"], kept["size"]) == ("look", "image", len(JPEG))
    content = await whatsapp.platform.http.get(f"/control/whatsapp/{whatsapp.account_id}/contents/{kept['id']}")
    assert content.content == JPEG


@pytest.mark.parametrize("wrong", ["gone", "type", "size", "nobody"])
async def test_media_that_cannot_be_fetched_fails_later(
    whatsapp: MetaChannel, desk: Desk, files: Files, wrong: str
) -> None:
    await whatsapp.happen()
    links = {
        "gone": files.link("image/jpeg", 404),
        "type": files.link("image/heic"),
        "size": files.link("image/jpeg", size=5 * 1024 * 1024),
        "nobody": "http://127.0.0.1:9/picture.jpg",
    }

    assert (await post(whatsapp, type="image", image={"link": links[wrong]})).status_code == 200

    assert await failures(desk) == [131053]
    assert [entry["arrived"] for entry in await whatsapp.ledger(direction="received")] == [False]


async def test_messenger_refuses_what_it_cannot_fetch_at_once(facebook: MetaChannel, files: Files) -> None:
    await facebook.happen()

    def attached(link: str) -> dict[str, Any]:
        return {"message": {"attachment": {"type": "image", "payload": {"url": link}}}}

    assert error(await facebook.send(**attached(files.link("image/jpeg", 404)))) == (400, 100, 2018047)
    assert (await facebook.send(**attached(files.link("image/jpeg")))).status_code == 200
    assert len(await facebook.ledger(direction="received")) == 1


async def test_what_customers_send_is_had_with_the_token_for_five_minutes(
    whatsapp: MetaChannel, desk: Desk, clock: FixedClock
) -> None:
    await whatsapp.happen(type="image")
    image = items(desk)[0]["messages"][0]["image"]

    place = (await whatsapp.graph.get(f"/{image['id']}")).json()
    found = await whatsapp.graph.get(place["url"])

    assert found.headers["content-type"] == image["mime_type"] == place["mime_type"]
    digest = base64.b64encode(hashlib.sha256(found.content).digest()).decode()
    assert digest == image["sha256"] == place["sha256"]
    assert int(place["file_size"]) == len(found.content)
    bare = await whatsapp.platform.http.get(place["url"])
    assert error(bare)[:2] == (401, 190)
    await whatsapp.control("PATCH", "", {"open_media": True})
    assert (await whatsapp.platform.http.get(place["url"])).content == found.content
    forged = place["url"].replace("hash=", "hash=0")
    assert error(await whatsapp.graph.get(forged))[:2] == (404, 100)
    clock.advance(timedelta(seconds=301))
    assert error(await whatsapp.graph.get(place["url"]))[:2] == (404, 100)
    assert error(await whatsapp.graph.get("/1234567890123456")) == (400, 100, 33)


async def test_who_has_no_number_is_written_to_by_id(whatsapp: MetaChannel) -> None:
    hidden = await whatsapp.control("GET", f"users/{await whatsapp.person('李娜')}")
    await whatsapp.happen(user=hidden["user_id"])
    text = {"type": "text", "text": {"body": "hi"}, "recipient": hidden["scoped_id"]}

    answer = await whatsapp.graph.post(
        f"/{whatsapp.provider_id}/messages", json={"messaging_product": "whatsapp"} | text
    )
    unknown = await whatsapp.graph.post(
        f"/{whatsapp.provider_id}/messages",
        json={"messaging_product": "whatsapp"} | text | {"recipient": "TW.1234567890"},
    )

    assert answer.json()["contacts"] == [{"input": hidden["scoped_id"], "user_id": hidden["scoped_id"]}]
    assert error(unknown)[:2] == (400, 100)
    (entry,) = await whatsapp.ledger(direction="received")
    assert entry["chat_id"] == hidden["user_id"]


async def test_too_many_messages_to_one_person(whatsapp: MetaChannel, clock: FixedClock) -> None:
    await whatsapp.happen()
    await whatsapp.control("PATCH", "", {"pair_seconds": 6, "pair_burst": 2})

    assert [(await whatsapp.send()).status_code for _ in range(2)] == [200, 200]
    assert error(await whatsapp.send())[:2] == (400, 131056)
    clock.advance(timedelta(seconds=6))
    assert (await whatsapp.send()).status_code == 200


async def test_quotes_and_buttons(whatsapp: MetaChannel, desk: Desk) -> None:
    written = await whatsapp.happen()
    await whatsapp.send(context={"message_id": written["message_id"]})
    (entry,) = await whatsapp.ledger(direction="received")
    assert entry["message"]["reply_to"]["mid"] == written["message_id"]

    await asyncio.gather(
        whatsapp.happen(type="button", text="好的", quoted_message_id=entry["message_id"]),
        whatsapp.happen(type="list_reply", text="M", payload="size-m"),
    )

    told = {value["messages"][0]["type"]: value["messages"][0] for value in items(desk)[1:]}
    assert told["button"]["button"] == {"payload": "好的", "text": "好的"}
    assert told["button"]["context"]["id"] == entry["message_id"]
    assert told["interactive"]["interactive"]["list_reply"] == {"id": "size-m", "title": "M"}
