"""Keys, partitions and the registry."""

from collections import Counter

import pytest

from frontdesk.channels.v1.inbound_pb2 import Alias, Contact, InboundEvent
from libs.bus.subjects import PARTITIONS
from libs.channels.keys import content_key, dedup_key
from libs.channels.partition import partition_of, partition_of_event
from libs.channels.registry import CHANNELS, UnknownChannel, channel_named


def test_key_names_account_kind_and_event() -> None:
    assert dedup_key("demo-line", "unsend", "325708") == "demo-line:unsend:325708"


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "a:b", "字", "x" * 129, "\ud83d"])
def test_key_unfit_for_a_header_is_hashed(key: str) -> None:
    hashed = dedup_key("a", "message", key).removeprefix("a:message:")
    assert len(hashed) == 40
    assert hashed.isalnum()


def test_content_key_ignores_order_and_what_differs_between_deliveries() -> None:
    assert content_key({"a": 1, "b": [2], "token": 1}, ["token"]) == content_key({"b": [2], "a": 1}, ["token"])
    assert content_key({"a": 1}, []) != content_key({"a": 2}, [])


@pytest.mark.promise(3)
def test_partition_is_the_same_for_ever() -> None:
    """Other values would split a contact's events between two replicas during an upgrade."""
    assert partition_of("demo-line", "line_user", "U1") == 16
    assert partition_of("demo-line") == 40


def test_partitions_are_even() -> None:
    counts = Counter(partition_of("demo-line", "line_user", f"U{number}") for number in range(6400))
    assert set(counts) == set(range(PARTITIONS))
    assert max(counts.values()) < 200


def test_partition_follows_the_most_stable_alias() -> None:
    aliases = [Alias(kind="line_user", value="U1"), Alias(kind="other", value="x")]
    event = InboundEvent(account_id="demo-line", contact=Contact(aliases=aliases))
    assert partition_of_event(event) == partition_of("demo-line", "line_user", "U1")
    assert partition_of_event(InboundEvent(account_id="demo-line")) == partition_of("demo-line")


def test_channels_are_found_by_name() -> None:
    assert {name: channel_named(name).name for name in CHANNELS} == {name: name for name in CHANNELS}
    with pytest.raises(UnknownChannel, match="line"):
        channel_named("fax")
