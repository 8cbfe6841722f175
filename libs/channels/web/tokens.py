"""Who a browser is. Two kinds of JWT, both HS256 under keys made of the account's widget_secret:

a member's, signed by the shop's server with widget_secret itself: {"sub", "name"?, "email"?, "phone"?, "exp"}, valid
for a day at most; a visitor's, made by the desk and kept by the browser: {"vid", "aid", "iat"}, valid for a year.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from libs.channels.text import clean_text

VISITOR_LIFE = timedelta(days=365)
_MEMBER_LIFE = timedelta(days=1)
_ALGORITHM = "HS256"
_LONGEST_TOKEN = 4096
_LONGEST_FIELD = 200


class BadTokenError(ValueError):
    """The token is not what the shop, or the desk, signed, or it is over."""


class TokenOverError(BadTokenError):
    """It was signed as it should be, and was valid until a while ago."""


@dataclass(frozen=True, slots=True)
class Member:
    """A signed-in customer of the shop, as the shop tells; "" where it does not."""

    id: str
    name: str = ""
    email: str = ""
    phone: str = ""


def read_member(token: str, widget_secret: str, now: datetime) -> Member:
    """The member a shop's token stands for. BadTokenError says what the shop's developer should look at."""
    claims = _claims(token, widget_secret, now, ["sub", "exp"])
    if claims["exp"] - now.timestamp() > _MEMBER_LIFE.total_seconds():
        raise BadTokenError("the token is valid for more than a day; sign one for each page view")
    member = Member(*(_field(claims, name) for name in ("sub", "name", "email", "phone")))
    # Tidied or cut it might be somebody else's.
    if not member.id or member.id != str(claims["sub"]):
        raise BadTokenError(f"sub must be the member's id: at most {_LONGEST_FIELD} characters, no space around them")
    return member


def visitor_token(visitor_id: str, account_id: str, widget_secret: str, now: datetime) -> str:
    """What a browser keeps to be known again."""
    claims = {"vid": visitor_id, "aid": account_id, "iat": int(now.timestamp())}
    return jwt.encode(claims, _visitor_key(widget_secret), _ALGORITHM)


def read_visitor(token: str, account_id: str, widget_secret: str, now: datetime) -> str:
    """The visitor's id; BadTokenError for another account's, a forged or an old one."""
    claims = _claims(token, _visitor_key(widget_secret), now, ["vid", "aid", "iat"])
    if claims["aid"] != account_id or not isinstance(claims["vid"], str):
        raise BadTokenError("the token is for another account")
    if now.timestamp() - float(claims["iat"]) > VISITOR_LIFE.total_seconds():
        raise TokenOverError("the token is over")
    return claims["vid"]


def _claims(token: str, key: str, now: datetime, required: list[str]) -> dict[str, Any]:
    if len(token) > _LONGEST_TOKEN or not key:
        raise BadTokenError("the token is too long")
    if not token.isascii():
        raise BadTokenError("the token is not valid: it has odd characters")
    # The clock is ours, so times are looked at here.
    options: Any = {"require": required, "verify_exp": False, "verify_iat": False, "verify_sub": False}
    try:
        claims: dict[str, Any] = jwt.decode(token, key, [_ALGORITHM], options=options)
    except jwt.InvalidTokenError as error:
        raise BadTokenError(f"the token is not valid: {error}") from error
    for name in ("exp", "iat"):
        if name in claims and (type(claims[name]) not in (int, float) or not abs(claims[name]) < 1e12):
            raise BadTokenError(f"{name} must be seconds since 1970")
    if "exp" in claims and claims["exp"] <= now.timestamp():
        raise TokenOverError("the token is over; sign one for each page view")
    return claims


def _field(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return clean_text(str(value)).strip()[:_LONGEST_FIELD] if type(value) in (str, int) else ""


def _visitor_key(widget_secret: str) -> str:
    return hmac.new(widget_secret.encode(), b"visitor", hashlib.sha256).hexdigest()
