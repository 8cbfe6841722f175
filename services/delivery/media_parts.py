"""Puts together what this service does with files; no I/O happens here."""

from collections.abc import Mapping

from frontdesk.delivery.v1 import uploads_pb2_grpc as grpc_pb
from libs.accounts.directory import AccountDirectory
from libs.app.parts import ClosingPart, LoopPart, StartStopPart, facts_part
from libs.app.runtime import Runtime
from libs.app.service import Part
from libs.bus.bus import Bus
from libs.db.database import Database
from libs.fetch.fetcher import Fetcher
from libs.media.pool import MediaPool
from libs.rpc.server import Registration
from libs.storage.wiring import StoragePart, media_store
from services.delivery.consumers.media import DROPPED, REQUESTED, DroppedConsumer, MediaConsumer
from services.delivery.domain.media import MediaFetch, Upload
from services.delivery.service.dispatcher import Dispatcher
from services.delivery.service.facts import Facts
from services.delivery.service.media import MediaService
from services.delivery.service.media_files import MediaFiles
from services.delivery.service.media_source import MediaSource
from services.delivery.service.platforms import Platforms
from services.delivery.service.uploads import UploadService
from services.delivery.servicer.uploads import UploadsServicer
from services.delivery.settings import Settings

_HOUR = 3600.0
# What is cut off here is begun again and does no harm; messages under way need the time that a stop has.
_GRACE = 2.0
# Of one account, or of one tenant's uploads, under way at once.
_EACH = 3


def media_parts(
    runtime: Runtime,
    settings: Settings,
    database: Database,
    bus: Bus,
    facts: Facts,
    directory: AccountDirectory,
    platforms: Platforms,
    hosts: Mapping[str, str],
) -> tuple[list[Part], Registration]:
    """The parts, and the gRPC service to register. hosts: base addresses of the platforms by the channels' names."""
    clock = runtime.clock
    store = media_store(runtime)
    pool = MediaPool(settings.media_workers, settings.media_worker_seconds, settings.media_worker_megabytes)
    files = MediaFiles(store, pool)
    most, connections = settings.media_received_bytes, settings.delivery_media_concurrency
    source = MediaSource(hosts, guarded_fetcher(settings, seconds=180.0), most, connections, store)
    media = MediaService(database, clock, facts, directory, platforms, source, files)
    uploads = UploadService(database, clock, files, lambda: converting.wake())
    total = settings.delivery_media_concurrency
    fetching: Dispatcher[MediaFetch] = Dispatcher(
        "media", media.claim, media.fetch, clock, total, min(total, _EACH), settings.delivery_poll, grace=_GRACE
    )
    converting: Dispatcher[Upload] = Dispatcher(
        "uploads",
        uploads.claim,
        uploads.convert,
        clock,
        2 * settings.media_workers,
        _EACH,
        settings.delivery_poll,
        grace=_GRACE,
    )
    parts: list[Part] = [
        StoragePart(store),
        pool,
        ClosingPart("media source", source.close),
        StartStopPart("media", fetching),
        StartStopPart("uploads", converting),
        LoopPart("old uploads", uploads.forget, _HOUR),
        facts_part(bus, "delivery", "media-requests", REQUESTED, MediaConsumer(media).handle),
        facts_part(bus, "delivery", "media-dropped", DROPPED, DroppedConsumer(media).handle),
    ]
    return parts, (grpc_pb.add_UploadsServiceServicer_to_server, UploadsServicer(uploads))


def guarded_fetcher(settings: Settings, seconds: float = 60.0) -> Fetcher:
    """For addresses that somebody gave us."""
    hosts = settings.fetch_allowed_hosts.split(",")
    return Fetcher([host.strip() for host in hosts if host.strip()], seconds=seconds)
