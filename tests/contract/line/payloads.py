"""LINE's sample payloads, and the table that says what each of their events must become."""

import csv
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.accounts import Account
from libs.channels.events import Parked
from libs.channels.line.channel import LineChannel
from tests.contract.line.describe import describe
from tests.support.shared import shared

TABLE = Path(__file__).with_name("payloads.tsv")
ACCOUNT = Account(tenant_id="018f0000-0000-7000-8000-000000000001", account_id="demo-line")
RECEIVED_AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
LINE = LineChannel()


class Row(NamedTuple):
    """The expected outcome of one event; `fields` is what describe.py writes of it."""

    file: str
    number: int
    event: str
    outcome: str
    fields: str


def expected() -> dict[tuple[str, int], Row]:
    """The checked-in table, by file and place of the event in it."""
    with TABLE.open(newline="", encoding="utf-8") as lines:
        _heading, *cells = csv.reader(lines, delimiter="\t")
    rows = [Row(file, int(number), *rest) for file, number, *rest in cells]
    assert len(rows) == len({(row.file, row.number) for row in rows}), "the table names an event twice"
    return {(row.file, row.number): row for row in rows}


@cache
def sample_events() -> dict[tuple[str, int], Any]:
    """Every event of every sample, as parsed JSON. Some samples are a whole body, some a lone event."""
    found = {}
    for path in sorted(shared("payloads", "line").glob("*.json")):
        content = json.loads(path.read_bytes())
        events = content.get("events", [content])
        found.update({(path.name, number): event for number, event in enumerate(events)})
    return found


def body_of(events: list[Any]) -> bytes:
    """A webhook body as LINE sends it."""
    return json.dumps({"destination": "U" + "0" * 32, "events": events}, ensure_ascii=False).encode()


def outcomes_of(body: bytes) -> list[InboundEvent | Parked]:
    """What a body becomes, in its order."""
    return [LINE.normalise(event, ACCOUNT, RECEIVED_AT) for event in LINE.split(body)]


def row_of(file: str, number: int, event: Any, outcome: InboundEvent | Parked) -> Row:
    """The table's row for an outcome."""
    kind, fields = describe(outcome, RECEIVED_AT)
    return Row(file, number, str(event.get("type", "")), kind, fields)
