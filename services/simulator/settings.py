"""The simulator's configuration."""

from pydantic import SecretStr

from libs.app.settings import CommonSettings


class SimulatorSettings(CommonSettings):
    """FRONTDESK_SIMULATOR_* variables; the rest is common to all services."""

    # Where platforms' APIs, the control API and the phone page are served.
    simulator_listen: str = "127.0.0.1:8082"
    # Where the mailbox takes mail; empty takes none.
    simulator_smtp_listen: str = "127.0.0.1:8025"
    # When set, /control and the pages' data need it as a bearer token; needed to listen on other than loopback.
    simulator_token: str = ""
    # How browsers reach this service, for addresses of profile pictures; without a slash at the end.
    simulator_public_url: str = ""
    # Keep accounts, messages and mails in DATA_DIR/simulator, so that they outlive the process.
    simulator_journal: bool = True
    # How many ledger entries are kept in memory; the oldest go first.
    simulator_ledger_limit: int = 300_000

    # What the desk wants mails signed with that customers answer with.
    mail_secret: SecretStr = SecretStr("")
    # How the desk reaches this service, for addresses of pictures that customers send; where it listens when empty.
    simulator_http: str = ""

    def own_url(self, port: int) -> str:
        """The root that addresses of customers' pictures start with; port: where it really listens."""
        return self.simulator_http or f"http://{self.simulator_listen.rpartition(':')[0]}:{port}"

    @property
    def pictures_url(self) -> str:
        """The root that addresses of profile pictures start with."""
        return self.simulator_public_url or f"http://{self.simulator_listen}"
