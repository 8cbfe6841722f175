"""Sends the queued mails: outside every request, again and again until the server takes them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.unit import Unit
from libs.mail.smtp import MailDelayedError, MailRefusedError
from libs.observe.log import get_logger
from libs.observe.metrics import Counter
from services.tenants.models import Mail, Teammate
from services.tenants.repository.mails import MailQueue
from services.tenants.repository.teammates import TeammateRepository
from services.tenants.repository.tenants import TenantRepository, login_of
from services.tenants.service.letters import Letter, values_for
from services.tenants.service.links import Links, is_useful
from services.tenants.service.smtp import Smtp

_log = get_logger(__name__)
_mails = Counter("frontdesk_mails_total", "Mails, by what became of them.", ["kind", "outcome"])

Wake = Callable[[], None]

_POLL_SECONDS = 1
_BATCH = 8
# Longer than an attempt takes: then another replica may try.
_CLAIM = timedelta(seconds=60)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Written:
    to: str
    letter: Letter


class Mailer:
    """A link is made when its mail is written, so that no secret lies in the queue. A mail is sent at least once: a
    sender that dies between sending and striking it off leaves it to the next, with a link of its own."""

    def __init__(self, database: Database, clock: Clock, links: Links, smtp: Smtp | None) -> None:
        self._database = database
        self._clock = clock
        self._links = links
        self._smtp = smtp
        self._woken = asyncio.Event()
        if smtp is None:
            _log.warning("FRONTDESK_SMTP_URL is not set: mails wait until it is")

    def wake(self) -> None:
        """A mail was queued."""
        self._woken.set()

    async def run(self) -> None:
        """One round: waits for something to do, and does it."""
        try:
            async with asyncio.timeout(_POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()
        await self.send_due()

    async def send_due(self) -> None:
        """Sends whatever is due."""
        while self._smtp is not None:
            now = self._clock.now()
            async with self._database.system_unit() as unit:
                mails = await MailQueue(unit).claim(now, now + _CLAIM, _BATCH)
            smtp = self._smtp
            await asyncio.gather(*(self._deliver(smtp, mail) for mail in mails))
            if len(mails) < _BATCH:
                return

    async def _deliver(self, smtp: Smtp, mail: Mail) -> None:
        if self._clock.now() > mail.created_at + self._links.lifetime(mail.kind):
            return await self._finish(mail, "expired")
        written = await self._write(mail)
        if written is None:
            return await self._finish(mail, "needless")
        try:
            await smtp.send(str(mail.id), written.to, written.letter, self._clock.now())
        except MailRefusedError as error:
            _log.error("mail refused for good", mail=str(mail.id), kind=mail.kind, error=str(error))
            return await self._finish(mail, "refused")
        except MailDelayedError as error:
            return await self._postpone(mail, error)
        return await self._finish(mail, "sent")

    async def _write(self, mail: Mail) -> _Written | None:
        """The letter, with a fresh link; None when there is nobody to write to."""
        tenant_id, teammate_id = mail.tenant_id, mail.teammate_id
        if teammate_id is None:
            async with self._database.system_unit() as unit:
                tenant_id, teammate_id = await login_of(unit, mail.email_key) or (None, None)
        if tenant_id is None or teammate_id is None:
            return None
        async with self._database.unit([tenant_id]) as unit:
            teammate = await TeammateRepository(unit, tenant_id).get(teammate_id)
            return await self._write_to(unit, teammate, mail) if teammate and is_useful(teammate, mail.kind) else None

    async def _write_to(self, unit: Unit, teammate: Teammate, mail: Mail) -> _Written | None:
        tenant = await TenantRepository(unit, teammate.tenant_id).get()
        if tenant is None:
            return None
        link = await self._links.make(unit, teammate, mail.kind)
        values = values_for(teammate, tenant, self._links.lifetime(mail.kind))
        return _Written(teammate.email, Letter(mail.kind, mail.language, values, link))

    async def _postpone(self, mail: Mail, error: Exception) -> None:
        _log.warning("mail delayed", mail=str(mail.id), kind=mail.kind, attempts=mail.attempts, error=str(error))
        _mails.labels(mail.kind, "delayed").inc()
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(mail.attempts - 1, 20)))
        async with self._database.system_unit() as unit:
            await MailQueue(unit).postpone(mail.id, self._clock.now() + pause)

    async def _finish(self, mail: Mail, outcome: str) -> None:
        _mails.labels(mail.kind, outcome).inc()
        async with self._database.system_unit() as unit:
            await MailQueue(unit).remove(mail.id)
