"""Puts the gateway together."""

from typing import Any

from libs.app.http import HttpPart
from libs.app.parts import BusPart
from libs.app.runtime import Runtime
from libs.app.service import Part, Service
from libs.bus.bus import Bus
from libs.bus.feed import EventFeed
from libs.bus.settings import BusSettings
from libs.edge.clients import Clients
from libs.edge.limits import Limiter
from libs.storage.addresses import BROWSER_PATH
from libs.storage.store import MediaStore
from libs.storage.wiring import StoragePart, media_addresses, media_store
from services.gateway.consumers import FeedPart
from services.gateway.routes.api import serve
from services.gateway.routes.console import Console
from services.gateway.routes.front import Front
from services.gateway.routes.media import Media
from services.gateway.routes.middleware.admission import Admission
from services.gateway.routes.middleware.observe import Observe
from services.gateway.routes.proxy import Proxy
from services.gateway.routes.stream import Stream
from services.gateway.routes.widget import SCRIPT_PATH, WidgetScript
from services.gateway.service.access import AccessTokens
from services.gateway.service.backends import Backend
from services.gateway.service.desk import Desk
from services.gateway.service.hub import Hub, HubLimits
from services.gateway.service.live import Live
from services.gateway.service.principals import Principals
from services.gateway.service.readiness import Readiness
from services.gateway.service.warden import Warden
from services.gateway.settings import GatewaySettings

_NEEDED = ("tenants", "conversations", "delivery")


class Gateway(Service):
    """The gateway's parts, and its public address."""

    def __init__(self, parts: list[Part], desk: Desk, front: Front, http: HttpPart) -> None:
        super().__init__("gateway", parts)
        self.desk = desk
        self._front = front
        self._http = http

    @property
    def port(self) -> int:
        """Of the public address; known once started."""
        return self._http.port

    def mount(self, prefix: str, application: Any, strip: bool = False) -> None:
        """Serves addresses below prefix with an ASGI application of this process instead of passing them on."""
        self._front.mount(prefix, application, strip)


def build(runtime: Runtime) -> Gateway:
    """The gateway with everything it needs; nothing is opened yet."""
    settings = runtime.settings(GatewaySettings)
    desk = _desk(runtime, settings)
    bus = Bus(settings.nats_url, "gateway", runtime.settings(BusSettings))
    clients = Clients(settings.trusted_proxies)

    async def problems() -> dict[str, str]:
        return await gateway.ready()

    readiness = Readiness(problems, settings.drain_seconds)
    store = media_store(runtime)
    front = _front(desk, readiness, clients, store)
    http = HttpPart(Observe(front), settings.listen)
    parts: list[Part] = [
        desk.tenants,
        desk.conversations,
        desk.delivery,
        desk.ingestion,
        desk.limiter,
        BusPart(bus),
        StoragePart(store),
        FeedPart(EventFeed(bus), desk.hub, desk.live, settings.replay_events, desk.media),
        http,
        Warden(desk.hub, desk.tokens, settings.socket_ping_seconds),
        readiness,
    ]
    gateway = Gateway(parts, desk, front, http)
    return gateway


def _desk(runtime: Runtime, settings: GatewaySettings) -> Desk:
    issuer = runtime.issuer("gateway")
    backends = {name: Backend(name, runtime.address(name), issuer) for name in _NEEDED}
    principals = Principals(backends["tenants"], issuer)
    limits = HubLimits(
        settings.ring_events, settings.ring_bytes, settings.sockets_per_teammate, settings.sockets_per_tenant
    )
    hub = Hub(limits)
    return Desk(
        settings=settings,
        clock=runtime.clock,
        tokens=AccessTokens(runtime.identity("gateway"), runtime.clock),
        principals=principals,
        hub=hub,
        live=Live(hub, principals),
        limiter=Limiter(settings.redis_url, lambda: runtime.clock.now().timestamp()),
        media=media_addresses(runtime),
        # The ledger is one page of many: the desk is ready without it.
        ingestion=Backend("ingestion", runtime.address("ingestion"), issuer, needed=False),
        **backends,
    )


def _front(desk: Desk, readiness: Readiness, clients: Clients, store: MediaStore) -> Front:
    settings = desk.settings
    front = Front(
        api=serve(desk, readiness, clients),
        stream=Admission(Stream(desk), desk, clients),
        console=Console(settings.console_dir, settings.secure),
    )
    front.mount(SCRIPT_PATH, WidgetScript(settings.widget_dir))
    front.mount(BROWSER_PATH, Media(desk.media, store, desk.clock))
    if settings.ingestion_http:
        ingestion = Proxy(settings.ingestion_http, clients)
        front.mount("/webhooks", ingestion)
        front.mount("/widget/v1", ingestion)
    if settings.simulator_http:
        front.mount("/simulator", Proxy(settings.simulator_http, clients), strip=True)
    return front
