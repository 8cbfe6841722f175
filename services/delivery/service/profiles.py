"""Names and pictures, asked of the platforms off the way that messages take."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from frontdesk.conversations.v1.events_pb2 import ContactSeen
from libs.accounts.directory import AccountDirectory, AccountsAwayError
from libs.channels.base import Address, CannotSend, Profile
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.registry import channel_named
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.observe.log import get_logger
from services.delivery.domain.sending import backoff
from services.delivery.models import ProfileFetch
from services.delivery.repository.profiles import ProfileRepository, claim_profile_fetches
from services.delivery.service.facts import Facts
from services.delivery.service.platforms import Platforms

_CLAIM_SECONDS = 60
_MOST_TRIES = 8

_log = get_logger(__name__)


class ProfileService:
    """Fetches due profiles, some at a time."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        facts: Facts,
        directory: AccountDirectory,
        platforms: Platforms,
        concurrency: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._facts = facts
        self._directory = directory
        self._platforms = platforms
        self._concurrency = concurrency

    async def seen(self, contacts: Sequence[ContactSeen]) -> None:
        """Queues fetches."""
        now = self._clock.now()
        async with self._database.unit({UUID(contact.tenant_id) for contact in contacts}) as unit:
            for contact in contacts:
                await ProfileRepository(unit, UUID(contact.tenant_id)).add(_fetch(contact), now)

    async def fetch_due(self) -> None:
        """One round; returns when nothing is due."""
        while True:
            async with self._database.system_unit() as unit:
                due = await claim_profile_fetches(unit, self._clock.now(), _CLAIM_SECONDS, self._concurrency)
            if not due:
                return
            await asyncio.gather(*(self._one(fetch) for fetch in due))

    async def _one(self, fetch: ProfileFetch) -> None:
        result = await self._ask(fetch)
        now = self._clock.now()
        async with self._database.unit([fetch.tenant_id]) as unit:
            repository = ProfileRepository(unit, fetch.tenant_id)
            if isinstance(result, Profile):
                await self._facts.profile_fetched(unit, fetch, result, now)
            elif result is not None and _worth_another_try(result, fetch):
                pause = result.retry_after or backoff(fetch.tries, random.random())  # noqa: S311
                await repository.postpone(fetch.contact_id, now + timedelta(seconds=pause))
                return
            await repository.remove(fetch.contact_id)

    async def _ask(self, fetch: ProfileFetch) -> Profile | Outcome | None:
        """The profile, why there is none, or None where there is nobody to ask."""
        try:
            account = await self._directory.get(fetch.account_id)
            if account is None or account.tenant_id != str(fetch.tenant_id):
                return None
            channel = channel_named(fetch.channel)
            request = channel.build_profile(Address(fetch.alias_kind, fetch.alias), account.credentials)
        except AccountsAwayError:
            return Outcome(Verdict.RETRY, "platform_error")
        except CannotSend as error:
            return Outcome(Verdict.REJECTED, error.code)
        if request is None:
            return None
        return channel.read_profile(await self._platforms.call(request))


def _worth_another_try(outcome: Outcome, fetch: ProfileFetch) -> bool:
    again = outcome.verdict in {Verdict.RETRY, Verdict.AMBIGUOUS, Verdict.AUTH_FAILED}
    if again and fetch.tries >= _MOST_TRIES:
        _log.info("profile given up", account=fetch.account_id, code=outcome.code)
    return again and fetch.tries < _MOST_TRIES


def _fetch(contact: ContactSeen) -> ProfileFetch:
    return ProfileFetch(
        UUID(contact.tenant_id),
        UUID(contact.contact_id),
        contact.account_id,
        contact.channel,
        contact.alias_kind,
        contact.alias,
        0,
    )
