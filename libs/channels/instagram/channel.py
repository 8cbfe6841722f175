"""Instagram as a channel of the desk."""

from collections.abc import Sequence
from dataclasses import replace

from libs.channels.accounts import Account, Credentials
from libs.channels.limits import MediaRule, ReplyWindow
from libs.channels.meta import requests
from libs.channels.meta.messaging.channel import MessagingChannel
from libs.channels.meta.messaging.lookups import PAGE_FIELDS, subscribed
from libs.channels.meta.messaging.outbound import NEEDS, Outlet, Seat, limits
from libs.channels.wire import HttpRequest

_MEGABYTE = 1_000_000
_MEDIA = {
    "image": MediaRule(("image/jpeg", "image/png", "image/gif"), 8 * _MEGABYTE),
    "video": MediaRule(("video/mp4", "video/ogg", "video/quicktime", "video/webm"), 25 * _MEGABYTE),
    "audio": MediaRule(("audio/mp4", "audio/aac", "audio/wav"), 25 * _MEGABYTE),
    "file": MediaRule(("application/pdf",), 25 * _MEGABYTE),
}
# What an account that logged in at Instagram itself wants to be told.
SUBSCRIBED = (
    "messages",
    "message_edit",
    "message_reactions",
    "messaging_postbacks",
    "messaging_referral",
    "messaging_seen",
    "messaging_handover",
    "standby",
)


def own_login(credentials: Credentials) -> bool:
    """Whether the account logged in at Instagram itself, not through the page it is linked to."""
    return credentials.get("login") == "instagram"


def _seat(account: Account, credentials: Credentials) -> Seat:
    if own_login(credentials):
        return Seat(requests.INSTAGRAM, account.provider_id or "me")
    # The token is the page's, and messages go out through the page: "me".
    return Seat(requests.GRAPH, "me")


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


class InstagramChannel(MessagingChannel):
    """The contract of libs/channels/base.py for Instagram; an account is a professional account."""

    name = "instagram"
    needs = replace(NEEDS, optional=NEEDS.optional | {"login"})
    limits = limits(1000, _bytes, _MEDIA, ReplyWindow(hours=24, human_agent_hours=7 * 24))
    outlet = Outlet("Instagram", "instagram_user", limits, _seat)
    profile_fields = "name,username,profile_pic"

    def build_check(self, account: Account, credentials: Credentials) -> HttpRequest:
        """The account itself. At Instagram's own host the token alone says who it is."""
        if own_login(credentials):
            fields = "user_id,username,name,profile_picture_url"
            return requests.get(requests.INSTAGRAM, "/me", "check", credentials, fields=fields)
        path, fields = requests.node(account.provider_id or "me"), "id,username,name,profile_picture_url"
        return requests.get(requests.GRAPH, path, "check", credentials, fields=fields)

    def build_subscribe(
        self, webhook_url: str, subscribe: bool, account: Account, credentials: Credentials
    ) -> Sequence[HttpRequest]:
        """The account sends its conversations to the app, or no more.

        A page is left subscribed: its Messenger may be connected as well, and would fall silent.
        """
        seat = _seat(account, credentials)
        path = requests.node(seat.account, "subscribed_apps")
        if not subscribe:
            return (requests.delete(seat.host, path, "unsubscribe", credentials),) if own_login(credentials) else ()
        fields = SUBSCRIBED if own_login(credentials) else PAGE_FIELDS
        return (requests.post(seat.host, path, "subscribe", credentials, subscribed(fields)),)
