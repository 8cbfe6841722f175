"""Bringing every credential under the newest key of the ring, so that older keys can be thrown away."""

from uuid import UUID

from libs.clock.clock import Clock
from libs.db.database import Database
from libs.observe.log import get_logger
from services.tenants.domain.errors import KeyMissingError
from services.tenants.repository.channel_accounts import ChannelAccountRepository, accounts_not_under
from services.tenants.service.base import UseCases
from services.tenants.service.keyring import KeyRing
from services.tenants.service.record import Recorder

_log = get_logger(__name__)


class Reencryption(UseCases):
    """One small transaction an account: nothing waits long, and it can be cut short and begun again."""

    def __init__(self, database: Database, clock: Clock, record: Recorder, keyring: KeyRing) -> None:
        super().__init__(database, clock, record)
        self._keyring = keyring

    async def run(self) -> int:
        """How many were encrypted anew. KeyMissingError, after all others, when the ring lacks a key still in use."""
        async with self.database.system_unit() as unit:
            outdated = await accounts_not_under(unit, self._keyring.current)
        done, missing = 0, None
        for tenant_id, account_id in outdated:
            try:
                done += await self._one(tenant_id, account_id)
            except KeyMissingError as error:
                _log.error("credentials lie under a key the ring lacks", account=account_id)
                missing = error
        if missing is not None:
            raise missing
        return done

    async def _one(self, tenant_id: UUID, account_id: str) -> bool:
        async with self.database.unit([tenant_id]) as unit:
            repository = ChannelAccountRepository(unit, tenant_id)
            sealed = await repository.sealed(account_id, lock=True)
            if sealed is None or sealed.key_id == self._keyring.current:
                return False
            plain = self._keyring.open(tenant_id, account_id, sealed)
            await repository.seal(account_id, self._keyring.seal(tenant_id, account_id, plain))
            keys = {"from": sealed.key_id, "to": self._keyring.current}
            await self.record.act(unit, tenant_id, None, "channel_account.credentials_reencrypted", account_id, **keys)
            return True
