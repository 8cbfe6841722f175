"""Messenger's and Instagram's sample payloads, and the tables that say what each of their events must become."""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.accounts import Account
from libs.channels.base import Channel
from libs.channels.events import Parked, RawEvent
from libs.channels.meta.messaging.inbound import KINDS
from libs.channels.registry import channel_named
from tests.contract.messaging.describe import describe
from tests.support.shared import shared

RECEIVED_AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
_LISTS = ("messaging", "standby", "changes")


class Row(NamedTuple):
    """The expected outcome of one event; `account` is whom it is for, `fields` is what describe.py writes of it."""

    file: str
    number: int
    event: str
    account: str
    outcome: str
    fields: str


@dataclass(frozen=True)
class Samples:
    """One channel with its folder of payloads, and the table of the same name beside this folder."""

    folder: str
    channel: Channel
    account: Account

    def expected(self) -> dict[tuple[str, int], Row]:
        """The checked-in table, by file and place of the event in it."""
        table = Path(__file__).parents[1] / self.folder / "payloads.tsv"
        with table.open(newline="", encoding="utf-8") as lines:
            _heading, *cells = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = [Row(file, int(number), *rest) for file, number, *rest in cells]
        assert len(rows) == len({(row.file, row.number) for row in rows}), "the table names an event twice"
        return {(row.file, row.number): row for row in rows}

    def bodies(self) -> dict[str, bytes]:
        """Every sample as a whole body. A lone event is put into an entry of the account it is for."""
        return {path.name: _body(path.read_bytes()) for path in sorted(shared("payloads", self.folder).glob("*.json"))}

    def events(self) -> dict[tuple[str, int], RawEvent]:
        """Every event of every sample."""
        return {
            (name, number): event
            for name, body in self.bodies().items()
            for number, event in enumerate(self.channel.split(body))
        }

    def entries(self) -> dict[tuple[str, int], Any]:
        """Every event of every sample as the entry it came in, alone."""
        return {key: json.loads(event.raw) for key, event in self.events().items()}

    def outcome(self, event: RawEvent) -> InboundEvent | Parked:
        """What an event becomes."""
        return self.channel.normalise(event, self.account, RECEIVED_AT)

    def outcomes(self, entries: list[Any]) -> list[InboundEvent | Parked]:
        """What a body of these entries becomes, in its order."""
        return [self.outcome(event) for event in self.channel.split(body_of(entries))]

    def row(self, key: tuple[str, int], event: RawEvent) -> Row:
        """The table's row for an event."""
        kind, fields = describe(self.outcome(event), RECEIVED_AT)
        return Row(*key, name_of(event.payload), event.recipient, kind, fields)


@cache
def samples(folder: str) -> Samples:
    """ "messenger" or "instagram"."""
    channel = channel_named({"messenger": "facebook"}.get(folder, folder))
    return Samples(folder, channel, Account("018f0000-0000-7000-8000-000000000001", f"demo-{channel.name}"))


def body_of(entries: list[Any]) -> bytes:
    """A webhook body as Meta sends it: characters beyond ASCII escaped, in lower case."""
    return json.dumps({"object": "page", "entry": entries}).encode()


def entry(*items: Any, listed: str = "messaging", account: str = "P1", **head: Any) -> dict[str, Any]:
    """An entry of one account."""
    return {"id": account, "time": 1_795_000_000_500, **head, listed: list(items)}


def name_of(payload: Any) -> str:
    """As channels.md calls it: the list it came in, and its section or field."""
    listed = next((name for name in _LISTS if name in payload), "")
    item = payload[listed][0] if listed else payload
    known = [str(item.get("field"))] if listed == "changes" else [name for name in KINDS if name in item]
    return ".".join((listed, *known[:1]))


def _body(text: bytes) -> bytes:
    content = json.loads(text)
    if "entry" in content:
        return text
    message = content.get("message", {})
    # One library's examples are spelt in its own way.
    side = "sender" if message.get("is_echo") or message.get("isEcho") else "recipient"
    return body_of([{"id": content[side]["id"], "messaging": [content]}])
