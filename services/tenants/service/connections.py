"""Accounts connected by the platform's dialog: opened by one session, come back from once, by the same browser."""

import base64
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from frontdesk.delivery.v1 import connections_pb2
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.observe.metrics import Counter
from libs.rpc.errors import FrontdeskError, InvalidArgumentError
from services.tenants.domain import channels, dialogs, roles, text
from services.tenants.domain.dialogs import Dialog
from services.tenants.domain.errors import ConnectionNotFoundError, ConnectionNotReadyError
from services.tenants.domain.tokens import SECRET_BYTES, Token, digest, parse
from services.tenants.models import ChannelAccount, Connection
from services.tenants.repository.channel_accounts import ChannelAccountRepository
from services.tenants.repository.connections import ConnectionRepository
from services.tenants.service.base import Actor, UseCases, load_actor
from services.tenants.service.channel_accounts import NewAccount
from services.tenants.service.connecting import Connecting
from services.tenants.service.keyring import KeyRing
from services.tenants.service.platforms import Platforms
from services.tenants.service.record import Recorder

_connections = Counter(
    "frontdesk_connections_total",
    "Connections by platforms' dialogs: started, come back (ok, or why not), accounts that were chosen.",
    ["channel", "step", "result"],
)
_OPEN_FOR = timedelta(minutes=10)
_DETAIL = 300
_MOST_FOUND = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """A dialog to open. browser_key: what the browser keeps meanwhile."""

    connection: Connection
    authorize_url: str
    browser_key: str


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """An account that may be connected, with its secrets."""

    provider_id: str
    name: str
    picture_url: str
    handle: str
    credentials: dict[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A connection as its session sees it: what was found, each with the account here that it is already, or ""."""

    connection: Connection
    found: Sequence[tuple[Found, str]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one account that was to be connected."""

    provider_id: str
    account: ChannelAccount | None
    error: FrontdeskError | None


class Connections(UseCases):
    """Use cases of ConnectionsService."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        record: Recorder,
        keyring: KeyRing,
        platforms: Platforms,
        connecting: Connecting,
        dialog: Dialog,
    ) -> None:
        super().__init__(database, clock, record)
        self._keyring = keyring
        self._platforms = platforms
        self._connecting = connecting
        self._dialog = dialog

    async def start(self, actor: Actor, session_id: UUID, channel: str) -> Opened:
        """Opens a dialog. NoAppError where this desk has no app of the platform."""
        if not dialogs.has_dialog(channels.channel(channel)):
            raise InvalidArgumentError(
                "Accounts of this channel are connected with their credentials.", field="channel"
            )
        token = Token(actor.tenant_id, new_id(self.clock), secrets.token_bytes(SECRET_BYTES))
        url, browser_key = self._dialog.url(channel, token.text()), secrets.token_bytes(SECRET_BYTES)
        connection = Connection(
            tenant_id=actor.tenant_id,
            id=token.id,
            teammate_id=actor.id,
            session_id=session_id,
            channel=channel,
            state_hash=token.digest,
            browser_hash=digest(browser_key),
            state="waiting",
            failure_code="",
            failure_detail="",
            spent=False,
            expires_at=self.now() + _OPEN_FOR,
        )
        async with self.database.unit([actor.tenant_id]) as unit:
            roles.require(await load_actor(unit, actor), "manage_channels")
            await ConnectionRepository(unit, actor.tenant_id).add(connection)
            await self.record.act(unit, actor.tenant_id, actor.id, "connection.started", connection.id, channel=channel)
        _connections.labels(channel, "started", "ok").inc()
        return Opened(connection, url, base64.urlsafe_b64encode(browser_key).decode())

    async def finish(self, state: str, browser_key: str, code: str, error: str) -> UUID:
        """The browser came back: trades the code, once, and keeps what may be connected. ConnectionNotFoundError for a
        state that is not this browser's; what the platform says against it is for the session that waits."""
        try:
            connection = await self._come_back(state, browser_key)
        except ConnectionNotFoundError as problem:
            _connections.labels("", "came_back", problem.code).inc()
            raise
        if not code:
            await self._fail(connection, "refused_by_person", error or "access denied")
            return connection.id
        try:
            token = await self._platforms.exchange(connection.channel, code, self._dialog.redirect_uri)
            found = await self._platforms.connectable(connection.channel, token)
        except FrontdeskError as problem:
            await self._fail(connection, problem.code, problem.message)
            return connection.id
        await self._keep(connection, found)
        return connection.id

    async def get(self, actor: Actor, session_id: UUID, connection_id: UUID) -> Shown:
        """As it stands, to the session that began it."""
        connection, found = await self._mine(actor, session_id, connection_id)
        async with self.database.unit([actor.tenant_id]) as unit:
            accounts = ChannelAccountRepository(unit, actor.tenant_id)
            shown = []
            for one in found:
                account = await accounts.by_provider(connection.channel, one.provider_id)
                taken = account is not None and account.state != channels.DISCONNECTED
                shown.append((one, account.id if account is not None and taken else ""))
        return Shown(connection, shown)

    async def connect(
        self, actor: Actor, session_id: UUID, connection_id: UUID, provider_ids: Sequence[str]
    ) -> list[Result]:
        """Connects what was chosen of what was found, each by itself; then the connection is over."""
        connection, found = await self._mine(actor, session_id, connection_id)
        if connection.state != "ready":
            raise ConnectionNotReadyError
        wanted = [one for one in found if one.provider_id in set(provider_ids)]
        if not wanted:
            raise InvalidArgumentError("Choose at least one of the accounts that were found.", field="provider_ids")
        results = [await self._connect(actor, connection.channel, one) for one in wanted]
        async with self.database.unit([actor.tenant_id]) as unit:
            await ConnectionRepository(unit, actor.tenant_id).remove(connection.id)
        return results

    async def _connect(self, actor: Actor, channel: str, found: Found) -> Result:
        try:
            name = " ".join(filter(None, (found.name, found.handle)))[:100] or found.provider_id
            new = NewAccount(channel, name, found.provider_id, found.credentials)
            account = await self._connecting.connect_found(actor, new)
        except FrontdeskError as error:
            _connections.labels(channel, "chosen", error.code).inc()
            return Result(found.provider_id, None, error)
        _connections.labels(channel, "chosen", "ok").inc()
        return Result(found.provider_id, account, None)

    async def _come_back(self, state: str, browser_key: str) -> Connection:
        """The connection of this state, spent from now on."""
        token = parse(state)
        if token is None:
            raise ConnectionNotFoundError
        async with self.database.unit([token.tenant_id]) as unit:
            repository = ConnectionRepository(unit, token.tenant_id)
            connection = await repository.get(token.id, lock=True)
            if connection is None or connection.spent or connection.expires_at <= self.now():
                raise ConnectionNotFoundError
            proven = hmac.compare_digest(connection.state_hash, token.digest)
            if not hmac.compare_digest(connection.browser_hash, digest(_key(browser_key))) or not proven:
                raise ConnectionNotFoundError
            await repository.spend(connection.id)
        return connection

    async def _mine(self, actor: Actor, session_id: UUID, connection_id: UUID) -> tuple[Connection, list[Found]]:
        async with self.database.unit([actor.tenant_id]) as unit:
            roles.require(await load_actor(unit, actor), "manage_channels")
            repository = ConnectionRepository(unit, actor.tenant_id)
            connection = await repository.get(connection_id)
            sealed = await repository.sealed(connection_id)
        mine = connection is not None and (connection.teammate_id, connection.session_id) == (actor.id, session_id)
        if connection is None or not mine or connection.expires_at <= self.now():
            raise ConnectionNotFoundError
        if sealed is None:
            return connection, []
        opened = self._keyring.open(actor.tenant_id, str(connection_id), sealed)
        return connection, [Found(**one) for one in json.loads(opened["found"])]

    async def _keep(self, connection: Connection, accounts: Sequence[connections_pb2.Connectable]) -> None:
        found = [
            Found(one.provider_id, one.name, one.picture_url, one.handle, dict(one.credentials))
            for one in accounts[:_MOST_FOUND]
        ]
        if not found:
            await self._fail(connection, "nothing_found", "This person manages no account that could be connected.")
            return
        kept = {"found": json.dumps([asdict(one) for one in found])}
        sealed = self._keyring.seal(connection.tenant_id, str(connection.id), kept)
        async with self.database.unit([connection.tenant_id]) as unit:
            await ConnectionRepository(unit, connection.tenant_id).found(connection.id, sealed)
        _connections.labels(connection.channel, "came_back", "ok").inc()

    async def _fail(self, connection: Connection, code: str, detail: str) -> None:
        async with self.database.unit([connection.tenant_id]) as unit:
            repository = ConnectionRepository(unit, connection.tenant_id)
            await repository.fail(connection.id, code[:100], text.trace(detail, _DETAIL))
        _connections.labels(connection.channel, "came_back", code[:100]).inc()


def _key(browser_key: str) -> bytes:
    """What the browser kept; nothing for what it never was given."""
    try:
        return base64.urlsafe_b64decode(browser_key.encode("ascii"))
    except ValueError:
        return b""
