"""Puts together what widgets on shops' pages call; no I/O happens here."""

from ipaddress import ip_network

from frontdesk.conversations.v1.customers_pb2_grpc import CustomerThreadsServiceStub
from libs.accounts.directory import AccountDirectory
from libs.app.runtime import Runtime
from libs.app.service import Part
from libs.bus.bus import Bus
from libs.edge.clients import Clients
from libs.edge.limits import Limiter
from libs.rpc.client import channel
from libs.storage.wiring import StoragePart, media_addresses, media_store
from services.ingestion.routes.widget import WidgetApp
from services.ingestion.service.webhooks import WebhookService
from services.ingestion.service.widget.ears import Ears
from services.ingestion.service.widget.images import Images
from services.ingestion.service.widget.limits import WidgetLimits
from services.ingestion.service.widget.threads import Threads
from services.ingestion.service.widget.widget import WidgetService
from services.ingestion.settings import Settings

# A gateway on this machine passes calls on and says whose they are.
_THIS_MACHINE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def widget_app(
    runtime: Runtime, settings: Settings, bus: Bus, directory: AccountDirectory, webhooks: WebhookService
) -> tuple[WidgetApp, list[Part]]:
    """The ASGI application, and the parts it needs."""
    issuer = runtime.issuer("ingestion")
    stub = CustomerThreadsServiceStub(channel(runtime.address("conversations"), "conversations", issuer))
    limiter = Limiter(settings.redis_url, lambda: runtime.clock.now().timestamp())
    store, ears = media_store(runtime), Ears(bus)
    widget = WidgetService(
        directory,
        webhooks,
        Threads(stub, issuer, media_addresses(runtime), ears),
        Images(store, runtime.clock),
        WidgetLimits(limiter, settings),
        runtime.clock,
        settings.widget_news_seconds,
    )
    clients = Clients((*settings.trusted_proxies, *_THIS_MACHINE))
    return WidgetApp(widget, clients), [limiter, StoragePart(store), ears]
