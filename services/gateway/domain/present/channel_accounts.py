"""Accounts on the channels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from frontdesk.delivery.v1 import delivery_pb2
from frontdesk.ingestion.v1 import ingestion_pb2
from frontdesk.tenants.v1 import tenants_pb2 as pb
from services.gateway.domain.present.common import Model, Page, Text, moment, moment_or_none

Credentials = dict[
    Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9_]+$")],
    Annotated[Text, Field(min_length=1, max_length=4000)],
]
_CREDENTIALS = Field(
    description="By name; which ones a channel needs, it says when one is missing. Never shown again.",
    min_length=1,
    max_length=20,
    examples=[{"channel_secret": "…", "access_token": "…"}],
)


SILENT_AFTER = timedelta(hours=24)
_REDELIVERS_ON_REQUEST = frozenset({"line"})
_OF_META = frozenset({"facebook", "instagram", "whatsapp"})


@dataclass(frozen=True)
class Health:
    """What others know of accounts, by account id; None where they could not tell."""

    queues: Mapping[str, delivery_pb2.AccountQueue] | None
    heard: Mapping[str, ingestion_pb2.AccountHealth] | None
    quotas: Mapping[str, delivery_pb2.GetQuotaResponse]


class Queue(Model):
    """What waits to be sent."""

    state: str = Field(description='"active", or "reconnect" when the platform refuses the credentials.')
    reason: str | None
    waiting: int
    oldest_queued_at: datetime | None
    last_sent_at: datetime | None


class Quota(Model):
    """Messages of this month."""

    limit: int = Field(description="0 where there is none.")
    used: int


class AccountHealth(Model):
    """How an account is doing, as far as is known."""

    last_event_at: datetime | None
    last_sent_at: datetime | None
    token_state: Literal["ok", "refused"] = Field(description="Whether the platform takes the credentials.")
    webhook_silent: bool = Field(description="Nothing has come from the platform for a day.")
    webhook_problem: str | None = Field(description="Why the platform does not send its events here.")
    quota: Quota | None
    redelivery_warning: bool = Field(
        description="As far as is known, the platform does not send again what it could not deliver (LINE: a setting of"
        " the account, off by default)."
    )


class ChannelAccount(Model):
    """An account of the shop on a channel."""

    id: str
    channel: str = Field(examples=["line"])
    name: str
    state: Literal["active", "reconnect", "disconnected"]
    state_reason: str | None
    provider_id: str = Field(description="What the platform calls it: LINE's bot user id, a page id, …")
    webhook_url: str = Field(description="Where the platform is to send its events.")
    data_deletion_url: str | None = Field(
        description="Where an app of Meta that is the shop's own posts people's requests that their data be deleted."
    )
    queue: Queue | None = Field(description="Null while delivery does not answer.")
    health: AccountHealth | None = Field(description="Null while it is not known, and for disconnected accounts.")
    human_agent: bool = Field(description="The platform lets people answer after its first window.")
    created_at: datetime
    version: int


class ChannelAccountPage(Page):
    """Those in use first, then the disconnected ones; by channel and name."""

    channel_accounts: list[ChannelAccount]


class NewChannelAccount(Model):
    """What it takes to connect an account."""

    channel: Text = Field(min_length=1, max_length=40, examples=["line"])
    name: Text = Field(min_length=1, max_length=100)
    provider_id: Text = Field("", max_length=200, description="What the platform calls the account.")
    credentials: Credentials = _CREDENTIALS


class NewCredentials(Model):
    """All of the account's credentials: they replace what was there."""

    credentials: Credentials = _CREDENTIALS


class AccountCheck(Model):
    """What the platform said to a call with the stored credentials."""

    ok: bool
    display_name: str | None
    failure_code: str | None = Field(examples=["token_expired"])
    failure_detail: str | None = Field(description="The platform's own words.")


