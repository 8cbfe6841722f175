"""Composition root of the simulator."""

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from libs.app.http import HttpPart
from libs.app.runtime import Runtime
from libs.app.service import Service
from services.simulator.routes.connection import AbortableProtocol
from services.simulator.routes.control import Guard
from services.simulator.routes.control_accounts import AccountRoutes
from services.simulator.routes.control_ledger import LedgerRoutes
from services.simulator.routes.control_mail import MailRoutes
from services.simulator.routes.control_meta import meta_routes
from services.simulator.routes.control_sending import SendingRoutes
from services.simulator.routes.control_shop import ShopControl
from services.simulator.routes.graph import GraphRoutes
from services.simulator.routes.line import line_routes
from services.simulator.routes.oauth import OAuthRoutes
from services.simulator.routes.pages import page_routes
from services.simulator.routes.shop import ShopRoutes
from services.simulator.routes.site import SiteRoutes
from services.simulator.service.mailbox import SmtpPart
from services.simulator.service.simulator import Simulator
from services.simulator.settings import SimulatorSettings


def build(runtime: Runtime) -> Service:
    """The service: journal, mailbox and HTTP."""
    settings = runtime.settings(SimulatorSettings)
    simulator = Simulator(
        clock=runtime.clock,
        journal_path=_journal_path(settings),
        clock_file=settings.clock_file,
        ledger_limit=settings.simulator_ledger_limit,
        pictures_url=settings.pictures_url,
        own_url=lambda: settings.own_url(http.port),
    )
    desk_url = settings.public_url.rstrip("/")
    mails = MailRoutes(simulator, Guard(settings.simulator_token), desk_url, settings.mail_secret.get_secret_value())
    more = [*SiteRoutes(runtime.clock, desk_url).routes(), *mails.routes()]
    application = create_application(simulator, settings.simulator_token, more)
    http = HttpPart(application, settings.simulator_listen, shutdown_seconds=1, protocol=AbortableProtocol)
    smtp = SmtpPart(simulator.mailbox, settings.simulator_smtp_listen)
    return Service("simulator", [simulator, smtp, http, simulator.hub])


def create_application(simulator: Simulator, token: str = "", more: Sequence[BaseRoute] = ()) -> Starlette:
    """Everything the simulator serves over HTTP."""
    guard = Guard(token)
    return Starlette(
        routes=[
            *line_routes(simulator),
            *AccountRoutes(simulator, guard).routes(),
            *SendingRoutes(simulator, guard).routes(),
            *meta_routes(simulator, guard),
            *ShopControl(simulator, guard).routes(),
            *ShopRoutes(simulator).routes(),
            *OAuthRoutes(simulator, "/graph").routes(),
            *GraphRoutes(simulator, "/graph").routes(),
            *OAuthRoutes(simulator, "/instagram").routes(),
            *GraphRoutes(simulator, "/instagram").routes(),
            *LedgerRoutes(simulator, guard).routes(),
            *more,
            *page_routes(),
        ]
    )


def _journal_path(settings: SimulatorSettings) -> Path | None:
    return settings.data_dir / "simulator" / "journal.jsonl" if settings.simulator_journal else None
