"""Letting an app use accounts: codes that a dialog hands out, tokens for them, and taking all of it back."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from libs.clock.clock import Clock
from services.simulator.domain.ids import Ids
from services.simulator.domain.meta.accounts import MetaAccount
from services.simulator.domain.meta.errors import GraphError, invalid_parameter
from services.simulator.service.entries import vars_of
from services.simulator.service.journal import Journal, Record
from services.simulator.service.meta.book import MetaBook

CODE_LIFE = timedelta(minutes=10)
SHORT_LIFE = timedelta(hours=1)
LONG_LIFE = timedelta(days=60)
PERSON = "110000000000001"
_MOST_CODES = 1000


@dataclass(slots=True)
class Code:
    """What somebody allowed, to be traded once for a token."""

    app_id: str
    redirect_uri: str
    account_ids: list[str]
    scopes: list[str]
    good_until: datetime


@dataclass(slots=True)
class Grant:
    """What a token of a person may do. expires_at: seconds since 1970, 0 never."""

    app_id: str
    account_ids: list[str]
    scopes: list[str] = field(default_factory=list)
    expires_at: int = 0


class OAuth:
    """Codes and tokens of all apps. Pages' own tokens are the accounts'."""

    def __init__(self, clock: Clock, ids: Ids, book: MetaBook, journal: Journal) -> None:
        self._clock = clock
        self._ids = ids
        self._book = book
        self._journal = journal
        self._codes: OrderedDict[str, Code] = OrderedDict()
        self._grants: dict[str, Grant] = {}

    def accounts(self, app_id: str, scopes: Sequence[str]) -> list[MetaAccount]:
        """What the dialog offers: numbers for WhatsApp's scopes, else pages (with Instagram where it is asked for)."""
        asked = " ".join(scopes)
        channels = {"whatsapp"} if "whatsapp" in asked else {"facebook"}
        if "instagram" in asked:
            channels.add("instagram")
        return [one for one in self._book.of_app(app_id) if one.channel in channels]

    def allow(self, app_id: str, redirect_uri: str, scopes: list[str], account_ids: list[str]) -> str:
        """The person said yes → a code, good for ten minutes."""
        code = f"AQ{self._ids.token()}"
        self._codes[code] = Code(app_id, redirect_uri, account_ids, scopes, self._clock.now() + CODE_LIFE)
        if len(self._codes) > _MOST_CODES:
            self._codes.popitem(last=False)
        return code

    def trade(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """GET or POST /oauth/access_token: a code, or a short-lived token, for a token."""
        app_id = str(values.get("client_id", ""))
        self.check_app(app_id, str(values.get("client_secret", "")))
        kind = values.get("grant_type")
        if kind == "client_credentials":
            return {"access_token": f"{app_id}|{values.get('client_secret')}", "token_type": "bearer"}
        if kind == "fb_exchange_token":
            known = self._grants.get(str(values.get("fb_exchange_token", "")))
            if known is None or known.app_id != app_id:
                raise GraphError(400, "Invalid OAuth access token.", 190)
            return self._issue(Grant(app_id, known.account_ids, known.scopes), LONG_LIFE)
        code = self._spend(str(values.get("code", "")))
        if code is None or code.app_id != app_id:
            raise GraphError(400, "Invalid verification code format.", 100, 36008)
        if code.redirect_uri != str(values.get("redirect_uri", "")):
            message = "Error validating verification code. Please make sure your redirect_uri is identical."
            raise GraphError(400, message, 100, 36008)
        # What signing a number up hands out does not end.
        life = None if any("whatsapp" in scope for scope in code.scopes) else SHORT_LIFE
        return self._issue(Grant(app_id, code.account_ids, code.scopes), life)

    def check_app(self, app_id: str, secret: str) -> None:
        """GraphError when this is not the app's secret."""
        known = self._book.of_app(app_id)
        if not known:
            raise GraphError(400, "Error validating application. Cannot get application info.", 101)
        if all(one.settings.app_secret != secret for one in known):
            raise GraphError(400, "Error validating client secret.", 1)

    def app_of(self, token: str) -> str | None:
        """The app whose own token this is ("id|secret"); None for any other."""
        app_id, _, secret = token.partition("|")
        known = self._book.of_app(app_id)
        return app_id if any(one.settings.app_secret == secret for one in known) else None

    def grant(self, token: str) -> Grant | None:
        """What a person's token may do; None for another's, or one that ended."""
        found = self._grants.get(token)
        if found is None or 0 < found.expires_at <= self._clock.now().timestamp():
            return None
        return found

    def granted(self, token: str) -> list[MetaAccount]:
        """The accounts a person's token gives access to."""
        found = self.grant(token)
        known = [self._book.find(account_id) for account_id in found.account_ids] if found is not None else []
        return [account for account in known if account is not None]

    def describe(self, token: str) -> dict[str, Any]:
        """GET /debug_token → {data}"""
        found = self.grant(token)
        if found is None:
            error = {"code": 190, "message": "Invalid OAuth access token."}
            return {"data": {"is_valid": False, "error": error, "scopes": []}}
        granular = [{"scope": scope, "target_ids": self._targets(token, scope)} for scope in found.scopes]
        return {
            "data": {
                "app_id": found.app_id,
                "type": "USER",
                "application": "Frontdesk",
                "expires_at": found.expires_at,
                "is_valid": True,
                "scopes": found.scopes,
                "granular_scopes": [one for one in granular if one["target_ids"]],
                "user_id": PERSON,
            }
        }

    def revoke(self, token: str) -> None:
        """The person takes everything back."""
        if self._grants.pop(token, None) is not None:
            self._journal.write("meta_grant_ended", token=token)

    def records(self) -> Iterator[Record]:
        """What restore() needs to come back to this state."""
        for token, grant in self._grants.items():
            yield {"record": "meta_grant", "token": token, **vars_of(grant)}

    def restore(self, kind: str, record: Record) -> None:
        """Applies one record of a journal."""
        token = record.pop("token")
        if kind == "meta_grant":
            self._grants[token] = Grant(**record)
        else:
            self._grants.pop(token, None)

    def _issue(self, grant: Grant, life: timedelta | None) -> dict[str, Any]:
        token = f"EAA{self._ids.token()}{self._ids.token()}"
        grant.expires_at = int((self._clock.now() + life).timestamp()) if life is not None else 0
        self._grants[token] = grant
        self._journal.write("meta_grant", token=token, **vars_of(grant))
        ends = {"expires_in": int(life.total_seconds())} if life is not None else {}
        return {"access_token": token, "token_type": "bearer"} | ends

    def _spend(self, code: str) -> Code | None:
        found = self._codes.pop(code, None)
        return found if found is not None and found.good_until > self._clock.now() else None

    def _targets(self, token: str, scope: str) -> list[str]:
        channel = next((name for name in ("whatsapp", "instagram") if scope.startswith(name)), "facebook")
        accounts = [one for one in self.granted(token) if one.channel == channel]
        ids = [one.business_account_id if channel == "whatsapp" else one.provider_id for one in accounts]
        return list(dict.fromkeys(ids))


def chosen(offered: Sequence[MetaAccount], account_ids: Sequence[str]) -> list[str]:
    """Those of the offered accounts that were chosen; GraphError without any."""
    found = [one.account_id for one in offered if one.account_id in account_ids]
    if not found:
        raise invalid_parameter("Choose at least one account")
    return found
