"""Puts the service together. No I/O happens here: parts begin in start()."""

from frontdesk.ingestion.v1 import deletions_pb2_grpc as deletions_grpc
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as grpc_pb
from libs.accounts.remote import ACCOUNT_SUBJECT, AccountListener, remote_directory, remote_recipients
from libs.app.http import HttpPart
from libs.app.ops import OpsApp
from libs.app.parts import BusPart, DatabasePart, LoopPart, StartStopPart, SubscriptionPart
from libs.app.runtime import Runtime
from libs.app.service import Part, Service
from libs.bus.bus import Bus
from libs.bus.consumer import Consumer
from libs.bus.settings import BusSettings
from libs.bus.spool import Spool
from libs.channels.registry import CHANNELS
from libs.db.database import Database
from libs.db.migrate import head_revision
from libs.queues.queues import SPOOL, counted, queues_service
from libs.rpc.server import RpcServer
from services.ingestion.consumers import CLAIMS, PARKED, RECORDED, ClaimsConsumer, ParkedConsumer
from services.ingestion.repository.unverified import UNVERIFIED_WAITING
from services.ingestion.routes.front import Front
from services.ingestion.routes.meta import MetaApp
from services.ingestion.routes.webhooks import WebhookApp
from services.ingestion.service.apps import SharedApp
from services.ingestion.service.deletions import DeletionService
from services.ingestion.service.ledger import LedgerService
from services.ingestion.service.letters import LettersService
from services.ingestion.service.platform_requests import PlatformRequests
from services.ingestion.service.reading import ReadingService
from services.ingestion.service.recorder import Recorder
from services.ingestion.service.replay import ReplayService
from services.ingestion.service.unverified import UnverifiedService
from services.ingestion.service.webhooks import WebhookService
from services.ingestion.servicer.deletions import AccountDataDeletionServicer, DataDeletionServicer
from services.ingestion.servicer.ledger import AccountLedgerServicer, LedgerServicer
from services.ingestion.settings import Settings
from services.ingestion.widget_parts import site_parts

NAME = "ingestion"
_FLUSH_EVERY = 1.0
_UNVERIFIED_EVERY = 1.0
_PURGE_EVERY = 600.0
_DELETIONS_EVERY = 300.0
_UNVERIFIED = counted("unverified", UNVERIFIED_WAITING, "the tenants service to tell their accounts' secrets")


class IngestionService(Service):
    """The service, and what it serves as an ASGI application for a process that has an address already."""

    def __init__(self, parts: list[Part], front: Front) -> None:
        super().__init__(NAME, parts)
        self.front = front


def build(runtime: Runtime) -> IngestionService:
    """The ingestion service of this process."""
    settings = runtime.settings(Settings)
    clock = runtime.clock
    database = Database(runtime.database_url(NAME), NAME)
    bus = Bus(settings.nats_url, NAME, runtime.settings(BusSettings))
    recorder = Recorder(database, clock)
    spool = Spool(bus, database, settings.ingestion_publish_timeout, on_duplicate=recorder.note_duplicate)
    directory = remote_directory(runtime, NAME)
    recipients = remote_recipients(runtime, NAME)
    ledger = LedgerService(database, clock, settings)
    unverified = UnverifiedService(database, clock, settings)
    shared_app = SharedApp.of(settings)
    deletions = DeletionService(database, spool, clock)
    webhooks = WebhookService(directory, recipients, shared_app, spool, ledger, unverified, clock)
    reading = ReadingService(database)
    replay = ReplayService(reading, webhooks, directory, recipients, spool, clock)

    async def settle() -> None:
        await unverified.settle(replay.settle)

    parts: list[Part] = [
        DatabasePart(database, head_revision(NAME)),
        BusPart(bus),
        StartStopPart("spool", spool),
        SubscriptionPart("accounts", bus, ACCOUNT_SUBJECT, AccountListener(directory, recipients).handle),
        StartStopPart("parked", Consumer(bus, PARKED, ParkedConsumer(LettersService(bus, ledger)).handle)),
        *(StartStopPart(spec.durable, Consumer(bus, spec, recorder.handle)) for spec in RECORDED),
        StartStopPart(CLAIMS.durable, Consumer(bus, CLAIMS, ClaimsConsumer(ledger).handle)),
        LoopPart("duplicates", recorder.flush, _FLUSH_EVERY),
        LoopPart("unverified", settle, _UNVERIFIED_EVERY),
        LoopPart("purge", ledger.purge, _PURGE_EVERY),
        LoopPart("deletions", deletions.upkeep, _DELETIONS_EVERY),
        RpcServer(
            runtime.listen(NAME),
            runtime.verifier(NAME),
            [
                (grpc_pb.add_LedgerServiceServicer_to_server, LedgerServicer(reading, replay)),
                (grpc_pb.add_AccountLedgerServiceServicer_to_server, AccountLedgerServicer(reading, replay)),
                (deletions_grpc.add_DataDeletionServiceServicer_to_server, DataDeletionServicer(deletions)),
                (
                    deletions_grpc.add_AccountDataDeletionServiceServicer_to_server,
                    AccountDataDeletionServicer(deletions),
                ),
                queues_service(database, _UNVERIFIED, SPOOL),
            ],
        ),
    ]
    channels = _channels(settings)
    webhook_app = WebhookApp(webhooks, clock, settings.ingestion_max_body, channels)
    site = site_parts(runtime, settings, bus, database, directory, webhooks, ledger) if "web" in channels else None
    service = IngestionService(parts, Front(webhook_app, site.widget, site.mails) if site else Front(webhook_app))
    webhook_app.ops = OpsApp([service])
    asked = PlatformRequests(ledger, deletions, directory.get, clock, shared_app, settings.public_url)
    webhook_app.meta = MetaApp(asked, deletions)
    if settings.ingestion_http_listen:
        parts.append(HttpPart(service.front, settings.ingestion_http_listen))
    # Behind the server in time, so that who waits for news is sent home before it waits for them.
    parts += site.parts if site else []
    return service


def _channels(settings: Settings) -> frozenset[str]:
    wanted = {name.strip() for name in settings.ingestion_channels.split(",") if name.strip()}
    return frozenset(wanted or CHANNELS)
