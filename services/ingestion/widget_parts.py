"""Puts together what widgets on shops' pages call; no I/O happens here."""

from dataclasses import dataclass
from ipaddress import ip_network

from frontdesk.conversations.v1.customers_pb2_grpc import CustomerThreadsServiceStub
from libs.accounts.directory import AccountDirectory
from libs.app.parts import LoopPart
from libs.app.runtime import Runtime
from libs.app.service import Part
from libs.bus.bus import Bus
from libs.db.database import Database
from libs.edge.clients import Clients
from libs.edge.limits import Limiter
from libs.rpc.client import channel
from libs.storage.wiring import StoragePart, media_addresses, media_store
from services.ingestion.routes.mails import MailApp
from services.ingestion.routes.widget import WidgetApp
from services.ingestion.service.ledger import LedgerService
from services.ingestion.service.mails import MailService
from services.ingestion.service.webhooks import WebhookService
from services.ingestion.service.widget.ears import Ears
from services.ingestion.service.widget.images import Images
from services.ingestion.service.widget.leftovers import Leftovers
from services.ingestion.service.widget.limits import WidgetLimits
from services.ingestion.service.widget.threads import Threads
from services.ingestion.service.widget.widget import WidgetService
from services.ingestion.settings import Settings

_HOUR = 3600.0
# A gateway on this machine passes calls on and says whose they are.
_THIS_MACHINE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class SiteParts:
    """ASGI applications for widgets and mails, and the parts they need."""

    widget: WidgetApp
    mails: MailApp
    parts: list[Part]


def site_parts(
    runtime: Runtime,
    settings: Settings,
    bus: Bus,
    database: Database,
    directory: AccountDirectory,
    webhooks: WebhookService,
    ledger: LedgerService,
) -> SiteParts:
    """Everything of the shop's own site."""
    issuer = runtime.issuer("ingestion")
    stub = CustomerThreadsServiceStub(channel(runtime.address("conversations"), "conversations", issuer))
    limiter = Limiter(settings.redis_url, lambda: runtime.clock.now().timestamp())
    store, ears = media_store(runtime), Ears(bus)
    leftovers = Leftovers(database, store, runtime.clock, settings.ledger_days)
    images = Images(store, leftovers, runtime.clock)
    widget = WidgetService(
        directory,
        webhooks,
        Threads(stub, issuer, media_addresses(runtime), ears),
        images,
        WidgetLimits(limiter, settings),
        runtime.clock,
        settings.widget_news_seconds,
    )
    clients = Clients((*settings.trusted_proxies, *_THIS_MACHINE))
    mails = MailService(directory, webhooks, images, ledger, runtime.clock, settings.mail_secret.get_secret_value())
    parts: list[Part] = [limiter, StoragePart(store), ears, LoopPart("leftovers", leftovers.clear, _HOUR)]
    return SiteParts(WidgetApp(widget, clients), MailApp(mails), parts)
