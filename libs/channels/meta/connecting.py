"""Connecting by Meta's dialog: the code it hands out, and what its token may connect.

Secrets travel in bodies and headers; the one address that has to hold a token (debug_token) is Meta's own design.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from libs.channels.fields import Fields
from libs.channels.meta import requests
from libs.channels.meta.messaging.answers import classify
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.wire import Answer, HttpRequest, NoAnswer

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_PAGE = "id,name,access_token,picture{url},instagram_business_account{id,username,name,profile_picture_url}"
_NUMBER = "id,display_phone_number,verified_name,status,platform_type"
# A number that Embedded Signup has just made; it sends and gets nothing before it is registered.
_UNREGISTERED = frozenset({"PENDING", "UNVERIFIED"})
_MANAGE = frozenset({"whatsapp_business_management", "whatsapp_business_messaging"})


@dataclass(frozen=True, slots=True)
class App:
    """The shared app; its secret is one."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page, account or number that a token may connect. unregistered: a number that needs a PIN first."""

    provider_id: str
    name: str
    handle: str = ""
    picture_url: str = ""
    access_token: str = ""
    unregistered: bool = False


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some of them, and where the next ones begin, "" after the last."""

    found: Sequence[Found]
    after: str = ""


def exchange(app: App, code: str, redirect_uri: str) -> HttpRequest:
    """The code, for a token that lives an hour or two."""
    given = {"redirect_uri": redirect_uri} if redirect_uri else {}
    return _token_call(app, {"code": code} | given)


def lengthen(app: App, token: str) -> HttpRequest:
    """A token, for one that lives two months; those of its pages then do not end."""
    return _token_call(app, {"grant_type": "fb_exchange_token", "fb_exchange_token": token})


def read_token(result: Answer | NoAnswer) -> str | Outcome:
    """The token that a person gave to the app, or why there is none."""
    found = _object(result)
    if isinstance(found, Outcome):
        return found
    return found.text("access_token") or _odd()


def list_pages(token: str, after: str = "") -> HttpRequest:
    """Pages that the person let the app use, and the Instagram accounts that belong to them."""
    page = {"after": after} if after else {}
    return requests.get(
        requests.GRAPH, "/me/accounts", "pages", {"access_token": token}, fields=_PAGE, limit="100", **page
    )


def read_pages(channel: str, result: Answer | NoAnswer) -> FoundPage | Outcome:
    """Pages for Messenger; for Instagram, the accounts behind them, with the page's token."""
    found = _object(result)
    if isinstance(found, Outcome):
        return found
    read = _instagram if channel == "instagram" else _page
    pages = [read(page) for page in found.sections("data")]
    return FoundPage([page for page in pages if page.provider_id and page.access_token], _after(found))


def granted(app: App, token: str) -> HttpRequest:
    """What the token may be used for, and for which business accounts."""
    as_app = {"access_token": f"{app.id}|{app.secret}"}
    return requests.get(requests.GRAPH, "/debug_token", "debug_token", as_app, input_token=token)


def read_granted(result: Answer | NoAnswer) -> list[str] | Outcome:
    """WhatsApp business accounts that the token may manage."""
    found = _object(result)
    if isinstance(found, Outcome):
        return found
    scopes = found.optional("data").sections("granular_scopes")
    named = [scope.texts("target_ids") for scope in scopes if scope.text("scope") in _MANAGE]
    return list(dict.fromkeys(identifier for ids in named for identifier in ids))


def list_numbers(business_account_id: str, token: str, after: str = "") -> HttpRequest:
    """The numbers of a business account."""
    path, page = requests.node(business_account_id, "phone_numbers"), {"after": after} if after else {}
    return requests.get(requests.GRAPH, path, "numbers", {"access_token": token}, fields=_NUMBER, limit="100", **page)


def read_numbers(result: Answer | NoAnswer) -> FoundPage | Outcome:
    """The numbers, as people write them."""
    found = _object(result)
    if isinstance(found, Outcome):
        return found
    numbers = [_number(number) for number in found.sections("data")]
    return FoundPage([number for number in numbers if number.provider_id], _after(found))


def _token_call(app: App, given: dict[str, str]) -> HttpRequest:
    body = urlencode({"client_id": app.id, "client_secret": app.secret} | given).encode()
    return HttpRequest("POST", requests.GRAPH, "/oauth/access_token", "token", _FORM, body)


def _page(page: Fields) -> Found:
    picture = page.optional("picture").optional("data").text("url")
    return Found(page.text("id"), page.text("name"), "", picture, page.text("access_token"))


def _instagram(page: Fields) -> Found:
    account = page.optional("instagram_business_account")
    name = account.text("name") or account.text("username") or page.text("name")
    handle = f"@{account.text('username')}" if account.text("username") else ""
    return Found(account.text("id"), name, handle, account.text("profile_picture_url"), page.text("access_token"))


def _number(number: Fields) -> Found:
    unregistered = number.text("status") in _UNREGISTERED or number.text("platform_type") == "NOT_APPLICABLE"
    return Found(
        number.text("id"), number.text("verified_name"), number.text("display_phone_number"), unregistered=unregistered
    )


def _after(found: Fields) -> str:
    paging = found.optional("paging")
    return paging.optional("cursors").text("after") if paging.text("next") else ""


def _object(result: Answer | NoAnswer) -> Fields | Outcome:
    content = None if isinstance(result, NoAnswer) else result.json_object()
    if isinstance(result, Answer) and 200 <= result.status < 300 and content is not None and "error" not in content:
        return Fields(content)
    outcome = classify(result)
    return _odd(outcome.detail) if outcome.verdict in (Verdict.AMBIGUOUS, Verdict.ACCEPTED) else outcome


def _odd(detail: str = "the answer was odd") -> Outcome:
    return Outcome(Verdict.RETRY, "platform_error", detail)
