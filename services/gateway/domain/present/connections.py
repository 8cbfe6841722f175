"""Connecting accounts by the platform's own dialog."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from frontdesk.tenants.v1 import tenants_pb2 as pb
from services.gateway.domain.present.channel_accounts import ChannelAccount, channel_account
from services.gateway.domain.present.common import Model, Text, moment
from services.gateway.domain.present.links import web_link


class NewConnection(Model):
    """Which platform's dialog to open."""

    channel: Literal["facebook", "instagram", "whatsapp"]


class StartedConnection(Model):
    """Lead the browser to authorize_url within ten minutes; it comes back to the console with the connection's id."""

    id: str
    authorize_url: str
    expires_at: datetime


class FoundAccount(Model):
    """An account the person may connect."""

    provider_id: str
    name: str
    picture_url: str | None
    handle: str | None = Field(description="What people tell them apart by: a phone number, a user name.")
    account_id: str | None = Field(description="The account here that it is connected as already.")


class Connection(Model):
    """What came of the dialog; only the session that opened it may ask."""

    id: str
    channel: str
    state: Literal["waiting", "ready", "failed"]
    failure_code: str | None
    failure_detail: str | None
    accounts: list[FoundAccount]
    expires_at: datetime


class Choice(Model):
    """Which of the accounts found to connect."""

    provider_ids: list[Text] = Field(min_length=1, max_length=500)


class ConnectResult(Model):
    """What became of one: the account, or why not."""

    provider_id: str
    account: ChannelAccount | None
    failure_code: str | None
    failure_detail: str | None


class ConnectResults(Model):
    """One for each account chosen."""

    results: list[ConnectResult]


def started(message: pb.StartConnectionResponse) -> StartedConnection:
    """The dialog to open, without what the browser keeps."""
    return StartedConnection(id=message.id, authorize_url=message.authorize_url, expires_at=moment(message.expires_at))


def connection(message: pb.Connection) -> Connection:
    """The connection as it stands."""
    return Connection(
        id=message.id,
        channel=message.channel,
        state=message.state,  # type: ignore[arg-type]  # checked when validated
        failure_code=message.failure_code or None,
        failure_detail=message.failure_detail or None,
        accounts=[_found(one) for one in message.accounts],
        expires_at=moment(message.expires_at),
    )


def results(message: pb.ConnectFoundResponse, public_url: str) -> ConnectResults:
    """What became of each."""
    return ConnectResults(results=[_result(one, public_url) for one in message.results])


def _found(message: pb.FoundAccount) -> FoundAccount:
    return FoundAccount(
        provider_id=message.provider_id,
        name=message.name,
        picture_url=web_link(message.picture_url),
        handle=message.handle or None,
        account_id=message.account_id or None,
    )


def _result(message: pb.ConnectedAccount, public_url: str) -> ConnectResult:
    account = channel_account(message.account, None, public_url) if message.HasField("account") else None
    return ConnectResult(
        provider_id=message.provider_id,
        account=account,
        failure_code=message.failure_code or None,
        failure_detail=message.failure_detail or None,
    )
