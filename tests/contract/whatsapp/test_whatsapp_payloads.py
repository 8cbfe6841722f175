"""Every WhatsApp sample becomes what the table says: alone, in its own body, and merged with others in any order."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.channels.events import Parked
from tests.contract.whatsapp.payloads import (
    WHATSAPP,
    expected,
    outcome_of,
    row_of,
    sample_bodies,
    sample_events,
)
from tests.support.shared import shared

ROWS = expected()
KEYS = st.lists(st.sampled_from(sorted(ROWS)), max_size=30)
BROKEN: list[Any] = [
    None,
    7,
    [],
    {},
    {"changes": 5},
    {"changes": [None]},
    {"changes": [{"value": []}]},
    {"messaging": [{}]},
    {"changes": [{"field": "messages", "value": {"messages": [None]}}]},
    {"changes": [{"field": "messages", "value": {"messages": [{"type": 5}]}}]},
    {"changes": [{"field": "messages", "value": {"statuses": [{"status": "sent"}]}}]},
]


def test_table_and_samples_name_the_same_events() -> None:
    assert sorted(ROWS) == sorted(sample_events())


@pytest.mark.parametrize("key", ROWS, ids=lambda key: f"{key[0]}[{key[1]}]")
def test_event_becomes_what_the_table_says(key: tuple[str, int]) -> None:
    event = sample_events()[key]
    assert row_of(*key, event, outcome_of(event)) == ROWS[key]


@pytest.mark.parametrize("key", ROWS, ids=lambda key: f"{key[0]}[{key[1]}]")
def test_what_is_kept_of_an_event_is_enough_and_holds_its_exact_text(key: tuple[str, int]) -> None:
    event = sample_events()[key]
    assert WHATSAPP.restore(event.raw) == event
    item = json.loads(event.raw)["entry"][0]["changes"][0]["value"]
    listed = event.payload["kind"]
    assert (item if listed == "change" else item[listed][0]) == event.payload["item"]


def test_events_keep_the_text_that_came() -> None:
    body = b'{"entry":[{"changes":[{"value":{"messages":[ {"id" : "w1", "x":1.10, "t":"\\u00e4"} ]}}]}]}'
    (event,) = WHATSAPP.split(body)
    assert b'{"id" : "w1", "x":1.10, "t":"\\u00e4"}' in event.raw


def test_parked_are_only_kinds_that_nobody_described() -> None:
    facts = shared("channels.md").read_text(encoding="utf-8")
    for row in ROWS.values():
        if row.outcome == "parked":
            name = row.event.removeprefix("statuses.")
            assert name not in facts.partition("Statuses:")[2].partition("\n")[0], row
            assert f"field `{name}`" not in facts, row


def test_every_described_message_type_becomes_more_than_unsupported() -> None:
    facts = shared("channels.md").read_text(encoding="utf-8").partition("WhatsApp types:")[2].partition("`context`")[0]
    for row in ROWS.values():
        if row.outcome == "message.unsupported":
            name = row.event.removeprefix("messages.")
            described = name in facts and name != "unsupported"
            assert not described or row.file in _WITHOUT_CONTENT, row


# Samples of a described type whose own part is missing, no coordinates, or an interactive kind that is not described.
_WITHOUT_CONTENT = {
    "david-lev_pywa-call-permission-update-01.json",
    "david-lev_pywa-call-permission-update-02.json",
    "david-lev_pywa-message-22.json",
    "netflie_whatsapp-cloud-api-NotificationFactoryTest-10.json",
}


@pytest.mark.promise(1)
@settings(max_examples=60)
@given(keys=KEYS, broken=st.lists(st.sampled_from(BROKEN), max_size=3), seed=st.randoms(use_true_random=False))
def test_merged_batches_in_any_order_become_the_same(keys: list[tuple[str, int]], broken: list[Any], seed: Any) -> None:
    entries: list[tuple[tuple[str, int] | None, Any]] = [(None, entry) for entry in broken]
    entries += [(key, json.loads(sample_events()[key].raw)["entry"][0]) for key in keys]
    seed.shuffle(entries)
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry for _, entry in entries]}).encode()
    events = WHATSAPP.split(body)
    assert len(events) == sum(len(_changes(entry)) for _, entry in entries)
    fates = [outcome_of(event) for event in events]
    kept = [fate for event, fate in zip(events, fates, strict=True) if not _is_broken(event.payload)]
    wanted = [key for key, _ in entries if key]
    found = [row_of(*key, sample_events()[key], fate)[3:] for key, fate in zip(wanted, kept, strict=True)]
    assert found == [ROWS[key][3:] for key in wanted]


def _changes(entry: Any) -> list[Any]:
    changes = entry.get("changes") if isinstance(entry, dict) else None
    return changes if isinstance(changes, list) else [None]


def _is_broken(payload: Any) -> bool:
    item = payload and payload["item"]
    return not isinstance(item, dict) or item in ({"type": 5}, {"status": "sent"})


@pytest.mark.promise(1)
@pytest.mark.parametrize("entry", BROKEN, ids=str)
def test_broken_entry_parks_itself_alone(entry: Any) -> None:
    (body,) = sample_bodies()["facebook_openapi-text-message.json"]
    good = json.loads(body)["entry"][0]
    events = WHATSAPP.split(json.dumps({"entry": [good, entry, good]}).encode())
    first, odd, last = (outcome_of(event) for event in events)
    assert not isinstance(first, Parked)
    assert isinstance(odd, Parked)
    assert odd.raw
    assert WHATSAPP.restore(odd.raw) == events[1]
    assert first == last
