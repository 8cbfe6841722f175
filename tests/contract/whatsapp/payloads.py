"""WhatsApp's sample payloads, and the table that says what each of their events must become."""

import csv
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.accounts import Account
from libs.channels.events import Parked, RawEvent
from libs.channels.whatsapp.channel import WhatsAppChannel
from tests.contract.whatsapp.describe import describe
from tests.support.shared import shared

TABLE = Path(__file__).with_name("payloads.tsv")
ACCOUNT = Account("018f0000-0000-7000-8000-000000000001", "demo-whatsapp", "106540352242922")
RECEIVED_AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
WHATSAPP = WhatsAppChannel()


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
        _heading, *cells = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    rows = [Row(file, int(number), *rest) for file, number, *rest in cells]
    assert len(rows) == len({(row.file, row.number) for row in rows}), "the table names an event twice"
    return {(row.file, row.number): row for row in rows}


@cache
def sample_bodies() -> dict[str, list[bytes]]:
    """The bodies of every sample; one file holds two, one inside the other."""
    found = {}
    for path in sorted(shared("payloads", "whatsapp").glob("*.json")):
        body = path.read_bytes()
        inner = json.loads(body).get("all")
        found[path.name] = [body, *([json.dumps(inner).encode()] if inner else [])]
    return found


@cache
def sample_events() -> dict[tuple[str, int], RawEvent]:
    """Every event of every sample."""
    return {
        (name, number): event
        for name, bodies in sample_bodies().items()
        for number, event in enumerate(event for body in bodies for event in WHATSAPP.split(body))
    }


def outcome_of(event: RawEvent) -> InboundEvent | Parked:
    """What an event becomes."""
    return WHATSAPP.normalise(event, ACCOUNT, RECEIVED_AT)


def outcomes_of(body: bytes) -> list[Any]:
    """What a body becomes, in its order: InboundEvent or Parked."""
    return [outcome_of(event) for event in WHATSAPP.split(body)]


def row_of(file: str, number: int, event: RawEvent, outcome: InboundEvent | Parked) -> Row:
    """The table's row for an outcome."""
    kind, fields = describe(outcome, RECEIVED_AT)
    return Row(file, number, name_of(event), kind, fields)


def name_of(event: RawEvent) -> str:
    """As channels.md calls it: the list it came in and its type, or the field of a change."""
    payload: dict[str, Any] = event.payload
    name = payload["item"].get("status") or payload["item"].get("type")
    return str(payload["field"]) if payload["kind"] == "change" else ".".join(filter(None, (payload["kind"], name)))
