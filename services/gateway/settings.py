"""The gateway's configuration."""

from pathlib import Path

from limits import parse
from pydantic import ConfigDict, Field

from libs.app.settings import CommonSettings
from libs.edge.settings import Proxies, Rate


class GatewaySettings(CommonSettings):
    """FRONTDESK_* variables only the gateway reads."""

    model_config = ConfigDict(extra="ignore", frozen=True, arbitrary_types_allowed=True)

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    # Where `npm run build` puts the console.
    console_dir: Path = Path("console/dist")
    # The same of the widget that shops put onto their pages.
    widget_dir: Path = Path("widget/dist")
    # Where /webhooks, /widget/v1 and /simulator are passed on to; empty: nowhere.
    ingestion_http: str = ""
    simulator_http: str = ""
    # Networks whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas; "peer" is whoever hands a
    # request over.
    trusted_proxies: Proxies = ()

    # Requests a session, a tenant, and an address without a session may make: "6000/minute".
    rate_limit_session: Rate = parse("6000/minute")
    rate_limit_tenant: Rate = parse("30000/minute")
    rate_limit_address: Rate = parse("600/minute")
    max_body_bytes: int = Field(1_000_000, ge=1)

    # Open WebSockets, each counted in this process.
    sockets_per_teammate: int = 20
    sockets_per_tenant: int = 1000
    # Events a tenant's ring keeps for clients that come back, and the payload bytes of all rings together.
    ring_events: int = Field(2000, ge=1)
    ring_bytes: int = Field(128 * 1024 * 1024, ge=1)
    # How many of the stream's last events a starting replica reads, so that clients of a stopped one can resume here.
    replay_events: int = Field(10_000, ge=0)
    # A client that takes longer than this for what waits for it is disconnected.
    socket_stall_seconds: float = Field(10.0, gt=0)
    socket_ping_seconds: float = Field(25.0, gt=0)
    # How long a stopping gateway says "not ready" before it closes, so that load balancers look elsewhere.
    drain_seconds: float = Field(0.0, ge=0)

    @property
    def listen(self) -> str:
        """host:port of the public address."""
        return f"{self.host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether people reach this over https."""
        return self.public_url.startswith("https://")
