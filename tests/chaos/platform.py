"""The simulator's side of a fault run: what it sent and what it received, which is the truth."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from tests.support.wait import eventually

# Where answers go in, by channel.
SENDS = {
    "line": ("push", "reply"),
    "facebook": ("messages",),
    "instagram": ("messages",),
    "whatsapp": ("messages",),
    "order": ("answers",),
}
# For minutes: an outage of the desk takes long on a busy machine, and each try of a duplicate counts, too.
_DELAYS = [0.5, 1, 2, 4, *[8] * 24]


@dataclass(frozen=True)
class Written:
    """One message a customer wrote, by the platform's id. order: what its place in the chat follows from."""

    message_id: str
    channel: str
    chat_id: str
    text: str
    order: int
    answered: bool


class Side(Protocol):
    """Where the customers of one channel are."""

    channel: str
    account_id: str

    async def redeliver_what_fails(self, enabled: bool) -> None:
        """Whether an event that was not answered is sent again."""

    async def write(self, messages: int, rate: int, duplicates: float, seed: int, prefix: str) -> dict[str, float]:
        """Customers write so many messages, so many a second, some of them twice. How long the desk took to answer, as
        percentiles in milliseconds."""

    async def nothing_waits(self, seconds: float) -> None:
        """Waits until nothing is sent again any more by itself."""

    async def send_again(self, most: int) -> None:
        """Sends some events again although they were answered."""

    async def written(self) -> dict[str, Written]:
        """Everything customers wrote, by message id."""

    async def received(self) -> dict[str, list[str]]:
        """Texts that reached each chat, in order."""

    async def received_at(self) -> dict[str, int]:
        """When each text arrived, in milliseconds since 1970."""

    async def furthest(self) -> dict[str, str]:
        """The furthest that the desk was told and said yes to, by message id: delivered or read."""

    async def close(self) -> None:
        """Closes what it holds open."""


class Platform:
    """Scripts the demo account of one channel and reads its ledger."""

    def __init__(self, url: str, channel: str) -> None:
        self.channel = channel
        self.account_id = f"demo-{channel}"
        self._client = httpx.AsyncClient(base_url=url, timeout=60)

    async def change(self, **settings: Any) -> None:
        """Changes the account."""
        answer = await self._client.patch(f"/control/{self.channel}/{self.account_id}", json=settings)
        answer.raise_for_status()

    async def redeliver_what_fails(self, enabled: bool) -> None:
        """Whether the platform sends an event again that was not answered."""
        await self.change(redelivery={"enabled": enabled, "delays_seconds": _DELAYS})

    async def write(self, messages: int, rate: int, duplicates: float, seed: int, prefix: str) -> dict[str, float]:
        """Customers write, with bursts and out of order. How long the desk took to answer, in milliseconds."""
        spec = {"messages": messages, "rate": rate, "duplicates": duplicates, "seed": seed, "prefix": prefix}
        disorder = {"users": 300, "burst": 4, "reorder": 0.05}
        loads = f"/control/{self.channel}/{self.account_id}/loads"
        started = (await self._client.post(loads, json={**spec, **disorder})).raise_for_status().json()

        async def ended() -> dict[str, Any]:
            load: dict[str, Any] = (await self._client.get(f"{loads}/{started['load_id']}")).json()
            return load if load["state"] != "running" else {}

        load: dict[str, Any] = await eventually(ended, messages / rate + 120, "load run at its end")
        assert load["state"] == "finished", load["problem"]
        took: dict[str, float] = load["latency_ms"]
        return took

    async def nothing_waits(self, seconds: float) -> None:
        """Waits until no redelivery is due any more."""

        async def idle() -> bool:
            answer = await self._client.get("/control/ledger/summary", params={"account_id": self.account_id})
            return bool(answer.json()["redeliveries_waiting"] == 0)

        await eventually(idle, seconds, "redeliveries done")

    async def send_again(self, most: int) -> None:
        """Redelivers some events although they were answered: what customers wrote, echoes, receipts."""
        for entry in (await self._entries("sent"))[:most]:
            if entry["event"] is not None:
                again = {"event_id": entry["event_id"]}
                await self._client.post(f"/control/{self.channel}/{self.account_id}/redeliveries", json=again)

    async def fault(self, **rule: Any) -> None:
        """Switches a fault of every way to send on."""
        for endpoint in SENDS[self.channel]:
            address = f"/control/{self.channel}/{self.account_id}/faults"
            (await self._client.post(address, json={"endpoint": endpoint, **rule})).raise_for_status()

    async def written(self) -> dict[str, Written]:
        """Everything customers wrote, by message id."""
        # WhatsApp tells whole seconds, so within one the order is not known to anybody.
        unit = 1000 if self.channel == "whatsapp" else 1
        return {
            entry["message_id"]: Written(
                entry["message_id"],
                self.channel,
                entry["chat_id"],
                entry["text"],
                entry["timestamp"] // unit,
                entry["answered"],
            )
            for entry in await self._entries("sent")
            if entry["kind"] == "message"
        }

    async def received(self) -> dict[str, list[str]]:
        """Texts that reached each chat, in order."""
        chats: dict[str, list[str]] = defaultdict(list)
        for entry in await self._entries("received"):
            chats[entry["chat_id"]].append(entry["text"])
        return chats

    async def received_at(self) -> dict[str, int]:
        """When each text arrived, in milliseconds since 1970."""
        return {entry["text"]: entry["at"] for entry in await self._entries("received")}

    async def furthest(self) -> dict[str, str]:
        """The furthest that the desk was told and said yes to, by message id: delivered or read."""
        told: dict[str, str] = {}
        for entry in await self._entries("sent"):
            state = _state(entry)
            if entry["answered"] and state and told.get(entry["message_id"]) != "read":
                told[entry["message_id"]] = state
        return told

    async def close(self) -> None:
        """Closes the client."""
        await self._client.aclose()

    async def _entries(self, direction: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        token = "0"
        while token:
            params = {"account_id": self.account_id, "direction": direction, "page_size": "10000", "page_token": token}
            page = (await self._client.get("/control/ledger", params=params)).raise_for_status().json()
            entries += page["entries"]
            token = page["next_page_token"] or ""
        return entries


def _state(entry: dict[str, Any]) -> str:
    """Which state of an answer an event tells, "" for others: Messenger reads up to a time, and names no message."""
    if entry["kind"] == "delivery":
        return "delivered"
    if entry["kind"] != "status" or entry["event"] is None:
        return ""
    status: str = entry["event"]["changes"][0]["value"]["statuses"][0]["status"]
    return status if status in {"delivered", "read"} else ""
