"""Works through one lane: one contact's waiting messages, in order, one at a time.

Before every call the try is written down, and after it the outcome, each under the lane's token. A worker that dies in
between leaves a try whose outcome nobody knows: the next one treats it as a lost answer.
"""

import random
from datetime import datetime, timedelta

from libs.accounts.directory import AccountDirectory, AccountsAwayError, KnownAccount
from libs.app.crash import crash_point
from libs.channels.base import CannotSend, Channel
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.registry import channel_named
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.unit import Unit
from libs.observe.metrics import Counter
from services.delivery.domain.sending import Step, build, cannot_be_told, give_up, settle, use_reply
from services.delivery.models import Attempt, Lane
from services.delivery.repository.queue import QueueRepository
from services.delivery.service.facts import Facts
from services.delivery.service.platforms import Platforms

CLAIM_SECONDS = 45
_AWAY_PAUSE = timedelta(seconds=2)
_OVERTAKEN_PAUSE = timedelta(milliseconds=250)
_OVERTAKEN_LONGEST = timedelta(minutes=2)

_tries = Counter("frontdesk_delivery_tries_total", "Tries to send, by verdict.", ["channel", "method", "verdict"])


class LaneWorker:
    """Sends what waits in claimed lanes."""

    def __init__(
        self, database: Database, clock: Clock, facts: Facts, directory: AccountDirectory, platforms: Platforms
    ) -> None:
        self._database = database
        self._clock = clock
        self._facts = facts
        self._directory = directory
        self._platforms = platforms

    async def run(self, lane: Lane) -> datetime | None:
        """Sends until the lane is empty or must wait. Returns when it is due again, None when it is not this
        worker's any more, is empty, or waits for its account."""
        while True:
            step, attempt = await self._turn(lane)
            if step is None:
                return None
            if attempt is None:
                return self._clock.now() + timedelta(seconds=step.again_after or 0.0)

    async def _turn(self, lane: Lane) -> tuple[Step | None, Attempt | None]:
        """One try of the attempt at the lane's head. (None, None): the lane was given up. (step, None): given back."""
        try:
            account = await self._directory.get(lane.account_id)
        except AccountsAwayError:
            return await self._wait(lane, _AWAY_PAUSE)
        attempt = await self._begin(lane, account)
        if attempt is None:
            return None, None
        crash_point("attempt.noted")
        outcome = await self._try(attempt, account)
        crash_point("attempt.answered")
        return await self._end(lane, attempt, outcome)

    async def _begin(self, lane: Lane, account: KnownAccount | None) -> Attempt | None:
        """Writes down that the head is being tried; None when nothing is left to try here."""
        now = self._clock.now()
        async with self._database.unit([lane.tenant_id]) as unit:
            repository = QueueRepository(unit, lane.tenant_id)
            if not await repository.hold_lane(lane):
                return None
            attempt = await repository.head(lane)
            while attempt is not None and self._hopeless(attempt, account, now):
                await repository.save(attempt)
                await self._facts.attempt_changed(unit, attempt, now)
                attempt = await repository.head(lane)
            if attempt is None:
                await repository.release_lane(lane, None)
                return None
            if await self._overtook(repository, attempt, now):
                await repository.release_lane(lane, now + _OVERTAKEN_PAUSE)
                return None
            await self._note_try(unit, repository, attempt, now)
            await repository.extend_lane(lane, now + timedelta(seconds=CLAIM_SECONDS))
            return attempt

    async def _overtook(self, repository: QueueRepository, attempt: Attempt, now: datetime) -> bool:
        """Whether the request before this one is still on its way here. One that never comes holds nobody for ever."""
        if attempt.after_message_id is None or now - attempt.queued_at > _OVERTAKEN_LONGEST:
            return False
        return not await repository.knows(attempt.after_message_id, attempt.after_attempt)

    def _hopeless(self, attempt: Attempt, account: KnownAccount | None, now: datetime) -> bool:
        """Finishes an attempt that cannot be tried any more."""
        if account is None or account.tenant_id != str(attempt.tenant_id):
            attempt.failure_code = "account_disconnected"
            give_up(attempt, now)
            return True
        if attempt.state == "sending":
            # Somebody tried and never told: the answer counts as lost.
            attempt.maybe_sent = True
        if cannot_be_told(attempt, channel_named(attempt.channel).limits, now):
            give_up(attempt, now)
            return True
        return False

    async def _note_try(self, unit: Unit, repository: QueueRepository, attempt: Attempt, now: datetime) -> None:
        reply = use_reply(attempt, channel_named(attempt.channel).limits, now)
        first = attempt.state == "queued"
        attempt.method = "reply" if reply else "push"
        attempt.state, attempt.tries = "sending", attempt.tries + 1
        await repository.save(attempt)
        if first:
            await self._facts.attempt_changed(unit, attempt, now)

    async def _try(self, attempt: Attempt, account: KnownAccount | None) -> Outcome:
        channel: Channel = channel_named(attempt.channel)
        try:
            send = build(attempt, attempt.method == "reply")
            request = channel.build_send(send, account.credentials if account else {})
        except CannotSend as error:
            verdict = Verdict.AUTH_FAILED if error.code == "token_expired" else Verdict.REJECTED
            return Outcome(verdict, error.code, error.message)
        outcome = channel.classify(await self._platforms.call(request))
        _tries.labels(attempt.channel, attempt.method, outcome.verdict.value).inc()
        if outcome.verdict is Verdict.AUTH_FAILED and await self._renewed(account):
            return Outcome(Verdict.RETRY, outcome.code, outcome.detail)
        return outcome

    async def _renewed(self, used: KnownAccount | None) -> bool:
        """Whether the account has other credentials by now than those that were refused."""
        if used is None:
            return False
        self._directory.forget(used.account_id)
        try:
            now = await self._directory.get(used.account_id)
        except AccountsAwayError:
            return False
        return now is not None and now.credentials != used.credentials

    async def _end(self, lane: Lane, attempt: Attempt, outcome: Outcome) -> tuple[Step | None, Attempt | None]:
        """Writes down what came of it. Nothing is written when the claim passed to another worker meanwhile."""
        now = self._clock.now()
        step = settle(attempt, outcome, now, random.random())  # noqa: S311
        async with self._database.unit([lane.tenant_id]) as unit:
            repository = QueueRepository(unit, lane.tenant_id)
            if not await repository.hold_lane(lane):
                return None, None
            attempt.provider_message_id = outcome.provider_message_id
            if step.again_after is not None and not attempt.maybe_sent:
                # It is known not to have gone out, so a worker's death now must not look like a lost answer.
                attempt.state = "queued"
            await repository.save(attempt)
            await self._after(unit, repository, attempt, step, now)
            if step.park:
                await self._park(unit, repository, lane, step, now)
                return None, None
            if step.again_after:
                await repository.release_lane(lane, now + timedelta(seconds=step.again_after))
                return step, None
            return step, attempt

    async def _after(
        self, unit: Unit, repository: QueueRepository, attempt: Attempt, step: Step, now: datetime
    ) -> None:
        if attempt.finished_at is not None:
            await self._facts.attempt_changed(unit, attempt, now)
        if attempt.state == "sent" or step.slow_down:
            paused = now + timedelta(seconds=step.slow_down) if step.slow_down else None
            sent = now if attempt.state == "sent" else None
            await repository.note_account(attempt.account_id, paused, sent)

    async def _park(self, unit: Unit, repository: QueueRepository, lane: Lane, step: Step, now: datetime) -> None:
        await repository.release_lane(lane, None, park=True)
        if await repository.park_account(lane.account_id, step.park):
            self._directory.forget(lane.account_id)
            await self._facts.account_state_changed(unit, lane.tenant_id, lane.account_id, "reconnect", step.park, now)

    async def _wait(self, lane: Lane, pause: timedelta) -> tuple[Step | None, Attempt | None]:
        async with self._database.unit([lane.tenant_id]) as unit:
            repository = QueueRepository(unit, lane.tenant_id)
            if not await repository.hold_lane(lane):
                return None, None
            await repository.release_lane(lane, self._clock.now() + pause)
        return Step(again_after=pause.total_seconds()), None
