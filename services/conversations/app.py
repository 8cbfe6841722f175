"""Puts the service together. No I/O happens here: parts begin in start()."""

from frontdesk.conversations.v1 import conversations_pb2_grpc as grpc_pb
from frontdesk.conversations.v1 import customers_pb2_grpc as customers_grpc
from libs.app.parts import BusPart, DatabasePart, LoopPart, StartStopPart, facts_part
from libs.app.runtime import Runtime
from libs.app.service import Service
from libs.bus.bus import Bus
from libs.bus.outbox import Outbox
from libs.bus.partitions import LANES, Lane, PartitionedConsumer
from libs.bus.relay import OutboxRelay
from libs.bus.settings import BusSettings
from libs.bus.together import Together
from libs.db.database import Database
from libs.db.migrate import head_revision
from libs.queues.queues import OUTBOX, queues_service
from libs.rpc.server import RpcServer
from services.conversations.consumers import FACT_SUBJECTS, FactsConsumer, InboundConsumer
from services.conversations.service.customers import CustomerService
from services.conversations.service.facts import FactsService
from services.conversations.service.inbound import InboundService
from services.conversations.service.inbox import InboxService
from services.conversations.service.sending import SendingService
from services.conversations.service.upkeep import UpkeepService
from services.conversations.servicer.conversations import ConversationsServicer
from services.conversations.servicer.customers import CustomerThreadsServicer
from services.conversations.settings import Settings

NAME = "conversations"
_HOUR = 3600.0


def build(runtime: Runtime) -> Service:
    """The conversations service of this process."""
    settings = runtime.settings(Settings)
    database = Database(runtime.database_url(NAME), NAME)
    bus = Bus(settings.nats_url, NAME, runtime.settings(BusSettings))
    relay = OutboxRelay(database, bus)
    outbox = Outbox(relay.wake)
    inbound = InboundConsumer(InboundService(database, runtime.clock, outbox))
    together = Together(inbound.handle, settings.conversations_inbound_batch)
    facts = FactsConsumer(FactsService(database, runtime.clock, outbox))
    servicer = ConversationsServicer(
        InboxService(database, runtime.clock), SendingService(database, runtime.clock, outbox)
    )
    customers = CustomerThreadsServicer(CustomerService(database))
    upkeep = UpkeepService(database, runtime.clock)
    lanes = [Lane(lane.name, lane.stream, settings.conversations_inbound_batch) for lane in LANES]
    return Service(
        NAME,
        [
            DatabasePart(database, head_revision(NAME)),
            BusPart(bus),
            StartStopPart("relay", relay),
            StartStopPart("inbound", PartitionedConsumer(bus, database, NAME, together.handle, lanes)),
            facts_part(bus, NAME, "facts", FACT_SUBJECTS, facts.handle),
            LoopPart("upkeep", upkeep.run, _HOUR),
            RpcServer(
                runtime.listen(NAME),
                runtime.verifier(NAME),
                [
                    (grpc_pb.add_ConversationsServiceServicer_to_server, servicer),
                    (customers_grpc.add_CustomerThreadsServiceServicer_to_server, customers),
                    queues_service(database, OUTBOX),
                ],
            ),
        ],
    )
