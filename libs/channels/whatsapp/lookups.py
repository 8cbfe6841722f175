"""Questions to the Graph API that send no message, and telling it where events go."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from libs.channels.accounts import Account, AccountInfo, Credentials
from libs.channels.contents import ContentLater, ContentRef, ContentRequest
from libs.channels.meta import requests, template_lists
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.sending import CannotSend
from libs.channels.templates import TemplatePage
from libs.channels.whatsapp.answers import asked
from libs.channels.wire import Answer, HttpRequest, NoAnswer

# Where Meta keeps files. Whatever address an answer or an event names, the account's token goes to these hosts alone,
# and to the Graph API's own where that is another one (the simulator).
_META_HOSTS = ("fbsbx.com", "facebook.com", "whatsapp.net", "fbcdn.net")


def build_check(account: Account, credentials: Credentials) -> HttpRequest:
    """The number, which answers only to a token that may use it."""
    path = requests.node(account.provider_id)
    return requests.get(requests.GRAPH, path, "check", credentials, fields="id,display_phone_number,verified_name")


def read_check(result: Answer | NoAnswer) -> AccountInfo | Outcome:
    """The number's id, its verified name and the number as people write it."""
    found = asked(result)
    if isinstance(found, Outcome):
        return found
    if not found.text("id"):
        return Outcome(Verdict.RETRY, "platform_error", "the answer names no number")
    shown = " ".join(filter(None, (found.text("verified_name"), found.text("display_phone_number"))))
    return AccountInfo(found.text("id"), shown)


def build_content(content: ContentRef, account: Account, credentials: Credentials) -> ContentRequest | None:
    """Two steps for what Meta keeps: where it lies, for five minutes, and then the bytes."""
    if content.provider_content_id:
        path = requests.node(content.provider_content_id)
        where = requests.get(requests.GRAPH, path, "content_place", credentials, phone_number_id=account.provider_id)
        return ContentRequest(where, final=False)
    return _bytes(content.url, credentials) if content.url else None


def read_content_place(
    result: Answer | NoAnswer, content: ContentRef, credentials: Credentials
) -> ContentRequest | ContentLater | Outcome:
    """The call for the bytes. Whoever makes it must not take its header along when it is sent on to another host."""
    found = asked(result)
    if isinstance(found, Outcome):
        return found
    request = _bytes(found.text("url"), credentials)
    return request or Outcome(Verdict.REJECTED, "media_refused", "the answer names no address")


def build_templates(after: str, account: Account, credentials: Credentials) -> HttpRequest:
    """A page of what the business account has, approved or not."""
    return template_lists.build_templates(_business(credentials), after, credentials)


def read_templates(result: Answer | NoAnswer) -> TemplatePage | Outcome:
    """Templates that have a name and a language."""
    return template_lists.read_templates(asked(result))


def build_subscribe(
    webhook_url: str, subscribe: bool, account: Account, credentials: Credentials
) -> Sequence[HttpRequest]:
    """The business account sends its events to the app, or no more: all of its numbers' events.

    An account with a verify token of its own gets them at this address, another where the app's setting says.
    """
    path = requests.node(_business(credentials), "subscribed_apps")
    if not subscribe:
        return (requests.delete(requests.GRAPH, path, "unsubscribe", credentials),)
    token = credentials.get("verify_token", "")
    own = {"override_callback_uri": webhook_url, "verify_token": token} if webhook_url and token else {}
    subscribed = requests.post(requests.GRAPH, path, "subscribe", credentials, own)
    return (subscribed, *_registered(account, credentials))


def shares_subscription(credentials: Credentials, channel: str, others: Credentials) -> bool:
    """With the other numbers of its business account."""
    return channel == "whatsapp" and _business(others) == _business(credentials)


def _registered(account: Account, credentials: Credentials) -> tuple[HttpRequest, ...]:
    """Switches a number on that has a PIN; with the same PIN as often as one likes."""
    pin = credentials.get("pin", "").strip()
    if not pin:
        return ()
    path = requests.node(account.provider_id, "register")
    body = {"messaging_product": "whatsapp", "pin": pin}
    return (requests.post(requests.GRAPH, path, "register", credentials, body),)


def _business(credentials: Credentials) -> str:
    found = credentials.get("business_account_id", "").strip()
    if not found:
        raise CannotSend("rejected", "no WhatsApp business account id is stored for this account")
    return found


def _bytes(url: str, credentials: Credentials) -> ContentRequest | None:
    if not url.startswith(("https://", "http://")):
        return None
    token = requests.bearer(credentials)
    headers = token if _is_metas(url) else {}
    return ContentRequest(HttpRequest("GET", "foreign", url, "content", headers, own_headers=token))


def _is_metas(url: str) -> bool:
    """Whether an address is Meta's beyond doubt: encrypted, without a user part or odd characters that parsers read
    differently."""
    if not url.isascii() or "\\" in url or "@" in url or any(letter <= " " for letter in url):
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and port in (None, 443)
        and any(host == name or host.endswith(f".{name}") for name in _META_HOSTS)
    )
