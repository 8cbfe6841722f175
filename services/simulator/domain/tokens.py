"""Reply tokens, which work once and not for long, and retry keys, which make a push happen once."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

ALIVE = timedelta(seconds=60)
# A redelivery gives an unused token another minute, but not for ever.
OLDEST = timedelta(minutes=20)
RETRY_KEY_LIFE = timedelta(hours=24)


@dataclass(slots=True)
class ReplyToken:
    """Which chat a token answers, and how long it still does."""

    chat_id: str
    issued_at: datetime
    alive_until: datetime
    used: bool = False


class ReplyTokens:
    """The tokens of one account; the oldest are forgotten."""

    LIMIT = 200_000

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, ReplyToken] = OrderedDict()

    def issue(self, token: str, chat_id: str, now: datetime) -> None:
        """A new event carries this token."""
        self._tokens[token] = ReplyToken(chat_id, now, now + ALIVE)
        if len(self._tokens) > self.LIMIT:
            self._tokens.popitem(last=False)

    def revive(self, token: str, now: datetime) -> None:
        """The event was sent again: the token lives another minute, unless used or too old."""
        known = self._tokens.get(token)
        if known is not None and not known.used:
            known.alive_until = min(now + ALIVE, known.issued_at + OLDEST)

    def find(self, token: str, now: datetime) -> ReplyToken | None:
        """The token, if it can still be used."""
        known = self._tokens.get(token)
        return known if known is not None and not known.used and now <= known.alive_until else None

    def spend(self, token: str) -> None:
        """It was used; it never works again."""
        if (known := self._tokens.get(token)) is not None:
            known.used = True


@dataclass(slots=True)
class Acceptance:
    """What the first request with a retry key was answered."""

    request_id: str
    sent_messages: list[dict[str, str]]
    at: datetime


class RetryKeys:
    """The accepted retry keys of one account, for 24 hours."""

    LIMIT = 200_000

    def __init__(self) -> None:
        self._accepted: OrderedDict[str, Acceptance] = OrderedDict()

    def find(self, key: str, now: datetime) -> Acceptance | None:
        """The request that was accepted with this key in the last 24 hours."""
        found = self._accepted.get(key.lower())
        return found if found is not None and now - found.at < RETRY_KEY_LIFE else None

    def accept(self, key: str, acceptance: Acceptance) -> None:
        """Remembers the request, so that it is not carried out again."""
        self._accepted[key.lower()] = acceptance
        if len(self._accepted) > self.LIMIT:
            self._accepted.popitem(last=False)
