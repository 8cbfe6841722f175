"""Everything that the console can show, beside the scene: kinds of messages, windows, ads, orders, verdicts."""

import time
from functools import partial
from typing import Any

import httpx

from services.simulator.service.samples import sample
from tests.e2e.customer import Customer, Platform
from tests.e2e.scene import conversation_of, is_stored, messages_of, signed_in
from tests.support.wait import eventually

EVERYTHING, FROM_AD, STORIES, LATE, ON_LINE = "Sofia Lin", "高佩珊", "mika.daily", "賴先生", "蔡依庭"
ORDER = "1042"
_DAY_MS = 24 * 3_600_000
_AD = {"ad_id": "120210000000000777", "title": "秋冬新品 早鳥 85 折", "url": "https://fb.me/autumn"}
_AT_WHATSAPP: list[dict[str, Any]] = [
    {"text": "哈囉，我想看看大衣的實品照，還有這個網址的款式 https://shop.example/coats/wool-long?color=navy&size=M"},
    {"type": "image"},
    {"type": "video"},
    {"type": "voice"},
    {"type": "file", "file_name": "尺寸對照表（2026 秋冬，含海外碼數）.pdf"},
    {"type": "sticker"},
    {"type": "location"},
    {"type": "contacts"},
    {"type": "button_reply", "text": "查看訂單"},
    {"type": "order"},
    {"text": "這則是別人傳給我的", "forwarded": True},
    {"type": "unsupported"},
    {"text": "javascript:alert(1) 和 <b>粗體</b> 都只是文字"},
]
_ON_MESSENGER: list[dict[str, Any]] = [
    {"text": "看到廣告，想問早鳥優惠到什麼時候？", "ad": _AD},
    {"kind": "postback", "text": "查詢營業時間"},
    {"type": "quick_reply", "text": "我要預約"},
    {"kind": "echo", "text": "到這個週日晚上 12 點喔"},
]
_ON_INSTAGRAM: list[dict[str, Any]] = [
    {"type": "story_mention"},
    {"type": "story_reply", "text": "好可愛！還有貨嗎？"},
    {"type": "ig_post"},
    {"text": "想要同款的圍巾 🧣"},
]
_ON_LINE: list[dict[str, Any]] = [{"type": kind} for kind in ("image", "video", "audio", "file", "location", "sticker")]


async def play(url: str, agent: str) -> None:
    """Plays it on a running demo."""
    async with (
        httpx.AsyncClient(base_url=f"{url}/simulator", trust_env=False, timeout=60) as client,
        signed_in(url, agent) as api,
    ):
        write = partial(_write, client, api)
        sofia = await write("whatsapp", EVERYTHING, _AT_WHATSAPP)
        await write("facebook", FROM_AD, _ON_MESSENGER)
        await write("instagram", STORIES, _ON_INSTAGRAM)
        await write("line", ON_LINE, _ON_LINE)
        late = {"text": "請問我的訂單寄出了嗎？", "timestamp": int(time.time() * 1000) - _DAY_MS - 3_600_000}
        await write("whatsapp", LATE, [late])
        await _order(client)
        await _converse(api, sofia)
        await _verdicts(client)


async def _write(
    client: httpx.AsyncClient, api: httpx.AsyncClient, channel: str, name: str, drafts: list[dict[str, Any]]
) -> Customer:
    customer = await Platform(client, channel).customer(name)
    for draft in drafts:
        message_id = await customer.writes(**draft)
        if draft.get("kind", "message") == "message":
            await eventually(partial(is_stored, api, name, message_id), 60)
    return customer


async def _order(client: httpx.AsyncClient) -> None:
    """An order, what its customer wrote about it, and what became of it."""
    shop = Platform(client, "order")
    known = {"name": "曾柏宇", "email": "zeng@example.com", "phone": "+886912345678", "total": 3280, "status": "paid"}
    await shop.call("PUT", f"/orders/{ORDER}", known)
    for happening in (
        {"kind": "created"},
        {"text": "可以改成超商取貨嗎？", "picture": True},
        {"kind": "updated", "status": "shipped"},
    ):
        await shop.call("POST", "/events", {"order_id": ORDER, **happening})


async def _converse(api: httpx.AsyncClient, sofia: Customer) -> None:
    """The shop answers with a quote, a picture and a template; the customer reacts, quotes back, edits and unsends."""
    path = await conversation_of(api, sofia.name)
    (await api.post(f"{path}:open")).raise_for_status()
    asked = next(each for each in await messages_of(api, path) if each["text"].startswith("哈囉"))
    quoting = {"type": "text", "text": "有的，這是今天剛到的深藍色", "quoted_message_id": asked["id"]}
    answer = await _send(api, path, quoting)
    await _send(api, path, {"type": "image", "text": "實品照", "upload_id": await _upload(api, path)})
    template = {"name": "follow_up", "language": "zh_TW", "variables": {"body": ["Sofia", "大衣預購"]}}
    await _send(api, path, {"type": "template", "template": template})
    provider_id = answer["provider_message_id"]
    await sofia.writes(kind="reaction", message_id=provider_id, emoji="❤")
    await sofia.writes(text="好漂亮！我要 M 號", quoted_message_id=provider_id)
    edited = await sofia.writes(text="可以刷卡分三期嗎？")
    await sofia.writes(kind="edit", message_id=edited, text="可以刷卡分六期嗎？")
    await sofia.writes(kind="unsend", message_id=await sofia.writes(text="打錯了"))


async def _verdicts(client: httpx.AsyncClient) -> None:
    """One call of every verdict in the ledger; the scene's own were stored."""
    line = Platform(client, "line")
    customer = await line.customer("何俊宏")
    await line.call("POST", "/messages", {"user_id": customer.user_id, "text": "重送的訊息", "redeliver": 1})
    await line.call("POST", "/messages", {"user_id": customer.user_id, "kind": "somethingNew"})
    await line.call("POST", "/raw", {"body": '{"destination":"U0","events":[]}', "signature": "forged"})


async def _send(api: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Sends, and waits until the platform took it; the message as it is then."""
    headers = {"Idempotency-Key": f"gallery-{time.time_ns()}"}
    sent = (await api.post(f"{path}/messages", json=body, headers=headers)).raise_for_status().json()

    async def taken() -> dict[str, Any]:
        found: dict[str, Any] = next(each for each in await messages_of(api, path) if each["id"] == sent["id"])
        assert found["provider_message_id"], found
        return found

    return await eventually(taken, 60)


async def _upload(api: httpx.AsyncClient, path: str) -> str:
    """A photo, ready to be sent; its id."""
    content, content_type = sample("image", "gallery")
    about = {"file_name": "大衣.jpg", "size_bytes": len(content), "content_type": content_type}
    about["conversation_id"] = path.rpartition("/")[2]
    made = (await api.post("/uploads", json=about)).raise_for_status().json()
    upload = f"/uploads/{made['id']}"
    (await api.patch(upload, content=content, headers={"Upload-Offset": "0"})).raise_for_status()

    async def ready() -> dict[str, Any]:
        state: dict[str, Any] = (await api.get(upload)).raise_for_status().json()
        assert state["state"] == "ready", state
        return state

    await eventually(ready, 60)
    return str(made["id"])
