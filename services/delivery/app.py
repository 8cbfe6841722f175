"""Puts the service together. No I/O happens here: parts begin in start()."""

import math
from typing import Any
from urllib.parse import urlsplit

from frontdesk.delivery.v1 import connections_pb2_grpc as connections_grpc
from frontdesk.delivery.v1 import delivery_pb2_grpc as grpc_pb
from frontdesk.delivery.v1 import failures_pb2_grpc as failures_grpc
from libs.accounts.directory import AccountDirectory
from libs.accounts.remote import ACCOUNT_SUBJECT, AccountListener, remote_directory
from libs.app.parts import BusPart, ClosingPart, DatabasePart, LoopPart, StartStopPart, SubscriptionPart, facts_part
from libs.app.runtime import Runtime
from libs.app.service import Part, Service
from libs.bus.bus import Bus
from libs.bus.outbox import Outbox
from libs.bus.relay import OutboxRelay
from libs.bus.settings import BusSettings
from libs.channels.meta.connecting import App
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.migrate import head_revision
from libs.fetch.fetcher import Fetcher
from libs.mail.smtp import SmtpServer
from libs.queues.queues import OUTBOX, queues_service
from libs.rpc.server import RpcServer
from libs.storage.wiring import media_addresses
from services.delivery.consumers.delivery import (
    ACCOUNTS,
    CONFIRMATIONS,
    CONTACTS,
    READS,
    REQUESTS,
    AccountsConsumer,
    ConfirmationsConsumer,
    ContactsConsumer,
    ReadsConsumer,
    RequestsConsumer,
)
from services.delivery.media_parts import guarded_fetcher, media_parts
from services.delivery.models import Lane, ProfileFetch, Room
from services.delivery.repository.queue import claim_lanes
from services.delivery.service.caller import Caller
from services.delivery.service.checks import CheckService
from services.delivery.service.confirmations import ConfirmationService
from services.delivery.service.connecting import ConnectingService
from services.delivery.service.dispatcher import Dispatcher
from services.delivery.service.facts import Facts
from services.delivery.service.mail import Mail
from services.delivery.service.overview import OverviewService
from services.delivery.service.platforms import Platforms
from services.delivery.service.profiles import ProfileService
from services.delivery.service.queue import QueueService
from services.delivery.service.quotas import QuotaService
from services.delivery.service.signs import LastRead, ReadMarks, TypingService
from services.delivery.service.templates import TemplateService
from services.delivery.service.upkeep import UpkeepService
from services.delivery.service.worker import LaneWorker
from services.delivery.servicer.connections import ConnectionsServicer
from services.delivery.servicer.delivery import DeliveryServicer
from services.delivery.servicer.failures import FailuresServicer
from services.delivery.settings import Settings

NAME = "delivery"
_HOUR = 3600.0
_MEASURE_EVERY = 15.0
_GIVE_UP_EVERY = 2.0
# Profiles of one account under way at once.
_PROFILES_EACH = 16
# Many customers who come at once bring their messages, too: a name can wait that long, so that its commits and facts
# are shared.
_PROFILES_GATHER = 0.1
# A profile that is cut off is asked for again; messages under way need the time that a stop has.
_PROFILES_GRACE = 2.0


