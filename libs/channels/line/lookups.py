"""Questions to LINE that send nothing: profiles, and the account itself."""

from urllib.parse import quote

from libs.channels.accounts import Account, AccountInfo, Credentials
from libs.channels.contacts import Address, Profile
from libs.channels.fields import Fields, Unreadable
from libs.channels.line.answers import classify
from libs.channels.line.outbound import HOST, bearer
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.wire import Answer, HttpRequest, NoAnswer

# Contact kind → path of its own profile; LINE has none for rooms.
_OWN = {"line_user": "/v2/bot/profile/{id}", "line_group": "/v2/bot/group/{id}/summary"}
_MEMBER = {"line_group": "/v2/bot/group/{id}/member/{member}", "line_room": "/v2/bot/room/{id}/member/{member}"}


def build_profile(
    contact: Address, account: Account, credentials: Credentials, member_id: str = ""
) -> HttpRequest | None:
    """The profile of a friend, the summary of a group, or one member of a group or room."""
    path = (_MEMBER if member_id else _OWN).get(contact.kind)
    if path is None:
        return None
    return _get("profile", path.format(id=quote(contact.value, safe=""), member=quote(member_id, safe="")), credentials)


def read_profile(result: Answer | NoAnswer) -> Profile | Outcome:
    """Name, picture and language; 404 (invalid_recipient) for who is no friend, or blocked the account."""
    found = _found(result)
    if isinstance(found, Outcome):
        return found
    name = found.text("displayName") or found.text("groupName")
    return Profile(name, found.text("pictureUrl"), found.text("language"))


def build_check(account: Account, credentials: Credentials) -> HttpRequest:
    """Who the account is."""
    return _get("info", "/v2/bot/info", credentials)


def read_check(result: Answer | NoAnswer) -> AccountInfo | Outcome:
    """The bot's user id (the `destination` of webhooks) and its name."""
    found = _found(result)
    if isinstance(found, Outcome):
        return found
    return AccountInfo(found.text("userId"), found.text("displayName"), found.text("pictureUrl"))


def _get(operation: str, path: str, credentials: Credentials) -> HttpRequest:
    return HttpRequest("GET", HOST, path, operation, bearer(credentials))


def _found(result: Answer | NoAnswer) -> Fields | Outcome:
    if isinstance(result, NoAnswer) or result.status != 200:
        return classify(result)
    try:
        return Fields(result.json_object())
    except Unreadable:
        return Outcome(Verdict.RETRY, "platform_error", "the answer was not LINE's")