def channel_account(
    message: pb.ChannelAccount,
    queue: delivery_pb2.AccountQueue | None,
    public_url: str,
    health: AccountHealth | None = None,
) -> ChannelAccount:
    """An account beside its queue. One whose queue the platform stopped shows as to be reconnected."""
    stopped = message.state == "active" and queue is not None and queue.state == "reconnect"
    reason = queue.reason if stopped and queue is not None else message.state_reason
    deletion_url = f"{public_url}/webhooks/meta/data-deletion/{message.id}" if message.channel in _OF_META else None
    return ChannelAccount(
        id=message.id,
        channel=message.channel,
        name=message.name,
        state="reconnect" if stopped else message.state,  # type: ignore[arg-type]  # checked when validated
        state_reason=reason or None,
        provider_id=message.provider_id,
        webhook_url=f"{public_url}/webhooks/{message.channel}/{message.id}",
        data_deletion_url=deletion_url,
        queue=None if queue is None else _queue(queue),
        health=health,
        human_agent=message.human_agent,
        created_at=moment(message.created_at),
        version=message.version,
    )


def channel_accounts(
    message: pb.ListChannelAccountsResponse, known: Health, public_url: str, now: datetime
) -> ChannelAccountPage:
    """An account without a queue has nothing waiting."""
    accounts = [_healthy(one, known, public_url, now) for one in message.accounts]
    return ChannelAccountPage(channel_accounts=accounts, next_page_token=message.next_page_token or None)


def with_health(message: pb.ChannelAccount, known: Health, public_url: str, now: datetime) -> ChannelAccount:
    """One account and how it is doing."""
    return _healthy(message, known, public_url, now)


def _healthy(message: pb.ChannelAccount, known: Health, public_url: str, now: datetime) -> ChannelAccount:
    queue = None if known.queues is None else known.queues.get(message.id, _idle(message.id))
    gone = message.state == "disconnected"
    return channel_account(message, queue, public_url, None if gone else _health(message, queue, known, now))


def _health(
    message: pb.ChannelAccount, queue: delivery_pb2.AccountQueue | None, known: Health, now: datetime
) -> AccountHealth | None:
    if known.heard is None:
        return None
    heard, quota = known.heard.get(message.id), known.quotas.get(message.id)
    last_event_at = moment(heard.last_event_at) if heard else None
    refused = message.state == "reconnect" or (queue is not None and queue.state == "reconnect")
    return AccountHealth(
        last_event_at=last_event_at,
        last_sent_at=moment_or_none(queue, "last_sent_at") if queue else None,
        token_state="refused" if refused else "ok",
        webhook_silent=_speaks(message) and now - (last_event_at or moment(message.created_at)) > SILENT_AFTER,
        webhook_problem=message.webhook_problem or None,
        quota=Quota(limit=quota.limit if quota.limited else 0, used=quota.used) if quota else None,
        redelivery_warning=message.channel in _REDELIVERS_ON_REQUEST and not (heard is not None and heard.redelivers),
    )


def _speaks(message: pb.ChannelAccount) -> bool:
    """Whether a platform sends events of its own accord: the shop's own site is silent while nobody visits it."""
    return message.channel not in ("web", "order")


def check(message: delivery_pb2.CheckChannelAccountResponse) -> AccountCheck:
    """The platform's answer."""
    return AccountCheck(
        ok=message.ok,
        display_name=message.display_name or None,
        failure_code=message.failure_code or None,
        failure_detail=message.failure_detail or None,
    )


def _idle(account_id: str) -> delivery_pb2.AccountQueue:
    return delivery_pb2.AccountQueue(account_id=account_id, state="active")


def _queue(message: delivery_pb2.AccountQueue) -> Queue:
    return Queue(
        state=message.state,
        reason=message.reason or None,
        waiting=message.waiting,
        oldest_queued_at=moment_or_none(message, "oldest_queued_at"),
        last_sent_at=moment_or_none(message, "last_sent_at"),
    )
