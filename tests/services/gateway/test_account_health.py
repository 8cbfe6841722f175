"""When an account counts as silent, and when somebody is warned of redelivery."""

from datetime import UTC, datetime, timedelta

import pytest

from frontdesk.delivery.v1 import delivery_pb2
from frontdesk.ingestion.v1 import ingestion_pb2
from frontdesk.tenants.v1 import tenants_pb2
from libs.clock.stamps import timestamp
from services.gateway.domain.present.channel_accounts import AccountHealth, Health, with_health

_NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_URL = "https://desk.example"
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def _account(channel: str, age: timedelta = 9 * _DAY, state: str = "active") -> tenants_pb2.ChannelAccount:
    made = timestamp(_NOW - age)
    return tenants_pb2.ChannelAccount(
        id="a", channel=channel, name="A", state=state, created_at=made, webhook_problem="odd"
    )


def _health(account: tenants_pb2.ChannelAccount, heard: timedelta | None, redelivers: bool = False) -> AccountHealth:
    last = {}
    if heard is not None:
        at = timestamp(_NOW - heard)
        last["a"] = ingestion_pb2.AccountHealth(account_id="a", last_event_at=at, redelivers=redelivers)
    known = Health({}, last, {"a": delivery_pb2.GetQuotaResponse(limited=True, limit=200, used=5)})
    health = with_health(account, known, _URL, _NOW).health
    assert health is not None
    return health


@pytest.mark.parametrize(
    ("channel", "heard", "age", "silent"),
    [
        ("line", 23 * _HOUR, 9 * _DAY, False),
        ("line", 25 * _HOUR, 9 * _DAY, True),
        ("line", None, 23 * _HOUR, False),
        ("facebook", None, 25 * _HOUR, True),
        ("web", None, 9 * _DAY, False),
    ],
    ids=["heard today", "heard yesterday", "new", "never heard", "our own site"],
)
def test_an_account_is_silent_after_a_day(channel: str, heard: timedelta | None, age: timedelta, silent: bool) -> None:
    assert _health(_account(channel, age), heard).webhook_silent is silent


@pytest.mark.parametrize(
    ("channel", "redelivers", "warned"), [("line", False, True), ("line", True, False), ("facebook", False, False)]
)
def test_redelivery_is_warned_of_until_it_was_seen(channel: str, redelivers: bool, warned: bool) -> None:
    assert _health(_account(channel), _HOUR, redelivers).redelivery_warning is warned


def test_the_rest_is_told_as_it_is_known() -> None:
    health = _health(_account("line", state="reconnect"), None)
    assert (health.token_state, health.webhook_problem) == ("refused", "odd")
    assert health.quota is not None
    assert (health.quota.limit, health.quota.used) == (200, 5)


def test_what_nobody_could_tell_is_unknown() -> None:
    queues = {"a": delivery_pb2.AccountQueue(account_id="a", state="active")}
    assert with_health(_account("line"), Health(queues, None, {}), _URL, _NOW).health is None
    assert with_health(_account("line", state="disconnected"), Health(queues, {}, {}), _URL, _NOW).health is None
