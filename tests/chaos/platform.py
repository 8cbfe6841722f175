"""The simulator's side of a fault run: what it sent and what it received, which is the truth."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.wait import eventually

ACCOUNT = "demo-line"


@dataclass(frozen=True)
class Written:
    """One message a customer wrote, by the platform's id."""

    message_id: str
    chat_id: str
    text: str
    timestamp: int
    answered: bool


class Platform:
    """Scripts the simulator and reads its ledger."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=60)

    async def redeliver_what_fails(self, enabled: bool) -> None:
        """Whether the platform sends an event again that was not answered."""
        settings = {"redelivery": {"enabled": enabled, "delays_seconds": [0.5, 1, 2, 4, 8, 8, 8, 8]}}
        (await self._client.patch(f"/control/line/{ACCOUNT}", json=settings)).raise_for_status()

    async def start_load(self, **spec: Any) -> str:
        """Begins a load run; its id."""
        answer = await self._client.post(f"/control/line/{ACCOUNT}/loads", json=spec)
        return str(answer.raise_for_status().json()["load_id"])

    async def load_ended(self, load_id: str, seconds: float) -> dict[str, Any]:
        """Waits for the end of a load run; how it went."""

        async def ended() -> dict[str, Any]:
            answer = await self._client.get(f"/control/line/{ACCOUNT}/loads/{load_id}")
            load: dict[str, Any] = answer.json()
            return load if load["state"] != "running" else {}

        load: dict[str, Any] = await eventually(ended, seconds, "load run at its end")
        assert load["state"] == "finished", load["problem"]
        return load

    async def nothing_waits(self, seconds: float) -> None:
        """Waits until no redelivery is due any more."""

        async def idle() -> bool:
            answer = await self._client.get("/control/ledger/summary", params={"account_id": ACCOUNT})
            return bool(answer.json()["redeliveries_waiting"] == 0)

        await eventually(idle, seconds, "redeliveries done")

    async def send_again(self, event_ids: list[str]) -> None:
        """Redelivers events although they were answered."""
        for event_id in event_ids:
            await self._client.post(f"/control/line/{ACCOUNT}/redeliveries", json={"event_id": event_id})

    async def fault(self, **rule: Any) -> None:
        """Switches a fault of the platform's API on."""
        (await self._client.post(f"/control/line/{ACCOUNT}/faults", json=rule)).raise_for_status()

    async def written(self) -> dict[str, Written]:
        """Everything customers wrote, by message id."""
        found = await self._entries("sent")
        return {
            entry["message_id"]: Written(
                entry["message_id"], entry["chat_id"], entry["text"], entry["timestamp"], entry["answered"]
            )
            for entry in found
            if entry["kind"] == "message"
        }

    async def event_ids(self, most: int) -> list[str]:
        """Ids of some events that were sent."""
        return [entry["event_id"] for entry in (await self._entries("sent"))[:most]]

    async def received(self) -> dict[str, list[str]]:
        """Texts that reached each chat, in order."""
        chats: dict[str, list[str]] = defaultdict(list)
        for entry in await self._entries("received"):
            chats[entry["chat_id"]].append(entry["message"]["text"])
        return chats

    async def close(self) -> None:
        """Closes the client."""
        await self._client.aclose()

    async def _entries(self, direction: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        token = "0"
        while token:
            params = {"account_id": ACCOUNT, "direction": direction, "page_size": "10000", "page_token": token}
            page = (await self._client.get("/control/ledger", params=params)).raise_for_status().json()
            entries += page["entries"]
            token = page["next_page_token"] or ""
        return entries
