"""A shop's morning, for pictures of the console: who wrote what, how many minutes ago, and what the shop answered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from cli.demo import PASSWORD
from tests.e2e.customer import Customer, Line
from tests.support.wait import eventually

SHOWN = "林小晴"
LAST_ANSWER = "可以的，下午三點前下單，明天就會送達。"


@dataclass(frozen=True)
class Said:
    """A message of a customer, or of the shop to them."""

    minutes_ago: int
    customer: str
    text: str
    by_shop: bool = False
    kind: str = "text"


_SCENE = [
    Said(187, "吳志明", "請問統一編號可以補開嗎？訂單是上週三的。"),
    Said(184, "吳志明", "可以的，請提供統編與抬頭，我們今天補寄。", by_shop=True),
    Said(164, "Tanaka Yuki", "免税は対応していますか？"),
    Said(121, "張雅婷", "昨天收到了，包裝很用心，謝謝你們！"),
    Said(120, "張雅婷", "", kind="sticker"),
    Said(76, "許家豪", "門市今天營業到幾點？"),
    Said(75, "許家豪", "您好，今天營業到晚上 9 點。", by_shop=True),
    Said(43, "王大明", "這款有黑色嗎？"),
    Said(42, "王大明", "", kind="image"),
    Said(27, "陳怡君", "想改成宅配，地址是台北市信義路五段 7 號"),
    Said(26, "陳怡君", "麻煩了"),
    Said(12, SHOWN, "你好，想請問亞麻襯衫 M 號還有貨嗎？"),
    Said(10, SHOWN, "您好！M 號米白和霧藍都還有，可以幫您保留 👍", by_shop=True),
    Said(8, "李美玲", "折扣碼輸入後沒有反應 😢"),
    Said(4, SHOWN, "太好了，我要霧藍的"),
    Said(4, SHOWN, "今天下單的話，週五前到得了嗎？"),
    Said(2, SHOWN, LAST_ANSWER, by_shop=True),
    Said(1, "周柏翰", "請問可以幫我查訂單到哪了嗎？"),
    Said(0, "周柏翰", "單號 FD-20418"),
]


def begin(clock: Path) -> None:
    """Turns the clock of a desk that is not started yet back to where the scene begins."""
    _turn(clock, _SCENE[0].minutes_ago + 1)


async def play(url: str, clock: Path, agent: str) -> None:
    """Plays it on a running demo: customers write through the simulator, the agent answers through the API."""
    async with httpx.AsyncClient(base_url=f"{url}/simulator", trust_env=False, timeout=30) as platform:
        line, customers = Line(platform), dict[str, Customer]()
        for said in _SCENE:
            _turn(clock, said.minutes_ago)
            async with signed_in(url, agent) as api:
                if said.by_shop:
                    await _answer(api, said)
                    continue
                if said.customer not in customers:
                    customers[said.customer] = await line.customer(said.customer)
                message_id = await customers[said.customer].writes(said.text, type=said.kind)
                await eventually(partial(is_stored, api, said.customer, message_id), 60)


def _turn(clock: Path, minutes_ago: int) -> None:
    fresh = clock.with_suffix(".new")
    fresh.write_text(str(-60 * minutes_ago))
    fresh.replace(clock)


@asynccontextmanager
async def signed_in(url: str, email: str) -> AsyncIterator[httpx.AsyncClient]:
    """The API with a token of its own: the clock jumps further than one lives."""
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, timeout=30) as api:
        answer = await api.post("/sessions", json={"email": email, "password": PASSWORD})
        api.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
        yield api


async def _answer(api: httpx.AsyncClient, said: Said) -> None:
    """Answers, and waits until it was sent."""
    path = await conversation_of(api, said.customer)
    (await api.post(f"{path}:open")).raise_for_status()
    headers = {"Idempotency-Key": f"scene-{_SCENE.index(said)}"}
    body = {"type": "text", "text": said.text}
    sent = (await api.post(f"{path}/messages", json=body, headers=headers)).raise_for_status().json()

    async def accepted() -> bool:
        return any(
            each["id"] == sent["id"] and each["delivery_state"] == "sent" for each in await messages_of(api, path)
        )

    await eventually(accepted, 60)


async def is_stored(api: httpx.AsyncClient, customer: str, message_id: str) -> bool:
    """Whether the desk has what somebody wrote."""
    path = await conversation_of(api, customer)
    return bool(path) and any(each["provider_message_id"] == message_id for each in await messages_of(api, path))


async def conversation_of(api: httpx.AsyncClient, customer: str) -> str:
    """Its path; "" while the desk does not know them, or not by name."""
    listed = (await api.get("/conversations", params={"page_size": 100})).raise_for_status().json()["conversations"]
    found = [each["id"] for each in listed if each["customer"]["name"] == customer]
    return f"/conversations/{found[0]}" if found else ""


async def messages_of(api: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    """A conversation's newest messages."""
    found: list[dict[str, Any]] = (await api.get(f"{path}/messages")).raise_for_status().json()["messages"]
    return found
