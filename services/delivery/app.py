"""Puts the service together. No I/O happens here: parts begin in start()."""

from frontdesk.delivery.v1 import delivery_pb2_grpc as grpc_pb
from libs.accounts.remote import ACCOUNT_SUBJECT, AccountListener, remote_directory
from libs.app.parts import BusPart, DatabasePart, LoopPart, StartStopPart, SubscriptionPart
from libs.app.runtime import Runtime
from libs.app.service import Part, Service
from libs.bus.bus import Bus
from libs.bus.consumer import Consumer
from libs.bus.outbox import Outbox
from libs.bus.relay import OutboxRelay
from libs.bus.settings import BusSettings
from libs.bus.spec import ConsumerSpec
from libs.bus.streams import EVENTS
from libs.db.database import Database
from libs.db.migrate import head_revision
from libs.rpc.server import RpcServer
from services.delivery.consumers import (
    ACCOUNTS,
    CONTACTS,
    REQUESTS,
    AccountsConsumer,
    ContactsConsumer,
    RequestsConsumer,
)
from services.delivery.service.checks import CheckService
from services.delivery.service.dispatcher import Dispatcher
from services.delivery.service.facts import Facts
from services.delivery.service.platforms import Platforms
from services.delivery.service.profiles import ProfileService
from services.delivery.service.queue import QueueService
from services.delivery.service.worker import LaneWorker
from services.delivery.servicer import DeliveryServicer
from services.delivery.settings import Settings

NAME = "delivery"
_PROFILES_EVERY = 0.5


def build(runtime: Runtime) -> Service:
    """The delivery service of this process."""
    settings = runtime.settings(Settings)
    clock = runtime.clock
    database = Database(runtime.database_url(NAME), NAME, max_overflow=20)
    bus = Bus(settings.nats_url, NAME, runtime.settings(BusSettings))
    relay = OutboxRelay(database, bus)
    facts = Facts(Outbox(relay.wake))
    directory = remote_directory(runtime, NAME)
    platforms = _platforms(settings)
    worker = LaneWorker(database, clock, facts, directory, platforms)
    dispatcher = Dispatcher(
        database,
        clock,
        worker,
        settings.delivery_concurrency,
        settings.delivery_account_concurrency,
        settings.delivery_poll,
    )
    queue = QueueService(database, clock, facts, dispatcher.wake)
    concurrency = settings.delivery_profile_concurrency
    profiles = ProfileService(database, clock, facts, directory, platforms, concurrency)
    servicer = DeliveryServicer(queue, CheckService(directory, platforms))
    parts: list[Part] = [
        DatabasePart(database, head_revision(NAME)),
        BusPart(bus),
        SubscriptionPart("accounts", bus, ACCOUNT_SUBJECT, AccountListener(directory).handle),
        StartStopPart("relay", relay),
        StartStopPart("dispatcher", dispatcher),
        LoopPart("profiles", profiles.fetch_due, _PROFILES_EVERY),
        _consumer(bus, "requests", REQUESTS, RequestsConsumer(queue)),
        _consumer(bus, "contacts", CONTACTS, ContactsConsumer(profiles)),
        _consumer(bus, "account-changes", ACCOUNTS, AccountsConsumer(queue)),
        RpcServer(
            runtime.listen(NAME),
            runtime.verifier(NAME),
            [(grpc_pb.add_DeliveryServiceServicer_to_server, servicer)],
        ),
    ]
    return Service(NAME, parts)


def _consumer(
    bus: Bus, name: str, subjects: tuple[str, ...], edge: RequestsConsumer | ContactsConsumer | AccountsConsumer
) -> Part:
    spec = ConsumerSpec(f"delivery-{name}", EVENTS, subjects)
    return StartStopPart(name, Consumer(bus, spec, edge.handle))


def _platforms(settings: Settings) -> Platforms:
    hosts = {"line_api": settings.line_api_url, "line_data": settings.line_data_url}
    connections = settings.delivery_concurrency + settings.delivery_profile_concurrency
    return Platforms(hosts, settings.delivery_timeout, connections)
