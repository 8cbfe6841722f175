"""The secrets a call is verified with: the account's own, or those of the app that accounts without one share."""

from collections.abc import Mapping
from dataclasses import dataclass

from libs.accounts.directory import KnownAccount
from libs.channels.base import Channel
from services.ingestion.settings import Settings

_SECRET, _TOKEN = "app_secret", "verify_token"


@dataclass(frozen=True, slots=True, repr=False)
class SharedApp:
    """What is known of the shared app; "" where the desk has none."""

    app_secret: str = ""
    verify_token: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "SharedApp":
        """As configured."""
        return cls(settings.meta_app_secret.get_secret_value(), settings.meta_verify_token.get_secret_value())

    def credentials(self, channel: Channel, account: KnownAccount | None) -> Mapping[str, str]:
        """What to verify a call with; the account is the one that its address names, if it names one."""
        own = account.credentials if account else {}
        if not channel.shared_address or own.get(_SECRET):
            return own
        return {**own, _SECRET: self.app_secret} if self.app_secret else {}

    def token(self, account: KnownAccount | None) -> str:
        """What the platform must say when it checks an address; "" refuses whatever it says."""
        return (account.credentials.get(_TOKEN, "") if account else "") or self.verify_token


def has_own_app(account: KnownAccount | None) -> bool:
    """Whether the account is called by an app of its tenant's own, which may speak for this account alone."""
    return account is not None and bool(account.credentials.get(_SECRET))


def is_checked(channel: Channel) -> bool:
    """Whether the platform checks a webhook's address with a token before it uses it."""
    return _TOKEN in channel.needs.required | channel.needs.optional
