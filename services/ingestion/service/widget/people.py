"""Who calls from a shop's page."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

from libs.accounts.directory import KnownAccount
from libs.channels.web.tokens import BadTokenError, Member, TokenOverError, read_member, read_visitor, visitor_token
from libs.rpc.errors import UnauthenticatedError


class BadCustomerTokenError(UnauthenticatedError):
    """The token is not what the shop, or the desk, signed for this account."""

    code = "bad_token"


class CustomerTokenOverError(UnauthenticatedError):
    """The token was good and is over: a page that loads anew brings another."""

    code = "token_over"


class NoCustomerTokenError(UnauthenticatedError):
    """Nobody knows whose call this is."""

    code = "token_missing"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the shop, or a visitor: then member is None."""

    account: KnownAccount
    member: Member | None
    visitor_id: str

    @property
    def alias(self) -> tuple[str, str]:
        """The kind and name that conversations knows them by."""
        return ("web_member", self.member.id) if self.member else ("web_visitor", self.visitor_id)

    @property
    def owner(self) -> str:
        """What their message ids begin with, so that nobody's id is ever taken for somebody else's."""
        return hashlib.blake2b("\0".join(self.alias).encode(), digest_size=10).hexdigest()

    @property
    def key(self) -> str:
        """Counts what they do."""
        return f"{self.account.account_id}/{self.owner}"


@dataclass(frozen=True, slots=True)
class Session:
    """What a browser is told of itself. visitor_token is "" for members who never were visitors here."""

    visitor_token: str
    member: Member | None


def identify(account: KnownAccount, token: str, now: datetime) -> Person:
    """Whose token it is. NoCustomerTokenError, BadCustomerTokenError, CustomerTokenOverError."""
    if not token:
        raise NoCustomerTokenError("Send a member's or a visitor's token as Authorization: Bearer.")
    secret = account.credentials.get("widget_secret", "")
    try:
        if _is_visitors(token):
            return Person(account, None, read_visitor(token, account.account_id, secret, now))
        return Person(account, read_member(token, secret, now), "")
    except BadTokenError as error:
        refused = CustomerTokenOverError if isinstance(error, TokenOverError) else BadCustomerTokenError
        raise refused(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error


def open_session(account: KnownAccount, token: str, kept: str, now: datetime) -> Session:
    """Who somebody is from now on. token: a member's, if it is one; kept: what the browser kept of a former visit. A
    visitor's token that is worth nothing any more is replaced, a member's is refused."""
    secret = account.credentials.get("widget_secret", "")
    member = None if not token or _is_visitors(token) else identify(account, token, now).member
    known = _known_visitor(account, kept, secret, now)
    visitor = known if known or member else secrets.token_urlsafe(16)
    renewed = visitor_token(visitor, account.account_id, secret, now) if visitor else ""
    return Session(renewed, member)


def _known_visitor(account: KnownAccount, kept: str, secret: str, now: datetime) -> str:
    try:
        return read_visitor(kept, account.account_id, secret, now) if kept else ""
    except BadTokenError:
        return ""


def _is_visitors(token: str) -> bool:
    """Which of the two kinds it wants to be; whether it is, its signature tells."""
    try:
        claims: Any = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return False
    return "vid" in claims
