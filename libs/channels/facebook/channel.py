"""Messenger as a channel of the desk."""

from collections.abc import Mapping, Sequence

from libs.channels.accounts import Account, Credentials
from libs.channels.facebook import templates
from libs.channels.limits import MediaRule, ReplyWindow
from libs.channels.meta import requests, template_lists
from libs.channels.meta.messaging.channel import MessagingChannel
from libs.channels.meta.messaging.lookups import PAGE_FIELDS, found_in, subscribed
from libs.channels.meta.messaging.outbound import NEEDS, Outlet, Seat, limits
from libs.channels.outcomes import Outcome
from libs.channels.sending import OutgoingTemplate
from libs.channels.templates import Template, TemplatePage, TemplateView
from libs.channels.text import utf16_length
from libs.channels.wire import Answer, HttpRequest, NoAnswer

_MEGABYTE = 1_000_000
_MEDIA = {
    "image": MediaRule(("image/jpeg", "image/png", "image/gif"), 8 * _MEGABYTE),
    "video": MediaRule(("video/mp4",), 25 * _MEGABYTE),
    "audio": MediaRule(("audio/mp4", "audio/mpeg", "audio/aac", "audio/wav"), 25 * _MEGABYTE),
    "file": MediaRule(("*/*",), 25 * _MEGABYTE),
}


def _seat(account: Account, credentials: Credentials) -> Seat:
    return Seat(requests.GRAPH, account.provider_id or "me")


class FacebookChannel(MessagingChannel):
    """The contract of libs/channels/base.py for Messenger; an account is a page."""

    name = "facebook"
    needs = NEEDS
    # Whether Messenger counts an emoji as one or two is not written down; two is never refused.
    limits = limits(2000, utf16_length, _MEDIA, ReplyWindow(hours=24, human_agent_hours=7 * 24, templates=True))
    outlet = Outlet("Messenger", "facebook_user", limits, _seat)
    profile_fields = "name,first_name,last_name,profile_pic"

    def build_check(self, account: Account, credentials: Credentials) -> HttpRequest:
        """The page itself, which answers only to a token that may read it."""
        path = requests.node(account.provider_id or "me")
        return requests.get(requests.GRAPH, path, "check", credentials, fields="id,name,picture{url}")

    def build_subscribe(
        self, webhook_url: str, subscribe: bool, account: Account, credentials: Credentials
    ) -> Sequence[HttpRequest]:
        """The page sends its conversations to the app, or no more. The address is a setting of the app."""
        path = requests.node(account.provider_id or "me", "subscribed_apps")
        if not subscribe:
            return (requests.delete(requests.GRAPH, path, "unsubscribe", credentials),)
        return (requests.post(requests.GRAPH, path, "subscribe", credentials, subscribed(PAGE_FIELDS)),)

    def shares_subscription(self, credentials: Credentials, channel: str, others: Credentials) -> bool:
        """With Instagram accounts that are reached through a page: which one, nothing here tells."""
        return channel == "instagram" and others.get("login") != "instagram"

    def build_templates(self, after: str, account: Account, credentials: Credentials) -> HttpRequest:
        """The page's utility templates."""
        return template_lists.build_templates(account.provider_id or "me", after, credentials)

    def read_templates(self, result: Answer | NoAnswer) -> TemplatePage | Outcome:
        """Those that have a name and a language."""
        return template_lists.read_templates(found_in(result))

    def view_template(self, template: Template) -> TemplateView:
        """Texts, buttons and variables."""
        return templates.view_template(template)

    def fill_template(self, template: Template, values: Mapping[str, Sequence[str]]) -> OutgoingTemplate:
        """With its values."""
        return templates.fill_template(template, values)
