"""Channel accounts of one tenant, and their sealed credentials."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
from sqlalchemy.exc import IntegrityError

from libs.db.repository import Repository
from libs.db.unit import Unit
from services.tenants.models import ChannelAccount, SealedCredentials, columns, values

_COLUMNS = columns(ChannelAccount)
_SEALED = columns(SealedCredentials)

# Where a page of accounts ended: whether disconnected, channel, name, id.
Place = tuple[bool, str, str, str]


class ChannelAccountRepository(Repository):
    """An account stays when it is disconnected, for conversations name it; only its credentials go."""

    async def get(self, account_id: str, lock: bool = False) -> ChannelAccount | None:
        """One account."""
        row = await self.unit.one_or_none(
            f"""SELECT {_COLUMNS} FROM channel_accounts WHERE tenant_id = :tenant AND id = :id
                {"FOR NO KEY UPDATE" if lock else ""}""",
            {"tenant": self.tenant_id, "id": account_id},
        )
        return ChannelAccount(**row) if row else None

    async def by_provider(self, channel: str, provider_id: str) -> ChannelAccount | None:
        """The account that stands, or stood, for this platform account; locked."""
        row = await self.unit.one_or_none(
            f"""SELECT {_COLUMNS} FROM channel_accounts
                WHERE tenant_id = :tenant AND channel = :channel AND provider_id = :provider FOR NO KEY UPDATE""",
            {"tenant": self.tenant_id, "channel": channel, "provider": provider_id},
        )
        return ChannelAccount(**row) if row else None

    async def page(self, after: Place | None, limit: int) -> list[ChannelAccount]:
        """Those in use first; by channel and name."""
        gone, channel, name, last_id = after or (False, "", "", "")
        rows = await self.unit.rows(
            f"""SELECT {_COLUMNS} FROM channel_accounts
                WHERE tenant_id = :tenant AND (state = 'disconnected', channel COLLATE "C", name COLLATE "C", id)
                    > (CAST(:gone AS boolean), :channel, :name, :id)
                ORDER BY state = 'disconnected', channel COLLATE "C", name COLLATE "C", id LIMIT :limit""",
            {
                "tenant": self.tenant_id,
                "gone": gone,
                "channel": channel,
                "name": name,
                "id": last_id,
                "limit": limit,
            },
        )
        return [ChannelAccount(**row) for row in rows]

    async def add(self, account: ChannelAccount) -> bool:
        """False when the id is taken, or the platform account is connected, here or at another tenant."""
        added = await self.unit.execute(
            f"""INSERT INTO channel_accounts ({_COLUMNS})
                VALUES (:tenant_id, :id, :channel, :name, :provider_id, :state, :state_reason, :state_at, :human_agent,
                        :webhook_problem, :version, :created_at)
                ON CONFLICT DO NOTHING""",
            {**values(account), "tenant_id": self.tenant_id},
        )
        return added.rowcount == 1

    async def save(self, account: ChannelAccount) -> ChannelAccount | None:
        """Stores name, state and settings under the next version; None when the platform account is connected
        elsewhere."""
        try:
            row = await self.unit.one_or_none(
                f"""UPDATE channel_accounts SET name = :name, state = :state, state_reason = :state_reason,
                        state_at = :state_at, human_agent = :human_agent,
                        webhook_problem = :webhook_problem, version = version + 1
                    WHERE tenant_id = :tenant_id AND id = :id RETURNING {_COLUMNS}""",
                {**values(account), "tenant_id": self.tenant_id},
            )
        except IntegrityError as error:
            cause = error.orig.__cause__ if error.orig else None
            if isinstance(cause, asyncpg.UniqueViolationError):
                return None
            raise
        return ChannelAccount(**row) if row else None

    async def seal(self, account_id: str, sealed: SealedCredentials) -> None:
        """Stores credentials in place of earlier ones."""
        await self.unit.execute(
            f"""INSERT INTO channel_credentials (tenant_id, account_id, {_SEALED})
                VALUES (:tenant, :account, :key_id, :nonce, :ciphertext)
                ON CONFLICT (tenant_id, account_id) DO UPDATE
                SET key_id = excluded.key_id, nonce = excluded.nonce, ciphertext = excluded.ciphertext""",
            {
                "tenant": self.tenant_id,
                "account": account_id,
                "key_id": sealed.key_id,
                "nonce": sealed.nonce,
                "ciphertext": sealed.ciphertext,
            },
        )

    async def sealed(self, account_id: str, lock: bool = False) -> SealedCredentials | None:
        """Credentials as they are stored."""
        row = await self.unit.one_or_none(
            f"""SELECT {_SEALED} FROM channel_credentials WHERE tenant_id = :tenant AND account_id = :account
                {"FOR UPDATE" if lock else ""}""",
            {"tenant": self.tenant_id, "account": account_id},
        )
        return SealedCredentials(**row) if row else None

    async def sealed_of_others(self, account_id: str) -> list[tuple[str, str, SealedCredentials]]:
        """Id, channel and credentials of every other connected account."""
        rows = await self.unit.rows(
            f"""SELECT account.id, account.channel, {columns(SealedCredentials, "sealed")} FROM channel_accounts account
                JOIN channel_credentials sealed
                  ON sealed.tenant_id = account.tenant_id AND sealed.account_id = account.id
                WHERE account.tenant_id = :tenant AND account.id <> :id AND account.state <> 'disconnected'""",
            {"tenant": self.tenant_id, "id": account_id},
        )
        return [
            (row["id"], row["channel"], SealedCredentials(row["key_id"], row["nonce"], row["ciphertext"]))
            for row in rows
        ]

    async def forget_credentials(self, account_id: str) -> None:
        """Removes them."""
        await self.unit.execute(
            "DELETE FROM channel_credentials WHERE tenant_id = :tenant AND account_id = :account",
            {"tenant": self.tenant_id, "account": account_id},
        )


async def tenants_of_providers(unit: Unit, channel: str, provider_ids: Sequence[str]) -> list[UUID]:
    """Who has connected any of these platform accounts."""
    rows = await unit.rows(
        "SELECT tenant_id FROM tenants_of_providers(:channel, :ids)", {"channel": channel, "ids": list(provider_ids)}
    )
    return [row["tenant_id"] for row in rows]


async def connected_accounts(unit: Unit, channel: str, provider_ids: Sequence[str]) -> list[tuple[ChannelAccount, str]]:
    """The connected ones of them, each with its tenant's plan, among all tenants the transaction is bound to."""
    rows = await unit.rows(
        f"""SELECT {columns(ChannelAccount, "account")}, tenant.plan FROM channel_accounts account
            JOIN tenants tenant ON tenant.tenant_id = account.tenant_id
            WHERE account.tenant_id = ANY (:tenants) AND account.channel = :channel
              AND account.provider_id = ANY (:ids) AND account.state <> 'disconnected'""",
        {"tenants": list(unit.tenants), "channel": channel, "ids": list(provider_ids)},
    )
    return [(ChannelAccount(**{name: row[name] for name in row if name != "plan"}), row["plan"]) for row in rows]


async def accounts_not_under(unit: Unit, key_id: str) -> list[tuple[UUID, str]]:
    """Every account, with its tenant, whose credentials lie under another key."""
    rows = await unit.rows("SELECT tenant_id, account_id FROM credentials_not_under(:key)", {"key": key_id})
    return [(row["tenant_id"], row["account_id"]) for row in rows]