def build(runtime: Runtime) -> Service:
    """The delivery service of this process."""
    settings = runtime.settings(Settings)
    clock = runtime.clock
    database = Database(runtime.database_url(NAME), NAME, max_overflow=20)
    bus = Bus(settings.nats_url, NAME, runtime.settings(BusSettings))
    relay = OutboxRelay(database, bus)
    facts = Facts(Outbox(relay.wake))
    directory = remote_directory(runtime, NAME)
    platforms = _platforms(settings, guarded_fetcher(settings))
    media, uploads = media_parts(runtime, settings, database, bus, facts, directory, platforms, _hosts(settings))
    caller = Caller(directory, platforms, _mail(settings, clock), media_addresses(runtime).public_url)
    lanes = _lanes(settings, database, clock, facts, directory, caller)
    queue = QueueService(database, clock, facts, lanes.wake)
    overview = OverviewService(database, clock)
    profiles = ProfileService(database, clock, facts, directory, platforms)
    fetching = _fetching(settings, profiles, clock)
    confirmations = ConfirmationService(database, clock, facts)
    upkeep = UpkeepService(database, clock)
    last_read = LastRead()
    marks = ReadMarks(directory, platforms)
    servicer = DeliveryServicer(
        queue,
        CheckService(directory, platforms, queue),
        QuotaService(directory, platforms, clock),
        TemplateService(directory, platforms, clock),
        TypingService(directory, platforms, last_read),
    )
    connecting = ConnectingService(directory, platforms, _meta_app(settings))
    parts: list[Part] = [
        DatabasePart(database, head_revision(NAME)),
        BusPart(bus),
        ClosingPart("platforms", platforms.close),
        SubscriptionPart("accounts", bus, ACCOUNT_SUBJECT, AccountListener(directory).handle),
        SubscriptionPart("last-read", bus, READS[0], last_read.hear),
        StartStopPart("relay", relay),
        StartStopPart("lanes", lanes),
        StartStopPart("profiles", fetching),
        LoopPart("upkeep", upkeep.forget, _HOUR),
        LoopPart("measure", upkeep.measure, _MEASURE_EVERY),
        LoopPart("unconfirmed", confirmations.give_up, _GIVE_UP_EVERY),
        facts_part(bus, NAME, "requests", REQUESTS, RequestsConsumer(queue).handle),
        facts_part(bus, NAME, "confirmations", CONFIRMATIONS, ConfirmationsConsumer(confirmations).handle),
        StartStopPart("read-marks", marks),
        facts_part(bus, NAME, "reads", READS, ReadsConsumer(marks).handle),
        facts_part(bus, NAME, "contacts", CONTACTS, ContactsConsumer(profiles).handle),
        facts_part(bus, NAME, "account-changes", ACCOUNTS, AccountsConsumer(queue).handle),
        *media,
        RpcServer(
            runtime.listen(NAME),
            runtime.verifier(NAME),
            [
                (grpc_pb.add_DeliveryServiceServicer_to_server, servicer),
                (failures_grpc.add_FailuresServiceServicer_to_server, FailuresServicer(overview)),
                queues_service(database, overview.queues, OUTBOX),
                uploads,
                _connections(connecting),
            ],
        ),
    ]
    return Service(NAME, parts)


def _lanes(
    settings: Settings,
    database: Database,
    clock: Clock,
    facts: Facts,
    directory: AccountDirectory,
    caller: Caller,
) -> Dispatcher[Lane]:
    # Longer than a call, what is asked around it, and some waiting for the database.
    seconds = math.ceil(2 * settings.delivery_timeout) + 5
    worker = LaneWorker(database, clock, facts, directory, caller, seconds)

    async def claim(room: Room) -> list[Lane]:
        async with database.system_unit() as unit:
            return await claim_lanes(unit, clock.now(), seconds, room)

    total, each = settings.delivery_concurrency, settings.delivery_account_concurrency
    return Dispatcher("lanes", claim, worker.run, clock, total, each, settings.delivery_poll)


def _fetching(settings: Settings, profiles: ProfileService, clock: Clock) -> Dispatcher[ProfileFetch]:
    total = settings.delivery_profile_concurrency
    return Dispatcher(
        "profiles",
        profiles.claim,
        profiles.fetch,
        clock,
        total,
        min(total, _PROFILES_EACH),
        settings.delivery_poll,
        gather=_PROFILES_GATHER,
        grace=_PROFILES_GRACE,
    )


def _connections(connecting: ConnectingService) -> tuple[Any, Any]:
    return connections_grpc.add_ConnectionsServiceServicer_to_server, ConnectionsServicer(connecting)


def _meta_app(settings: Settings) -> App | None:
    secret = settings.meta_app_secret.get_secret_value()
    return App(settings.meta_app_id, secret) if settings.meta_app_id and secret else None


def _hosts(settings: Settings) -> dict[str, str]:
    return {
        "line_api": settings.line_api_url,
        "line_data": settings.line_data_url,
        "graph": f"{settings.graph_url.rstrip('/')}/{settings.graph_version}",
        "instagram": f"{settings.instagram_url.rstrip('/')}/{settings.graph_version}",
    }


def _platforms(settings: Settings, foreign: Fetcher) -> Platforms:
    connections = settings.delivery_concurrency + settings.delivery_profile_concurrency
    return Platforms(_hosts(settings), settings.delivery_timeout, connections, foreign)


def _mail(settings: Settings, clock: Clock) -> Mail:
    # Half of the time to connect: what did not leave is told from what may have.
    seconds = settings.delivery_timeout
    server = SmtpServer(settings.smtp_url, seconds / 2) if settings.smtp_url else None
    return Mail(server, clock, seconds, settings.mail_domain or urlsplit(settings.public_url).hostname or "localhost")
