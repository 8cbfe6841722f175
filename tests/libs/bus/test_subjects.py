"""Subjects: safe for any text, the same on both sides."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.conversations.v1.events_pb2 import MessageStored
from libs.bus import subjects
from libs.bus.streams import stream_of

TENANT = UUID("01900000-0000-7000-8000-000000000001")


@given(st.text())
def test_a_token_is_one_safe_token(text: str) -> None:
    token = subjects.token(text)
    assert token
    assert not set(token) & set(".*> \t\r\n\0")
    assert token.isascii()


@given(st.text(), st.text())
def test_different_texts_have_different_tokens(one: str, other: str) -> None:
    assert (subjects.token(one) == subjects.token(other)) == (one == other)


@given(st.sampled_from(["live", "bulk"]), st.text(min_size=1), st.integers(0, 63))
def test_inbound_subjects_go_to_the_stream_of_their_lane(lane: str, channel: str, partition: int) -> None:
    subject = subjects.inbound(lane, channel, partition)
    assert subject.split(".") == ["inbound", lane, subjects.token(channel), str(partition)]
    assert stream_of(subject) == f"INBOUND_{lane.upper()}"


@pytest.mark.parametrize(("lane", "partition"), [("slow", 0), ("live", 64), ("live", -1)])
def test_there_is_no_other_lane_or_partition(lane: str, partition: int) -> None:
    with pytest.raises(ValueError, match="no such lane or partition"):
        subjects.inbound(lane, "line", partition)


def test_event_subjects_are_named_by_tenant_service_and_type() -> None:
    subject = subjects.subject_of(TENANT, MessageStored())
    assert subject == f"events.{TENANT}.conversations.message_stored"
    assert subjects.parse_event(subject) == subjects.EventSubject(TENANT, "conversations", "message_stored")
    assert stream_of(subject) == "EVENTS"


@pytest.mark.parametrize("subject", ["inbound.live.line.1", "events.x.y", "events.not-a-uuid.conversations.a"])
def test_other_subjects_are_no_events(subject: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        subjects.parse_event(subject)


def test_groups_cover_every_partition_once() -> None:
    filters = [one for group in range(subjects.GROUPS) for one in subjects.group_filters("live", group)]
    assert sorted(filters) == sorted(f"inbound.live.*.{number}" for number in range(subjects.PARTITIONS))
