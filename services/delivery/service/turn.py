"""What happens to a held lane inside one transaction. Whoever makes a Turn tells its facts before the commit."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.bus.outbox import Fact
from libs.channels.outcomes import Outcome
from libs.channels.registry import channel_named
from libs.channels.wire import HttpRequest, MailRequest
from libs.db.unit import Unit
from services.delivery.domain.sending import (
    Step,
    backoff,
    end_hopeless,
    left_lane,
    note_try,
    overtook,
    set_aside,
    settle,
)
from services.delivery.models import Attempt, Lane
from services.delivery.repository.queue import QueueRepository
from services.delivery.service.facts import account_state_changed, attempt_changed
from services.delivery.service.pace import Pace

_OVERTAKEN_PAUSE = timedelta(milliseconds=250)
# With the pauses between them, half a minute.
_MOST_FAILURES = 5


Call = HttpRequest | MailRequest
# The call of an attempt, or what becomes of it without one.
Prepare = Callable[[Attempt], Call | Outcome]


@dataclass(frozen=True, slots=True)
class Tries:
    """What an account takes to try: its calls, which version of its credentials they carry, and how fast they go."""

    prepare: Prepare
    version: int
    pace: Pace


@dataclass(frozen=True, slots=True)
class Begun:
    """A try that was noted and is to be made now."""

    attempt: Attempt
    call: Call


@dataclass(frozen=True, slots=True)
class Done:
    """begun: the try to make now. Without it the lane is given back; due: when it is to be looked at again."""

    begun: Begun | None = None
    due: datetime | None = None


class Turn:
    """One transaction's work on one lane."""

    def __init__(self, unit: Unit, lane: Lane, now: datetime, claim: timedelta) -> None:
        self._repository = QueueRepository(unit, lane.tenant_id)
        self._lane = lane
        self._now = now
        self._claim = claim
        self.facts: list[Fact] = []

    async def hold(self) -> bool:
        """Locks the lane; False when the claim passed to another worker, and nothing may be written."""
        return await self._repository.hold_lane(self._lane)

    async def settle(self, attempt: Attempt, outcome: Outcome, version: int) -> Done | None:
        """Writes down what came of a try made with the account's credentials of this version. None: go on with the
        lane at once."""
        jitter = random.random()  # noqa: S311
        step = settle(attempt, outcome, channel_named(attempt.channel).limits, self._now, jitter)
        waits = await self._save(attempt) and not left_lane(attempt)
        if attempt.state == "sent":
            await self._repository.note_sent(self._lane.account_id, self._now)
        if step.slow_down:
            await self._slow_down(step, jitter)
        if step.park:
            return await self._stop(attempt, step, version, jitter)
        if step.again_after and waits:
            return await self.release(self._now + timedelta(seconds=step.again_after))
        return None

    async def next(self, tries: Tries | None) -> Done:
        """Notes a try of the attempt whose turn it is; the lane is given back when there is none now. tries: None where
        the account is not connected."""
        while (found := await self._head(connected=tries is not None)) is not None:
            attempt, knows_before = found
            if not knows_before and overtook(attempt, self._now):
                return await self.release(self._now + _OVERTAKEN_PAUSE)
            wait = tries.pace.contact_wait(self._lane, channel_named(attempt.channel).limits) if tries else 0.0
            if wait:
                return await self.release(self._now + timedelta(seconds=wait))
            done = await self._begin(attempt, tries) if tries else None
            if done is not None:
                return done
        await self._repository.close_lane(self._lane)
        return Done()

    async def _begin(self, attempt: Attempt, tries: Tries) -> Done | None:
        """None: the attempt is finished without a call, the next one has its turn."""
        limits = channel_named(attempt.channel).limits
        first = note_try(attempt, limits, self._now)
        call = tries.prepare(attempt)
        if isinstance(call, Outcome):
            return await self.settle(attempt, call, tries.version)
        if not await self._repository.note_try(self._lane, attempt, self._now + self._claim):
            return None
        tries.pace.took(self._lane, limits)
        if first:
            self.facts.append(attempt_changed(attempt, self._now))
        return Done(Begun(attempt, call))

    async def release(self, due: datetime) -> Done:
        """Gives the lane back."""
        await self._repository.release_lane(self._lane, due)
        return Done(due=due)

    async def stumble(self) -> Done:
        """Working on the lane failed for a fault of ours: it is put off, longer each time, and in the end what is first
        in it is set aside."""
        failures = await self._repository.failures(self._lane)
        if failures < _MOST_FAILURES:
            due = self._now + timedelta(seconds=2.0**failures)
            await self._repository.put_off_lane(self._lane, due)
            return Done(due=due)
        if found := await self._repository.head(self._lane):
            set_aside(found[0], self._now)
            await self._save(found[0])
        return await self.release(self._now)

    async def _head(self, connected: bool) -> tuple[Attempt, bool] | None:
        """The attempt whose turn it is, once those are finished that cannot be tried any more."""
        while (found := await self._repository.head(self._lane)) is not None:
            if not end_hopeless(found[0], connected, channel_named(found[0].channel).limits, self._now):
                return found
            await self._save(found[0])
        return None

    async def _save(self, attempt: Attempt) -> bool:
        """False when the platform's word ended the attempt meanwhile: whoever heard it told of it."""
        saved = await self._repository.save(attempt)
        if saved and attempt.finished_at is not None:
            self.facts.append(attempt_changed(attempt, self._now))
        return saved

    async def _slow_down(self, step: Step, jitter: float) -> None:
        """Pauses the account. What was under way when it was told is one refusal, not many."""
        account = self._lane.account_id
        throttled = await self._repository.throttled(account, self._now)
        if throttled is not None:
            seconds = max(step.asked, backoff(throttled + 1, jitter))
            await self._repository.pause_account(account, throttled + 1, self._now + timedelta(seconds=seconds))

    async def _stop(self, attempt: Attempt, step: Step, version: int, jitter: float) -> Done:
        """Stops the account's queue. Where newer credentials were heard of meanwhile, they are tried instead."""
        account = self._lane.account_id
        stopped = await self._repository.stop_account(account, step.park, version)
        if stopped == "newer":
            return await self.release(self._now + timedelta(seconds=backoff(attempt.tries, jitter)))
        if stopped == "stopped":
            self.facts.append(account_state_changed(self._lane.tenant_id, account, "reconnect", step.park, self._now))
        await self.release(self._now)
        return Done()
