"""How long an answer is allowed."""

from datetime import timedelta

import pytest

from libs.channels.limits import ReplyWindow
from services.conversations.domain.window import Window, Windows, window
from tests.unit.conversations.rows import NOW, TENANT, conversation

_META, _WHATSAPP = ReplyWindow(24, human_agent_hours=168), ReplyWindow(24, templates=True)


def _hours(hours: float) -> timedelta:
    return timedelta(hours=hours)


@pytest.mark.parametrize(
    ("rule", "approved", "silent", "state", "left"),
    [
        pytest.param(_META, False, 0, "open", 24, id="just written"),
        pytest.param(_META, False, 23.99, "open", 0.01, id="just before the end"),
        pytest.param(_META, False, 24, "closed", None, id="a day later"),
        pytest.param(_META, True, 24, "human_agent", 144, id="a day later, people approved"),
        pytest.param(_META, True, 168, "closed", None, id="a week later, people approved"),
        pytest.param(_WHATSAPP, False, 24, "templates", None, id="templates after a day"),
        pytest.param(_WHATSAPP, True, 24, "templates", None, id="no such approval there"),
    ],
)
def test_the_window_by_the_time_since_the_customer_wrote(
    rule: ReplyWindow, approved: bool, silent: float, state: str, left: float | None
) -> None:
    found = window(rule, NOW - _hours(silent), approved, NOW)
    assert found.state == state
    assert (found.closes_at is None) == (left is None)
    if left is not None and found.closes_at is not None:
        assert abs(found.closes_at - NOW - _hours(left)) < timedelta(seconds=1)


@pytest.mark.parametrize(("rule", "state"), [(_META, "closed"), (_WHATSAPP, "templates")], ids=["meta", "whatsapp"])
def test_to_somebody_who_never_wrote_nothing_free_goes(rule: ReplyWindow, state: str) -> None:
    assert window(rule, None, True, NOW) == Window(state)


def test_a_channel_without_a_rule_has_no_window() -> None:
    assert Windows(NOW).of(conversation(channel="line")) is None
    assert Windows(NOW).of(conversation(channel="of a newer version")) is None


def test_why_nothing_goes_is_the_customers_side_first() -> None:
    silent = {"channel": "instagram", "last_inbound_at": NOW - _hours(30)}
    assert Windows(NOW).reason(conversation(**silent)) == "window_closed"
    assert Windows(NOW).reason(conversation(**silent, reach="blocked")) == "blocked"
    row = conversation(**silent)
    assert Windows(NOW, frozenset({(str(TENANT), row.account_id)})).reason(row) == ""
