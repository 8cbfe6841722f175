"""Works through one lane: one contact's waiting messages, in order, one at a time.

Before every call the try is written down, and after it the outcome, each under the lane's token. A worker that dies in
between leaves a try whose outcome nobody knows: the next one treats it as a lost answer.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from libs.accounts.directory import AccountDirectory, AccountsAwayError, KnownAccount
from libs.app.crash import crash_point
from libs.bus.transient import is_transient
from libs.channels.outcomes import Outcome
from libs.channels.registry import channel_named
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.observe.log import get_logger
from services.delivery.models import Attempt, Lane
from services.delivery.service.caller import Caller
from services.delivery.service.facts import Facts
from services.delivery.service.faults import FAULTS
from services.delivery.service.pace import Pace
from services.delivery.service.turn import Done, Tries, Turn

_AWAY_PAUSE = timedelta(seconds=2)
# How long the outcome of a try is held on to while the database does not take it. The token still fences.
_INSIST = timedelta(minutes=2)
_AGAIN = 0.25

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Tried:
    """A try that was made, and what came of it."""

    attempt: Attempt
    outcome: Outcome
    version: int


class LaneWorker:
    """Sends what waits in claimed lanes. claim_seconds: longer than any call takes."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        facts: Facts,
        directory: AccountDirectory,
        caller: Caller,
        claim_seconds: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._facts = facts
        self._directory = directory
        self._caller = caller
        self._pace = Pace()
        self._claim = timedelta(seconds=claim_seconds)

    async def run(self, lane: Lane, stopping: Callable[[], bool]) -> datetime | None:
        """Sends until the lane is empty, must wait, or the process shall stop. Returns when it is due again, None when
        it is not this worker's any more, is empty, or waits for its account."""
        try:
            return await self._work(lane, stopping)
        except Exception as error:
            ours = not is_transient(error)
            if ours:
                FAULTS.labels("lanes").inc()
            log = _log.exception if ours else _log.warning
            log("lane given up for now", account=lane.account_id, error=repr(error))
        return await self._give_back(lane, ours)

    async def _work(self, lane: Lane, stopping: Callable[[], bool]) -> datetime | None:
        tried: _Tried | None = None
        while True:
            account, away = await self._account(lane)
            if account is not None:
                await self._pace.account_turn(account.account_id, channel_named(account.channel).limits)
            done = await self._turn(lane, tried, account, away, stopping)
            if done.begun is None or account is None:
                return done.due
            crash_point("attempt.noted")
            attempt = done.begun.attempt
            tried = _Tried(attempt, await self._caller.send(attempt, done.begun.call, account), account.version)
            crash_point("attempt.answered")

    async def _account(self, lane: Lane) -> tuple[KnownAccount | None, bool]:
        """The lane's account, None where it is not connected (or another tenant's); and whether nobody can tell."""
        try:
            account = await self._directory.get(lane.account_id)
        except AccountsAwayError:
            return None, True
        mine = account is not None and account.tenant_id == str(lane.tenant_id)
        return (account if mine else None), False

    async def _turn(
        self,
        lane: Lane,
        tried: _Tried | None,
        account: KnownAccount | None,
        away: bool,
        stopping: Callable[[], bool],
    ) -> Done:
        """One transaction: the outcome of the last try, and the next one noted. What the platform said is not lost
        because the database was away for a moment."""
        until = self._clock.now() + _INSIST
        while True:
            try:
                return await self._write(lane, tried, account, away, stopping)
            except Exception as error:
                if tried is None or not is_transient(error) or self._clock.now() > until:
                    raise
            await asyncio.sleep(_AGAIN)

    async def _write(
        self,
        lane: Lane,
        tried: _Tried | None,
        account: KnownAccount | None,
        away: bool,
        stopping: Callable[[], bool],
    ) -> Done:
        now = self._clock.now()
        async with self._database.unit([lane.tenant_id]) as unit:
            turn = Turn(unit, lane, now, self._claim)
            if not await turn.hold():
                return Done()
            done = None
            if tried is not None:
                done = await turn.settle(replace(tried.attempt), tried.outcome, tried.version)
            if done is None and (away or stopping()):
                done = await turn.release(now + _AWAY_PAUSE if away else now)
            if done is None:
                done = await turn.next(self._tries(account))
            await self._facts.tell(unit, turn.facts)
        return done

    def _tries(self, account: KnownAccount | None) -> Tries | None:
        if account is None:
            return None
        return Tries(lambda attempt: self._caller.prepare(attempt, account), account.version, self._pace)

    async def _give_back(self, lane: Lane, ours: bool) -> datetime | None:
        """Lets another try come soon; when not even that works, the claim runs out by itself. ours: a fault of ours
        made it fail."""
        now = self._clock.now()
        try:
            async with self._database.unit([lane.tenant_id]) as unit:
                turn = Turn(unit, lane, now, self._claim)
                if not await turn.hold():
                    return None
                done = await turn.stumble() if ours else await turn.release(now + _AWAY_PAUSE)
                await self._facts.tell(unit, turn.facts)
            return done.due
        except Exception as error:
            _log.info("lane waits until its claim runs out", account=lane.account_id, error=repr(error))
            return None
