"""Contents of attachments: fetched before their addresses expire, off the way that messages take."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from frontdesk.conversations.v1.events_pb2 import MediaDropped, MediaRequested
from frontdesk.delivery.v1.events_pb2 import MediaFetched
from libs.accounts.directory import AccountDirectory, AccountsAwayError
from libs.app.crash import crash_point
from libs.bus.outbox import Fact
from libs.bus.subjects import subject_of
from libs.bus.transient import is_transient
from libs.channels.accounts import Credentials
from libs.channels.base import Channel
from libs.channels.contents import ContentLater, ContentRef, ContentRequest
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.registry import UnknownChannel, channel_named
from libs.channels.sending import CannotSend
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.media.job import Job, Made
from libs.observe.log import get_logger
from libs.observe.metrics import Counter, Histogram
from libs.rpc.errors import UnavailableError
from libs.storage.store import StorageError
from services.delivery.domain.media import MediaFetch, given_up, pause
from services.delivery.models import Room
from services.delivery.repository.media import MediaRepository, add_media_fetches, claim_media_fetches
from services.delivery.service.facts import Facts
from services.delivery.service.faults import FAULTS
from services.delivery.service.media_files import Kept, MediaFiles
from services.delivery.service.media_source import Download, MediaSource
from services.delivery.service.platforms import Platforms

# A download, and waiting for a worker.
_CLAIM_SECONDS = 600
_MOST_STEPS = 4

_log = get_logger(__name__)
_tries = Counter(
    "frontdesk_media_tries_total", "Tries to fetch a content, by what became of them.", ["channel", "result"]
)
_seconds = Histogram(
    "frontdesk_media_fetch_seconds",
    "From a content being asked for to its being here or given up.",
    ["channel"],
    buckets=(1, 5, 15, 60, 300, 900, 3600, 6 * 3600, 24 * 3600),
)


class MediaService:
    """Queues, fetches and drops contents."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        facts: Facts,
        directory: AccountDirectory,
        platforms: Platforms,
        source: MediaSource,
        files: MediaFiles,
    ) -> None:
        self._database = database
        self._clock = clock
        self._facts = facts
        self._directory = directory
        self._platforms = platforms
        self._source = source
        self._files = files

    async def request(self, requests: Sequence[MediaRequested]) -> None:
        """Queues fetches."""
        now = self._clock.now()
        fetches = [_fetch(request, now) for request in requests]
        async with self._database.unit({fetch.tenant_id for fetch in fetches}) as unit:
            await add_media_fetches(unit, fetches)

    async def drop(self, dropped: MediaDropped) -> None:
        """Gives up fetches to come and deletes what is stored. UnavailableError while the storage is away: it is told
        again until it is back, for what was taken back must not stay."""
        tenant_id = UUID(dropped.tenant_id)
        async with self._database.unit([tenant_id]) as unit:
            repository = MediaRepository(unit, tenant_id)
            for attachment_id in dropped.attachment_ids:
                await repository.remove(attachment_id)
        try:
            await self._files.drop([key for key in dropped.storage_keys if key.startswith(f"{tenant_id}/")])
        except StorageError as error:
            raise UnavailableError("The file storage does not answer.") from error

    async def claim(self, room: Room) -> list[MediaFetch]:
        """Fetches that are due."""
        async with self._database.system_unit() as unit:
            return await claim_media_fetches(unit, self._clock.now(), _CLAIM_SECONDS, room)

    async def fetch(self, fetch: MediaFetch, _stopping: Callable[[], bool]) -> datetime | None:
        """One fetch. Returns when it is to be tried again."""
        try:
            return await self._fetch(fetch)
        except asyncio.CancelledError:
            # The process ends: another one need not wait until the claim runs out.
            await self._postpone(fetch, Download("later", "cut off"))
            raise
        except Exception as error:
            if is_transient(error):
                raise
            # A fault of ours, or a file that nothing here can deal with: given up in time, like everything.
            FAULTS.labels("media").inc()
            _log.exception("content not fetched for a fault of ours", account=fetch.account_id, kind=fetch.kind)
            return await self._later(fetch, Download("later", type(error).__name__))

    async def _later(self, fetch: MediaFetch, came: Download) -> datetime | None:
        if not given_up(fetch, came.for_account, self._clock.now()):
            return await self._postpone(fetch, came)
        _log.info("content given up", account=fetch.account_id, tries=fetch.tries, reason=came.detail)
        await self._finish(fetch, _failed(fetch, "platform_error"))
        return None

    async def _fetch(self, fetch: MediaFetch) -> datetime | None:
        async with self._files.folder() as folder:
            place = folder / "received"
            came = await self._download(fetch, place)
            if came.code == "later":
                return await self._later(fetch, came)
            if came.code:
                await self._finish(fetch, _failed(fetch, came.code))
                return None
            return await self._keep(fetch, place, folder, came.own_key)

    async def _keep(self, fetch: MediaFetch, place: Path, folder: Path, own_key: str) -> datetime | None:
        made = await self._files.look(Job(str(place), str(folder), fetch.file_name))
        try:
            kept = await self._files.keep(made, fetch.tenant_id, fetch.place, fetch.occurred_at)
        except StorageError as error:
            return await self._later(fetch, Download("later", str(error)))
        crash_point("media.kept")
        await self._finish(fetch, _ready(fetch, made, kept))
        # What a customer takes back must not lie on where it had been put first.
        with contextlib.suppress(StorageError):
            await self._files.drop([own_key])
        return None

    async def _finish(self, fetch: MediaFetch, fact: MediaFetched) -> None:
        """Tells what became of it. A file that is stored is told even where the fetch is gone: it was taken back, or
        another worker was faster; conversations knows, and has deleted what no message holds."""
        async with self._database.unit([fetch.tenant_id]) as unit:
            if not await MediaRepository(unit, fetch.tenant_id).remove(fetch.attachment_id) and fact.failure_code:
                return
            await self._facts.tell(unit, [_fact(fetch, fact)])
        _tries.labels(fetch.channel, fact.failure_code or "ready").inc()
        _seconds.labels(fetch.channel).observe((self._clock.now() - fetch.requested_at).total_seconds())
        if fact.failure_code:
            _log.info("content not fetched", account=fetch.account_id, kind=fetch.kind, code=fact.failure_code)

    async def _postpone(self, fetch: MediaFetch, came: Download) -> datetime:
        _tries.labels(fetch.channel, "account" if came.for_account else "later").inc()
        _log.info("content not fetched yet", account=fetch.account_id, tries=fetch.tries, reason=came.detail)
        again = self._clock.now() + pause(fetch.tries, random.random(), came.after)  # noqa: S311
        async with self._database.unit([fetch.tenant_id]) as unit:
            await MediaRepository(unit, fetch.tenant_id).postpone(fetch.attachment_id, again)
        return again

    async def _download(self, fetch: MediaFetch, place: Path) -> Download:
        try:
            account = await self._directory.get(fetch.account_id)
            if account is None or account.tenant_id != str(fetch.tenant_id):
                return Download("platform_error", "the account is not connected")
            channel = channel_named(fetch.channel)
            content = ContentRef(fetch.kind, fetch.provider_content_id, fetch.url)
            step = channel.build_content(content, account.owner, account.credentials)
            found = await self._way(channel, content, step, account.credentials)
        except (AccountsAwayError, CannotSend) as error:
            return Download("later", str(error), for_account=True)
        except UnknownChannel as error:
            return Download("platform_error", str(error))
        return found if isinstance(found, Download) else await self._source.download(found.request, place)

    async def _way(
        self, channel: Channel, content: ContentRef, step: ContentRequest | None, credentials: Credentials
    ) -> ContentRequest | Download:
        """The call whose answer holds the bytes, or why there is none."""
        for _ in range(_MOST_STEPS):
            if step is None:
                return Download("expired", "there is nothing to fetch")
            if step.final:
                return step
            answer = await self._platforms.call(step.request)
            found = channel.read_content_place(answer, content, credentials)
            if isinstance(found, ContentLater):
                return Download("later", "still being prepared", found.seconds)
            if isinstance(found, Outcome):
                return _of_outcome(found)
            step = found
        return Download("platform_error", "the way to the content does not end")


