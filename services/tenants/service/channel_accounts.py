"""Accounts on the channels: connecting, new credentials, disconnecting, and what delivery finds out about them."""

import dataclasses
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from libs.channels.registry import CHANNELS
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.pages import Page, decode_token, encode_token, page_size
from libs.db.unit import Unit
from libs.rpc.errors import InvalidArgumentError
from services.tenants.domain import channels, plans, roles, text
from services.tenants.domain.errors import (
    AccountActiveError,
    AccountConnectedError,
    AccountDisconnectedError,
    AccountIdTakenError,
    AccountNotFoundError,
    KeyMissingError,
)
from services.tenants.models import ChannelAccount
from services.tenants.repository.channel_accounts import (
    ChannelAccountRepository,
    Place,
    connected_accounts,
    tenants_of_providers,
)
from services.tenants.repository.tenants import TenantRepository, tenant_of_account
from services.tenants.service.base import Actor, UseCases, load_actor
from services.tenants.service.keyring import KeyRing
from services.tenants.service.record import Recorder

_MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What connecting takes, as it came from outside."""

    channel: str
    name: str
    provider_id: str
    credentials: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Opened:
    """An account with its credentials in the clear: never logged, kept in memory by ingestion and delivery only."""

    account: ChannelAccount
    credentials: dict[str, str]
    daily_message_quota: int


class ChannelAccounts(UseCases):
    """Use cases of ChannelAccountsService."""

    def __init__(self, database: Database, clock: Clock, record: Recorder, keyring: KeyRing) -> None:
        super().__init__(database, clock, record)
        self._keyring = keyring

    async def page(self, tenant_id: UUID, size: int, token: str) -> Page[ChannelAccount]:
        """Those in use first; by channel and name."""
        limit, after = page_size(size), _place(token)
        async with self.database.unit([tenant_id]) as unit:
            found = await ChannelAccountRepository(unit, tenant_id).page(after, limit + 1)
            return Page.of(found, limit, _token)

    async def create(self, actor: Actor, new: NewAccount) -> ChannelAccount:
        """Connects an account, or connects one again under the id it had. AccountConnectedError."""
        async with self.database.unit([actor.tenant_id]) as unit:
            await self._require(unit, actor)
            return await self.connect(unit, actor.tenant_id, actor.id, new, channels.new_id(secrets.token_bytes(10)))

    async def revive(self, actor: Actor, account_id: str, credentials: Mapping[str, str]) -> ChannelAccount:
        """Connects what was disconnected here again, under the id it had. AccountActiveError, AccountConnectedError."""
        async with self.database.unit([actor.tenant_id]) as unit:
            await self._require(unit, actor)
            account = await self._get(unit, actor.tenant_id, account_id)
            if account.state != channels.DISCONNECTED:
                raise AccountActiveError
            clean = channels.credentials(account.channel, credentials)
            after = await self._save(unit, self._active(account, account.name, clean))
            await self._seal(unit, after, clean)
            fields = {"channel": after.channel, "name": after.name, "provider_id": after.provider_id}
            await self._note(unit, actor.id, "channel_account.reconnected", after, **fields)
            return after

    async def rotate(self, actor: Actor, account_id: str, credentials: Mapping[str, str]) -> ChannelAccount:
        """Replaces the credentials; an account that had to be reconnected is active again."""
        async with self.database.unit([actor.tenant_id]) as unit:
            await self._require(unit, actor)
            account = await self._connected(unit, actor.tenant_id, account_id)
            clean = channels.credentials(account.channel, credentials)
            after = await self._save(unit, self._active(account, account.name, clean))
            await self._seal(unit, after, await self._kept(unit, account) | clean)
            names = ", ".join(clean)
            await self._note(unit, actor.id, "channel_account.credentials_rotated", after, credentials=names)
            return after

    async def disconnect(self, actor: Actor, account_id: str) -> ChannelAccount:
        """Forgets the credentials; the account stays for the sake of its conversations."""
        async with self.database.unit([actor.tenant_id]) as unit:
            await self._require(unit, actor)
            account = await self._get(unit, actor.tenant_id, account_id)
            if account.state == channels.DISCONNECTED:
                return account
            gone = dataclasses.replace(
                account, state=channels.DISCONNECTED, state_reason="", webhook_problem="", state_at=self.now()
            )
            after = await self._save(unit, gone)
            await ChannelAccountRepository(unit, actor.tenant_id).forget_credentials(account_id)
            await self._note(unit, actor.id, "channel_account.disconnected", after)
            return after

    async def credentials(self, account_id: str, tenant_id: UUID | None) -> Opened:
        """For ingestion and delivery. AccountNotFoundError when unknown, disconnected, or not the tenant's."""
        async with self.database.system_unit() as unit:
            owner = await tenant_of_account(unit, account_id)
        if owner is None or tenant_id not in (None, owner):
            raise AccountNotFoundError
        async with self.database.unit([owner]) as unit:
            repository = ChannelAccountRepository(unit, owner)
            account, sealed = await repository.get(account_id), await repository.sealed(account_id)
            tenant = await TenantRepository(unit, owner).get()
        if account is None or sealed is None or tenant is None or account.state == channels.DISCONNECTED:
            raise AccountNotFoundError
        opened = self._keyring.open(owner, account_id, sealed)
        return Opened(account, opened, plans.plan_of(tenant.plan).daily_message_quota)

    async def find(self, channel: str, provider_ids: Sequence[str]) -> list[tuple[ChannelAccount, int]]:
        """For ingestion: connected accounts by the platform's ids, each with its quota, over all tenants."""
        channels.channel(channel)
        if len(provider_ids) > _MOST_AT_ONCE:
            raise InvalidArgumentError(f"Name at most {_MOST_AT_ONCE} ids.", field="provider_ids")
        async with self.database.system_unit() as unit:
            owners = await tenants_of_providers(unit, channel, provider_ids)
        if not owners:
            return []
        async with self.database.unit(owners) as unit:
            found = await connected_accounts(unit, channel, provider_ids)
        return [(account, plans.plan_of(plan).daily_message_quota) for account, plan in found]

    async def require_manager(self, actor: Actor) -> None:
        """PermissionDeniedError unless the actor manages channels."""
        async with self.database.unit([actor.tenant_id]) as unit:
            await self._require(unit, actor)

    async def get(self, tenant_id: UUID, account_id: str) -> ChannelAccount:
        """One of the tenant's accounts, AccountNotFoundError."""
        async with self.database.unit([tenant_id]) as unit:
            return await self._get(unit, tenant_id, account_id)

    async def note_act(self, actor: Actor, account: ChannelAccount, action: str) -> None:
        """Notes what somebody did that changes nothing here."""
        async with self.database.unit([actor.tenant_id]) as unit:
            await self.record.act(unit, actor.tenant_id, actor.id, action, account.id)

    async def shares_subscription(self, account: ChannelAccount) -> bool:
        """Whether another connected account of the tenant may get its events by this one's subscription; also where
        that cannot be told."""
        async with self.database.unit([account.tenant_id]) as unit:
            repository = ChannelAccountRepository(unit, account.tenant_id)
            sealed, others = await repository.sealed(account.id), await repository.sealed_of_others(account.id)
        if sealed is None:
            return False
        try:
            own = self._keyring.open(account.tenant_id, account.id, sealed)
            opened = [(channel, self._keyring.open(account.tenant_id, name, found)) for name, channel, found in others]
        except KeyMissingError:
            return True
        return any(CHANNELS[account.channel].shares_subscription(own, channel, other) for channel, other in opened)

    async def note_webhook(self, tenant_id: UUID, account_id: str, problem: str) -> ChannelAccount | None:
        """What the platform says of the account's webhook; the account where that is news."""
        async with self.database.unit([tenant_id]) as unit:
            account = await self._get(unit, tenant_id, account_id)
            if account.webhook_problem == problem or account.state == channels.DISCONNECTED:
                return None
            after = await self._save(unit, dataclasses.replace(account, webhook_problem=problem))
            await self.record.account_changed(unit, after)
            return after

    async def note_state(self, tenant_id: UUID, account_id: str, state: str, reason: str, at: datetime) -> None:
        """What delivery has found out: credentials refused, or accepted again. What is older than the state stored,
        is the state stored, or concerns no connected account changes nothing."""
        if state not in (channels.ACTIVE, channels.RECONNECT):
            return
        async with self.database.unit([tenant_id]) as unit:
            account = await ChannelAccountRepository(unit, tenant_id).get(account_id, lock=True)
            if account is None or account.state in (state, channels.DISCONNECTED) or at <= account.state_at:
                return
            shown = text.trace(reason, 300) if state == channels.RECONNECT else ""
            changed = dataclasses.replace(account, state=state, state_reason=shown, state_at=at)
            await self.record.account_changed(unit, await self._save(unit, changed))

    async def connect(
        self, unit: Unit, tenant_id: UUID, actor_id: UUID | None, new: NewAccount, account_id: str
    ) -> ChannelAccount:
        """Within a transaction: adds the account under this id, or revives the disconnected one."""
        channel = channels.channel(new.channel)
        name, clean = text.name(new.name), channels.credentials(channel, new.credentials)
        provider_id = channels.provider_id(channel, new.provider_id, account_id)
        earlier = await ChannelAccountRepository(unit, tenant_id).by_provider(channel, provider_id)
        if earlier is None:
            now, late = self.now(), channels.human_agent(clean)
            new_one = ChannelAccount(
                tenant_id, account_id, channel, name, provider_id, channels.ACTIVE, "", now, late, "", 1, now
            )
            account, action = await self._add(unit, new_one), "created"
        elif earlier.state == channels.DISCONNECTED:
            account, action = await self._save(unit, self._active(earlier, name, clean)), "reconnected"
        else:
            raise AccountConnectedError(earlier.name, earlier.id)
        await self._seal(unit, account, clean)
        fields = {"channel": channel, "name": name, "provider_id": provider_id}
        await self._note(unit, actor_id, f"channel_account.{action}", account, **fields)
        return account

    async def _add(self, unit: Unit, account: ChannelAccount) -> ChannelAccount:
        if not await ChannelAccountRepository(unit, account.tenant_id).add(account):
            taken = await tenant_of_account(unit, account.id)
            raise AccountIdTakenError if taken else AccountConnectedError
        return account

    def _active(self, account: ChannelAccount, name: str, clean: Mapping[str, str]) -> ChannelAccount:
        return dataclasses.replace(
            account,
            name=name,
            state=channels.ACTIVE,
            state_reason="",
            state_at=self.now(),
            human_agent=channels.human_agent(clean),
        )

    async def _save(self, unit: Unit, account: ChannelAccount) -> ChannelAccount:
        saved = await ChannelAccountRepository(unit, account.tenant_id).save(account)
        if saved is None:
            raise AccountConnectedError
        return saved

    async def _seal(self, unit: Unit, account: ChannelAccount, credentials: Mapping[str, str]) -> None:
        sealed = self._keyring.seal(account.tenant_id, account.id, credentials)
        await ChannelAccountRepository(unit, account.tenant_id).seal(account.id, sealed)

    async def _kept(self, unit: Unit, account: ChannelAccount) -> dict[str, str]:
        """Of the credentials until now those that nobody can give again, where they can still be read."""
        sealed = await ChannelAccountRepository(unit, account.tenant_id).sealed(account.id)
        if sealed is None:
            return {}
        try:
            known = self._keyring.open(account.tenant_id, account.id, sealed)
        except KeyMissingError:
            return {}
        return {name: known[name] for name in CHANNELS[account.channel].needs.kept & known.keys()}

    async def _get(self, unit: Unit, tenant_id: UUID, account_id: str) -> ChannelAccount:
        account = await ChannelAccountRepository(unit, tenant_id).get(account_id, lock=True)
        if account is None:
            raise AccountNotFoundError
        return account

    async def _connected(self, unit: Unit, tenant_id: UUID, account_id: str) -> ChannelAccount:
        account = await self._get(unit, tenant_id, account_id)
        if account.state == channels.DISCONNECTED:
            raise AccountDisconnectedError
        return account

    async def _require(self, unit: Unit, actor: Actor) -> None:
        roles.require(await load_actor(unit, actor), "manage_channels")

    async def _note(
        self, unit: Unit, actor_id: UUID | None, action: str, account: ChannelAccount, **fields: str
    ) -> None:
        await self.record.act(unit, account.tenant_id, actor_id, action, account.id, **fields)
        await self.record.account_changed(unit, account)


def _token(last: ChannelAccount) -> str:
    return encode_token(last.state == channels.DISCONNECTED, last.channel, last.name, last.id)


def _place(token: str) -> Place | None:
    key = decode_token(token, (bool, str, str, str))
    return (key[0], key[1], key[2], key[3]) if key else None
