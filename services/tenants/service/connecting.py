"""Connecting accounts, with the platform asked first: an id is claimed only by whoever can speak for it."""

import dataclasses
from collections.abc import Mapping

from libs.channels.registry import CHANNELS
from libs.rpc.errors import InvalidArgumentError
from services.tenants.domain import channels, text
from services.tenants.domain.errors import AccountActiveError, AccountDisconnectedError
from services.tenants.models import ChannelAccount
from services.tenants.service.base import Actor
from services.tenants.service.channel_accounts import ChannelAccounts, NewAccount
from services.tenants.service.platforms import Platforms


class Connecting:
    """Use cases of ChannelAccountsService that ask platforms. None of them waits inside a transaction."""

    def __init__(self, accounts: ChannelAccounts, platforms: Platforms) -> None:
        self._accounts = accounts
        self._platforms = platforms

    async def create(self, actor: Actor, new: NewAccount) -> ChannelAccount:
        """Connects an account that the platform says these credentials belong to. AccountConnectedError,
        AddressRefusedError, CredentialsRefusedError, OtherAccountError."""
        await self._accounts.require_manager(actor)
        channel = channels.channel(new.channel)
        text.name(new.name)
        clean = channels.credentials(channel, new.credentials)
        provider_id = await self._owner(channel, new.provider_id, clean)
        account = await self._accounts.create(actor, dataclasses.replace(new, provider_id=provider_id))
        return await self._set_up(account)

    async def rotate(self, actor: Actor, account_id: str, credentials: Mapping[str, str]) -> ChannelAccount:
        """New credentials for the same platform account."""
        account = await self._managed(actor, account_id)
        if account.state == channels.DISCONNECTED:
            raise AccountDisconnectedError
        await self._check(account, credentials)
        return await self._set_up(await self._accounts.rotate(actor, account_id, credentials))

    async def reconnect(self, actor: Actor, account_id: str, credentials: Mapping[str, str]) -> ChannelAccount:
        """Connects again what was disconnected here: its history goes on. AccountActiveError."""
        account = await self._managed(actor, account_id)
        if account.state != channels.DISCONNECTED:
            raise AccountActiveError
        await self._check(account, credentials)
        return await self._set_up(await self._accounts.revive(actor, account_id, credentials))

    async def disconnect(self, actor: Actor, account_id: str) -> ChannelAccount:
        """Takes the platform's events no more, unless another account would fall silent, too; then forgets the
        credentials."""
        account = await self._managed(actor, account_id)
        if account.state != channels.DISCONNECTED and not await self._accounts.shares_subscription(account):
            await self._platforms.leave(account)
        return await self._accounts.disconnect(actor, account_id)

    async def set_up(self, actor: Actor, account_id: str) -> ChannelAccount:
        """Tells the platform again where to send, and tries it."""
        account = await self._managed(actor, account_id)
        if account.state == channels.DISCONNECTED:
            raise AccountDisconnectedError
        await self._accounts.note_act(actor, account, "channel_account.webhook_set_up")
        return await self._set_up(account)

    async def connect_found(self, actor: Actor, new: NewAccount) -> ChannelAccount:
        """Connects an account that the platform itself has named to this very person."""
        return await self._set_up(await self._accounts.create(actor, new))

    async def _managed(self, actor: Actor, account_id: str) -> ChannelAccount:
        await self._accounts.require_manager(actor)
        return await self._accounts.get(actor.tenant_id, account_id)

    async def _check(self, account: ChannelAccount, credentials: Mapping[str, str]) -> None:
        clean = channels.credentials(account.channel, credentials)
        await self._owner(account.channel, account.provider_id, clean)

    async def _owner(self, channel: str, provider_id: str, clean: Mapping[str, str]) -> str:
        needs = CHANNELS[channel].needs
        if not needs.provider_id:
            if needs.addresses & clean.keys():
                await self._platforms.owner(channel, "", clean)
            return ""
        given = channels.given_provider_id(provider_id)
        found = await self._platforms.owner(channel, given, clean)
        if not found:
            raise InvalidArgumentError("Say what the platform calls the account.", field="provider_id")
        return found

    async def _set_up(self, account: ChannelAccount) -> ChannelAccount:
        if not CHANNELS[account.channel].needs.provider_id:
            return account
        problem = text.trace(await self._platforms.set_up(account), 300)
        return await self._accounts.note_webhook(account.tenant_id, account.id, problem) or account
