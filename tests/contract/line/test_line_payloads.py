"""Every LINE sample becomes what the table says: alone, in its own body, and merged with others in any order."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.channels.events import Parked
from tests.contract.line.payloads import (
    ACCOUNT,
    LINE,
    RECEIVED_AT,
    body_of,
    expected,
    outcomes_of,
    row_of,
    sample_events,
)
from tests.support.shared import shared

ROWS = expected()
KEYS = st.lists(st.sampled_from(sorted(ROWS)), max_size=30)
BROKEN: list[Any] = [None, 7, "message", [], {}, {"type": 5}, {"type": "message"}, {"type": "unsend", "unsend": []}]


def test_table_and_samples_name_the_same_events() -> None:
    assert sorted(ROWS) == sorted(sample_events())


@pytest.mark.parametrize("key", ROWS, ids=lambda key: f"{key[0]}[{key[1]}]")
def test_event_becomes_what_the_table_says(key: tuple[str, int]) -> None:
    event = sample_events()[key]
    (outcome,) = outcomes_of(body_of([event]))
    assert row_of(*key, event, outcome) == ROWS[key]


@pytest.mark.parametrize("file", sorted({file for file, _ in ROWS}))
def test_body_as_it_came_keeps_its_events_and_their_bytes(file: str) -> None:
    body = shared("payloads", "line", file).read_bytes()
    if "events" not in json.loads(body):
        body = b'{"events": [' + body + b"]}"
    events = LINE.split(body)
    rows = [row_of(file, number, event.payload, _normalise(event)) for number, event in enumerate(events)]
    assert rows == [row for (name, _), row in ROWS.items() if name == file]
    assert all(event.raw in body and LINE.restore(event.raw) == event for event in events)


def test_parked_are_only_kinds_that_nobody_described() -> None:
    described = shared("channels.md").read_text(encoding="utf-8")
    for key, row in ROWS.items():
        if row.outcome == "parked" and row.event == "message":
            message = sample_events()[key]["message"]
            assert message["type"] not in described, row
        elif row.outcome == "parked":
            assert f" {row.event}" not in described.partition("LINE events:")[2].partition("No reactions")[0], row


@pytest.mark.promise(1)
@settings(max_examples=60, deadline=None)
@given(keys=KEYS, broken=st.lists(st.sampled_from(BROKEN), max_size=3), random=st.randoms(use_true_random=False))
def test_merged_batch_gives_the_same_outcomes(keys: list[tuple[str, int]], broken: list[Any], random: Any) -> None:
    batch = [(key, sample_events()[key]) for key in keys] + [(None, event) for event in broken]
    random.shuffle(batch)
    outcomes = outcomes_of(body_of([event for _, event in batch]))
    assert len(outcomes) == len(batch)
    for (key, event), outcome in zip(batch, outcomes, strict=True):
        if key is None:
            assert isinstance(outcome, Parked)
        else:
            assert row_of(*key, event, outcome) == ROWS[key]


def test_all_samples_in_one_body() -> None:
    events = sample_events()
    outcomes = outcomes_of(body_of(list(events.values())))
    rows = [row_of(*key, event, outcome) for (key, event), outcome in zip(events.items(), outcomes, strict=True)]
    assert rows == [ROWS[key] for key in events]


def _normalise(event: Any) -> Any:
    return LINE.normalise(event, ACCOUNT, RECEIVED_AT)
