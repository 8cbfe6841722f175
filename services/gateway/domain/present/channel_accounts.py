"""Accounts on the channels."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from frontdesk.delivery.v1 import delivery_pb2
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


class Queue(Model):
    """What waits to be sent."""

    state: str = Field(description='"active", or "reconnect" when the platform refuses the credentials.')
    reason: str | None
    waiting: int
    oldest_queued_at: datetime | None
    last_sent_at: datetime | None


class ChannelAccount(Model):
    """An account of the shop on a channel."""

    id: str
    channel: str = Field(examples=["line"])
    name: str
    state: Literal["active", "reconnect", "disconnected"]
    state_reason: str | None
    provider_id: str = Field(description="What the platform calls it: LINE's bot user id, a page id, …")
    webhook_url: str = Field(description="Where the platform is to send its events.")
    queue: Queue | None = Field(description="Null while delivery does not answer.")
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
    message: pb.ChannelAccount, queue: delivery_pb2.AccountQueue | None, public_url: str
) -> ChannelAccount:
    """An account beside its queue. One whose queue the platform stopped shows as to be reconnected."""
    stopped = message.state == "active" and queue is not None and queue.state == "reconnect"
    reason = queue.reason if stopped and queue is not None else message.state_reason
    return ChannelAccount(
        id=message.id,
        channel=message.channel,
        name=message.name,
        state="reconnect" if stopped else message.state,  # type: ignore[arg-type]  # checked when validated
        state_reason=reason or None,
        provider_id=message.provider_id,
        webhook_url=f"{public_url}/webhooks/{message.channel}/{message.id}",
        queue=None if queue is None else _queue(queue),
        created_at=moment(message.created_at),
        version=message.version,
    )


def channel_accounts(
    message: pb.ListChannelAccountsResponse, queues: Mapping[str, delivery_pb2.AccountQueue] | None, public_url: str
) -> ChannelAccountPage:
    """queues: by account id, None while they are unknown; an account without one has nothing waiting."""
    accounts = [
        channel_account(one, None if queues is None else queues.get(one.id, _idle(one.id)), public_url)
        for one in message.accounts
    ]
    return ChannelAccountPage(channel_accounts=accounts, next_page_token=message.next_page_token or None)


def by_account(queues: Iterable[delivery_pb2.AccountQueue]) -> dict[str, delivery_pb2.AccountQueue]:
    """Queues by the account's id."""
    return {queue.account_id: queue for queue in queues}


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
