"""What a process gives each service it runs: settings, time, identity, and the addresses of the others."""

from collections.abc import Mapping
from functools import cached_property

from libs.app.settings import CommonSettings, S, SettingsError, load
from libs.auth.identity import Identity, KeySet
from libs.auth.tokens import TokenIssuer, TokenVerifier
from libs.clock.clock import Clock, SystemClock

# Where services listen and find each other on one machine; FRONTDESK_<SERVICE>_ADDRESS and _LISTEN say otherwise.
DEFAULT_ADDRESSES = {
    "tenants": "127.0.0.1:9101",
    "conversations": "127.0.0.1:9102",
    "delivery": "127.0.0.1:9103",
    "ingestion": "127.0.0.1:9104",
}


class Runtime:
    """Built once per process from its environment; tests build one per stack from a dict."""

    def __init__(self, environment: Mapping[str, str], clock: Clock | None = None) -> None:
        self.environment = environment
        self.common = load(CommonSettings, environment)
        self.clock = clock or SystemClock(self.common.clock_file)

    def settings(self, kind: type[S]) -> S:
        """A service's own settings."""
        return load(kind, self.environment)

    def database_url(self, service: str) -> str:
        """The service's login: FRONTDESK_<SERVICE>_DATABASE_URL, else FRONTDESK_DATABASE_URL."""
        return self._variable(f"{service}_DATABASE_URL") or self._required(self.common.database_url, "DATABASE_URL")

    def address(self, service: str) -> str:
        """host:port of another service's gRPC."""
        return self._variable(f"{service}_ADDRESS") or DEFAULT_ADDRESSES[service]

    def listen(self, service: str) -> str:
        """host:port this process serves the service's gRPC on."""
        return self._variable(f"{service}_LISTEN") or DEFAULT_ADDRESSES[service]

    def identity(self, service: str) -> Identity:
        """The service's key pair, from FRONTDESK_IDENTITY_KEY_<SERVICE> (PEM, or the path of a PEM file)."""
        variable = f"IDENTITY_KEY_{service}"
        return Identity.load(service, self._required(self._variable(variable), variable))

    def issuer(self, service: str) -> TokenIssuer:
        """Mints the service's tokens for calls to others."""
        return TokenIssuer(self.identity(service), self.clock)

    def verifier(self, service: str) -> TokenVerifier:
        """Verifies tokens meant for the service."""
        return TokenVerifier(service, self._keys, self.clock)

    @cached_property
    def _keys(self) -> KeySet:
        if self.common.identity_keys is None:
            raise SettingsError("FRONTDESK_IDENTITY_KEYS: set it to the JSON file of the services' public keys")
        return KeySet.load(self.common.identity_keys)

    def _variable(self, name: str) -> str:
        return self.environment.get(f"FRONTDESK_{name.upper()}", "")

    @staticmethod
    def _required(value: str, name: str) -> str:
        if not value:
            raise SettingsError(f"FRONTDESK_{name.upper()}: is not set")
        return value
