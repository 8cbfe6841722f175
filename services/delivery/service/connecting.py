"""What connecting an account asks of its platform. Secrets pass through here to whoever asked, and stay nowhere."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from uuid import UUID

from libs.accounts.directory import AccountDirectory, KnownAccount
from libs.channels.accounts import Account, WebhookState
from libs.channels.base import Channel
from libs.channels.meta import connecting as meta
from libs.channels.outcomes import Outcome
from libs.channels.registry import CHANNELS
from libs.channels.sending import CannotSend
from libs.channels.wire import Answer, HttpRequest, NoAnswer
from libs.rpc.errors import FailedPreconditionError, InvalidArgumentError
from services.delivery.service.asking import PATIENCE, ask_all, connected, refusal, unsendable
from services.delivery.service.checks import Check, answered, check_with
from services.delivery.service.platforms import Platforms

T = TypeVar("T")
_META = frozenset({"facebook", "instagram", "whatsapp"})
# Pages of a list that are read: more than anybody has.
_MOST_PAGES = 10


@dataclass(frozen=True, slots=True)
class Connectable:
    """An account that may be connected. credentials are secrets."""

    found: meta.Found
    credentials: Mapping[str, str] = field(repr=False)


class ConnectingService:
    """Asks platforms. app: the shared Meta app, None where there is none."""

    def __init__(self, directory: AccountDirectory, platforms: Platforms, app: meta.App | None) -> None:
        self._directory = directory
        self._platforms = platforms
        self._app = app

    async def exchange(self, channel: str, code: str, redirect_uri: str) -> str:
        """The token that a dialog's code stands for, long-lived where there is such a one."""
        app = self._app_of(channel)
        token = await self._ask(meta.exchange(app, code, redirect_uri), meta.read_token)
        if channel == "whatsapp":
            # What Embedded Signup hands out does not end.
            return token
        longer = meta.read_token(await self._platforms.call(meta.lengthen(app, token), PATIENCE))
        return token if isinstance(longer, Outcome) else longer

    async def connectable(self, channel: str, token: str) -> list[Connectable]:
        """Accounts that this token may connect."""
        app = self._app_of(channel)
        if channel != "whatsapp":
            ask, read = partial(meta.list_pages, token), partial(meta.read_pages, channel)
            pages = await self._all(ask, read)
            return [Connectable(page, {"access_token": page.access_token}) for page in pages]
        found: list[Connectable] = []
        for business in await self._ask(meta.granted(app, token), meta.read_granted):
            credentials = {"access_token": token, "business_account_id": business}
            numbers = await self._all(partial(meta.list_numbers, business, token), meta.read_numbers)
            found += [Connectable(number, credentials | _pin(number)) for number in numbers]
        return found

    async def check(self, channel: str, provider_id: str, credentials: Mapping[str, str]) -> Check:
        """Whose credentials these are. What is wrong with them is an answer."""
        account = Account("", "", provider_id)
        return answered(await check_with(self._platforms, _named(channel), account, credentials))

    async def subscribe(self, tenant_id: UUID, account_id: str, on: bool, webhook_url: str) -> None:
        """Has the platform send the account's events, or no more."""
        account = await self._account(tenant_id, account_id)
        channel = _named(account.channel)
        try:
            calls = channel.build_subscribe(webhook_url, on, account.owner, account.credentials)
        except CannotSend as error:
            raise unsendable(error) from error
        if not calls:
            raise InvalidArgumentError(f"{account.channel} has no such call.", field="account_id")
        for call in calls:
            answer = await self._platforms.call(call, PATIENCE)
            if not (isinstance(answer, Answer) and 200 <= answer.status < 300):
                raise refusal(channel.classify(answer))

    async def configure_webhook(self, tenant_id: UUID, account_id: str, webhook_url: str, test: bool) -> WebhookState:
        """Sets the webhook's address where one is given, and tells how it stands."""
        account = await self._account(tenant_id, account_id)
        channel = _named(account.channel)
        try:
            calls = channel.build_webhook(webhook_url, test, account.credentials)
        except CannotSend as error:
            raise unsendable(error) from error
        if not calls:
            raise InvalidArgumentError(f"{account.channel} has no such call.", field="account_id")
        state = channel.read_webhook(await ask_all(self._platforms, calls))
        if isinstance(state, Outcome):
            raise refusal(state)
        return state

    async def _account(self, tenant_id: UUID, account_id: str) -> KnownAccount:
        """As it is stored now: it was connected a moment ago, perhaps under newer credentials."""
        self._directory.forget(account_id)
        return await connected(self._directory, tenant_id, account_id)

    def _app_of(self, channel: str) -> meta.App:
        if channel not in _META:
            raise InvalidArgumentError(f"{channel} has no such dialog.", field="channel")
        if self._app is None:
            raise FailedPreconditionError("No Meta app is configured: set FRONTDESK_META_APP_ID and its secret.")
        return self._app

    async def _ask(self, call: HttpRequest, read: Callable[[Answer | NoAnswer], T | Outcome]) -> T:
        found = read(await self._platforms.call(call, PATIENCE))
        if isinstance(found, Outcome):
            raise refusal(found)
        return found

    async def _all(
        self,
        call: Callable[[str], HttpRequest],
        read: Callable[[Answer | NoAnswer], meta.FoundPage | Outcome],
    ) -> list[meta.Found]:
        found: list[meta.Found] = []
        after = ""
        for _ in range(_MOST_PAGES):
            page = await self._ask(call(after), read)
            found += page.found
            after = page.after
            if not after:
                break
        return found


def _pin(number: meta.Found) -> dict[str, str]:
    """A number's two-step PIN, which registering it sets; nothing for one that has its own."""
    return {"pin": f"{secrets.randbelow(1_000_000):06}"} if number.unregistered else {}


def _named(channel: str) -> Channel:
    if channel not in CHANNELS:
        raise InvalidArgumentError("No channel of this name.", field="channel")
    return CHANNELS[channel]