def _of_outcome(outcome: Outcome) -> Download:
    if outcome.verdict is Verdict.REJECTED:
        return Download("expired", outcome.detail)
    return Download("later", outcome.detail, outcome.retry_after or 0.0, outcome.verdict is Verdict.AUTH_FAILED)


def _fetch(request: MediaRequested, now: datetime) -> MediaFetch:
    return MediaFetch(
        tenant_id=UUID(request.tenant_id),
        attachment_id=request.attachment_id,
        account_id=request.account_id,
        channel=request.channel,
        conversation_id=UUID(request.conversation_id),
        message_id=UUID(request.message_id),
        kind=request.kind,
        provider_content_id=request.provider_content_id,
        url=request.url,
        file_name=request.file_name,
        occurred_at=datetime.fromtimestamp(request.occurred_at_ms / 1000, UTC),
        requested_at=now,
        tries=0,
    )


def _told(fetch: MediaFetch, state: str) -> MediaFetched:
    return MediaFetched(
        tenant_id=str(fetch.tenant_id),
        account_id=fetch.account_id,
        conversation_id=str(fetch.conversation_id),
        message_id=str(fetch.message_id),
        attachment_id=fetch.attachment_id,
        state=state,
        file_name=fetch.file_name,
    )


def _failed(fetch: MediaFetch, code: str) -> MediaFetched:
    told = _told(fetch, "failed")
    told.failure_code = code
    return told


def _ready(fetch: MediaFetch, made: Made, kept: Kept) -> MediaFetched:
    told = _told(fetch, "ready")
    told.storage_key, told.thumbnail_key = kept.storage_key, kept.thumbnail_key
    told.kind, told.content_type, told.size_bytes = made.kind, made.content_type, made.size_bytes
    told.width, told.height, told.duration_ms = made.width, made.height, made.duration_ms
    return told


def _fact(fetch: MediaFetch, fact: MediaFetched) -> Fact:
    msg_id = f"media:{fetch.attachment_id}:{fact.state}:{fetch.tries}"
    return Fact(subject_of(fetch.tenant_id, fact), fact, msg_id, fetch.tenant_id, str(fetch.conversation_id))
