"""Every sample of Messenger and Instagram becomes what the table says: alone, in its own body, and merged with others
in any order."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels import slices
from libs.channels.events import Parked
from libs.channels.meta.messaging.inbound import KINDS
from tests.contract.messaging.samples import Samples, body_of, entry, samples
from tests.support.shared import shared

FOLDERS = ["messenger", "instagram"]
ROWS = {folder: samples(folder).expected() for folder in FOLDERS}
ALL = [(folder, *key) for folder in FOLDERS for key in ROWS[folder]]
BROKEN: list[Any] = [None, 7, "entry", {}, {"id": 5}, {"messaging": 5}, entry(None), entry("x"), entry({}), entry([])]


@pytest.fixture(params=FOLDERS)
def chosen(request: pytest.FixtureRequest) -> Samples:
    """One channel's samples."""
    return samples(request.param)


def test_table_and_samples_name_the_same_events(chosen: Samples) -> None:
    assert sorted(ROWS[chosen.folder]) == sorted(chosen.events())


@pytest.mark.parametrize(("folder", "file", "number"), ALL)
def test_event_becomes_what_the_table_says(folder: str, file: str, number: int) -> None:
    key = (file, number)
    assert samples(folder).row(key, samples(folder).events()[key]) == ROWS[folder][key]


def test_event_is_kept_with_its_exact_text_and_read_again_from_it(chosen: Samples) -> None:
    for (file, _), event in chosen.events().items():
        body = chosen.bodies()[file].decode()
        assert chosen.channel.restore(event.raw) == event
        (name,) = (name for name in ("messaging", "standby", "changes") if name in event.payload)
        (item,) = slices.array_items(event.raw.decode(), name)
        assert item.text in body


def test_parked_are_only_kinds_that_nobody_described(chosen: Samples) -> None:
    described = shared("channels.md").read_text(encoding="utf-8")
    for key, row in ROWS[chosen.folder].items():
        if row.outcome != "parked":
            continue
        payload = chosen.events()[key].payload
        if row.event.startswith("changes."):
            field = row.event.removeprefix("changes.")
            # "messages" is a dashboard's example: its value names no sender.
            assert field not in described or "sender" not in payload["changes"][0]["value"]
        else:
            (item,) = payload["messaging"]
            assert not KINDS.keys() & item.keys() or not item["sender"], row


@pytest.mark.promise(1)
@settings(max_examples=60, deadline=None)
@given(
    folder=st.sampled_from(FOLDERS),
    numbers=st.lists(st.integers(0, 10_000), max_size=30),
    broken=st.lists(st.sampled_from(BROKEN), max_size=3),
    random=st.randoms(use_true_random=False),
)
def test_merged_batch_gives_the_same_outcomes(folder: str, numbers: list[int], broken: list[Any], random: Any) -> None:
    chosen, rows = samples(folder), ROWS[folder]
    entries = chosen.entries()
    keys = [sorted(rows)[number % len(rows)] for number in numbers]
    batch = [(key, entries[key]) for key in keys] + [(None, item) for item in broken]
    random.shuffle(batch)
    events = chosen.channel.split(body_of([item for _, item in batch]))
    assert len(events) == len(batch)
    for (key, _), event in zip(batch, events, strict=True):
        if key is None:
            assert isinstance(chosen.outcome(event), Parked)
        else:
            assert chosen.row(key, event) == rows[key]


def test_all_samples_in_one_body(chosen: Samples) -> None:
    rows = ROWS[chosen.folder]
    events = chosen.channel.split(body_of(list(chosen.entries().values())))
    assert [chosen.row(key, event) for key, event in zip(rows, events, strict=True)] == list(rows.values())


@pytest.mark.promise(1)
def test_a_thousand_updates_for_many_accounts_and_one_is_odd(chosen: Samples) -> None:
    entries = [
        entry(*(_text(f"{account}.{number}", f"P{account}") for number in range(50)), account=f"P{account}")
        for account in range(20)
    ]
    entries[7]["messaging"][3] = {"sender": {"id": "1"}, "message": "broken"}
    events = chosen.channel.split(body_of(entries))
    outcomes = [chosen.outcome(event) for event in events]
    good = [outcome for outcome in outcomes if isinstance(outcome, InboundEvent)]
    assert (len(outcomes), len(good)) == (1000, 999)
    assert len({outcome.dedup_key for outcome in good}) == 999
    assert [event.recipient for event in events] == [f"P{account}" for account in range(20) for _ in range(50)]
    assert isinstance(outcomes[7 * 50 + 3], Parked)
    assert json.loads(events[7 * 50 + 3].raw) == entry(entries[7]["messaging"][3], account="P7")


def _text(mid: str, account: str) -> dict[str, Any]:
    message = {"mid": f"m_{mid}", "text": "您好"}
    return {"sender": {"id": "1"}, "recipient": {"id": account}, "timestamp": 1_795_000_000_000, "message": message}
