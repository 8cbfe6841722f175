"""Names and pictures, asked of the platforms off the way that messages take."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.conversations.v1.events_pb2 import ContactSeen
from libs.accounts.directory import AccountDirectory, AccountsAwayError
from libs.bus.together import Together
from libs.channels.contacts import Address, Profile
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.registry import channel_named
from libs.channels.sending import CannotSend
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.observe.log import get_logger
from services.delivery.domain.sending import backoff, wait_asked
from services.delivery.models import ProfileFetch, Room
from services.delivery.repository.intake import IntakeRepository
from services.delivery.repository.profiles import ProfileRepository, claim_profile_fetches
from services.delivery.service.facts import Facts, profile_fetched
from services.delivery.service.platforms import Platforms

_CLAIM_SECONDS = 60
_MOST_TRIES = 8

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of a fetch. again: when it is tried again, None when it is done or given up."""

    fetch: ProfileFetch
    profile: Profile | None
    again: datetime | None


class ProfileService:
    """Queues and fetches profiles."""

    def __init__(
        self, database: Database, clock: Clock, facts: Facts, directory: AccountDirectory, platforms: Platforms
    ) -> None:
        self._database = database
        self._clock = clock
        self._facts = facts
        self._directory = directory
        self._platforms = platforms
        self._answers = Together(self._write)

    async def seen(self, contacts: Sequence[ContactSeen]) -> None:
        """Queues fetches."""
        fetches = [_fetch(contact) for contact in contacts]
        async with self._database.unit({fetch.tenant_id for fetch in fetches}) as unit:
            await IntakeRepository(unit).add_fetches(fetches, self._clock.now())

    async def claim(self, room: Room) -> list[ProfileFetch]:
        """Fetches that are due."""
        async with self._database.system_unit(durable=False) as unit:
            return await claim_profile_fetches(unit, self._clock.now(), _CLAIM_SECONDS, room)

    async def fetch(self, fetch: ProfileFetch, _stopping: Callable[[], bool]) -> datetime | None:
        """One fetch. Returns when it is to be tried again."""
        result = await self._ask(fetch) if fetch.tries <= _MOST_TRIES else None
        again = self._again(fetch, result) if isinstance(result, Outcome) else None
        await self._answers.handle([_Answer(fetch, result if isinstance(result, Profile) else None, again)])
        return again

    def _again(self, fetch: ProfileFetch, outcome: Outcome) -> datetime | None:
        if not _worth_another_try(outcome, fetch):
            return None
        pause = max(wait_asked(outcome), backoff(fetch.tries, random.random()))  # noqa: S311
        return self._clock.now() + timedelta(seconds=pause)

    async def _write(self, answers: Sequence[_Answer]) -> None:
        """Those that came together, in one transaction. What the server forgets of it when it dies is asked again."""
        now = self._clock.now()
        tenants = {answer.fetch.tenant_id for answer in answers}
        async with self._database.unit(tenants, durable=False) as unit:
            for tenant_id in sorted(tenants):
                repository = ProfileRepository(unit, tenant_id)
                mine = [answer for answer in answers if answer.fetch.tenant_id == tenant_id]
                await repository.hold([answer.fetch.contact_id for answer in mine])
                for answer in mine:
                    if answer.again is not None:
                        await repository.postpone(answer.fetch.contact_id, answer.again)
                await repository.remove([answer.fetch.contact_id for answer in mine if answer.again is None])
            told = [profile_fetched(answer.fetch, answer.profile, now) for answer in answers if answer.profile]
            await self._facts.tell(unit, told)

    async def _ask(self, fetch: ProfileFetch) -> Profile | Outcome | None:
        """The profile, why there is none, or None where there is nobody to ask."""
        try:
            account = await self._directory.get(fetch.account_id)
            if account is None or account.tenant_id != str(fetch.tenant_id):
                return None
            channel = channel_named(fetch.channel)
            contact = Address(fetch.alias_kind, fetch.alias)
            request = channel.build_profile(contact, account.owner, account.credentials)
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
