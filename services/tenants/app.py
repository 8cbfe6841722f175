"""Puts the service together. No I/O happens here: parts begin in start()."""

from datetime import timedelta

from frontdesk.tenants.v1 import tenants_pb2_grpc as grpc_pb
from libs.app.parts import BusPart, DatabasePart, LoopPart, StartStopPart, facts_part
from libs.app.runtime import Runtime
from libs.app.service import Service
from libs.bus.bus import Bus
from libs.bus.outbox import Outbox
from libs.bus.relay import OutboxRelay
from libs.bus.settings import BusSettings
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.migrate import head_revision
from libs.queues.queues import OUTBOX, counted, queues_service
from libs.rpc.server import Registration, RpcServer
from services.tenants.consumers import ACCOUNT_STATES, DELETIONS, REPLAYS, AccountStates, Deletions, Replays
from services.tenants.repository.mails import MAILS_WAITING
from services.tenants.service.audit_log import AuditLog
from services.tenants.service.channel_accounts import ChannelAccounts
from services.tenants.service.connecting import Connecting
from services.tenants.service.connections import Connections
from services.tenants.service.invitations import Invitations
from services.tenants.service.keyring import KeyRing
from services.tenants.service.links import Links
from services.tenants.service.mailer import Mailer
from services.tenants.service.operator import Operator
from services.tenants.service.password_resets import PasswordResets
from services.tenants.service.passwords import Passwords
from services.tenants.service.platforms import Platforms
from services.tenants.service.record import Recorder
from services.tenants.service.reencryption import Reencryption
from services.tenants.service.sessions import Sessions
from services.tenants.service.sign_in import SignIn
from services.tenants.service.smtp import Smtp
from services.tenants.service.sweep import Sweep
from services.tenants.service.team import Team
from services.tenants.servicer.channel_accounts import ChannelAccountsServicer
from services.tenants.servicer.connections import ConnectionsServicer
from services.tenants.servicer.operator import OperatorServicer
from services.tenants.servicer.sessions import SessionsServicer
from services.tenants.servicer.team import TeamServicer
from services.tenants.settings import TenantsSettings

NAME = "tenants"
_SWEEP_EVERY = timedelta(hours=1)
_MAILS = counted("mails", MAILS_WAITING, "the mail server to take invitations and password resets")


class Parts:
    """Everything the service is made of."""

    def __init__(self, runtime: Runtime, database: Database, outbox: Outbox) -> None:
        settings = runtime.settings(TenantsSettings)
        base = (database, runtime.clock, Recorder(runtime.clock, outbox))
        keyring = KeyRing.parse(settings.credential_keys.get_secret_value())
        rules = settings.session_rules()
        self.passwords = Passwords(settings)
        self.mailer = _mailer(settings, database, runtime.clock)
        self.sign_in = SignIn(*base, self.passwords, rules)
        self.sessions = Sessions(*base, rules)
        self.resets = PasswordResets(*base, self.passwords, self.mailer.wake)
        self.invitations = Invitations(*base, self.passwords)
        self.team = Team(*base, self.mailer.wake)
        self.audit_log = AuditLog(*base)
        self.accounts = ChannelAccounts(*base, keyring)
        self.platforms = Platforms(runtime, settings.public_url)
        self.connecting = Connecting(self.accounts, self.platforms)
        self.connections = Connections(*base, keyring, self.platforms, self.connecting, settings.dialog())
        self.operator = Operator(*base, self.passwords, self.accounts)
        self.reencryption = Reencryption(*base, keyring)
        self.sweep = Sweep(*base)
        self.queues = queues_service(database, _MAILS, OUTBOX)

    def servicers(self) -> list[Registration]:
        """The services of the proto."""
        sessions = SessionsServicer(self.sign_in, self.sessions, self.resets, self.invitations)
        operator = OperatorServicer(self.operator, self.reencryption)
        return [
            (grpc_pb.add_SessionsServiceServicer_to_server, sessions),
            (grpc_pb.add_TeamServiceServicer_to_server, TeamServicer(self.team, self.audit_log)),
            (
                grpc_pb.add_ChannelAccountsServiceServicer_to_server,
                ChannelAccountsServicer(self.accounts, self.connecting),
            ),
            (grpc_pb.add_ConnectionsServiceServicer_to_server, ConnectionsServicer(self.connections)),
            (grpc_pb.add_OperatorServiceServicer_to_server, operator),
            self.queues,
        ]


def build(runtime: Runtime) -> Service:
    """The tenants service of this process."""
    database = Database(runtime.database_url(NAME), NAME)
    bus = Bus(runtime.common.nats_url, NAME, runtime.settings(BusSettings))
    relay = OutboxRelay(database, bus)
    parts = Parts(runtime, database, Outbox(relay.wake))
    return Service(
        NAME,
        [
            DatabasePart(database, head_revision(NAME)),
            BusPart(bus),
            StartStopPart("relay", relay),
            facts_part(bus, NAME, "account-states", (ACCOUNT_STATES,), AccountStates(parts.accounts).handle),
            facts_part(bus, NAME, "replays", (REPLAYS,), Replays(parts.audit_log).handle),
            facts_part(bus, NAME, "deletions", (DELETIONS,), Deletions(parts.audit_log).handle),
            parts.passwords,
            LoopPart("mailer", parts.mailer.run, pause_seconds=0.1),
            LoopPart("sweep", parts.sweep.run, _SWEEP_EVERY.total_seconds()),
            RpcServer(runtime.listen(NAME), runtime.verifier(NAME), parts.servicers()),
        ],
    )


def _mailer(settings: TenantsSettings, database: Database, clock: Clock) -> Mailer:
    links = Links(clock, settings.public_url, settings.link_lifetimes())
    smtp = Smtp(settings.smtp_url, settings.mail_from) if settings.smtp_url else None
    return Mailer(database, clock, links, smtp)
