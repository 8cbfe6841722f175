"""Channel accounts, as a channel and its platform know them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Decrypted, of one account; their names are the channel's own ("channel_secret", "access_token").
Credentials = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Account:
    """The channel account an event belongs to; `provider_id` is the platform's own (bot, page, phone number id)."""

    tenant_id: str
    account_id: str
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class AccountNeeds:
    """What connecting an account takes: names of credentials, and whether the platform has an id of its own for it.
    shortest: of secrets that the shop makes up, how many characters they must have. addresses: which of them are
    addresses that the desk calls. kept: which of them the desk may have made itself, so that nobody can give them
    again: they stay when credentials are renewed without them."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    provider_id: bool = True
    shortest: Mapping[str, int] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """What the platform calls the account itself."""

    provider_id: str
    display_name: str
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class WebhookState:
    """The platform's side of a webhook: where it sends events ("" where it does not tell), whether it sends any, and
    how its own test went (None: there was none), in its words."""

    url: str
    active: bool
    reached: bool | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """Messages of this month. `limit` None: as many as one likes."""

    limit: int | None
    used: int
