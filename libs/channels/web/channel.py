"""The shop's own site as a channel of the desk: where to find each part of the contract."""

from libs.channels.accounts import AccountNeeds, Credentials
from libs.channels.defaults import ChannelDefaults
from libs.channels.events import Headers
from libs.channels.web import content, inbound, outbound


class WebChannel(ChannelDefaults):
    """The contract of libs/channels/base.py for widget, contact form and their mails."""

    name = "web"
    # Every visitor holds a token that is signed with it, and may try secrets at home until one fits.
    needs = AccountNeeds(required=frozenset({"widget_secret"}), provider_id=False, shortest={"widget_secret": 16})
    limits = outbound.LIMITS

    split = staticmethod(inbound.split)
    restore = staticmethod(inbound.restore)
    normalise = staticmethod(inbound.normalise)

    build_send = staticmethod(outbound.build_send)
    classify = staticmethod(outbound.classify)
    build_content = staticmethod(content.build_content)

    def verify(self, credentials: Credentials, headers: Headers, body: bytes) -> bool:
        """Never: nobody but the desk itself makes these events, from calls to /widget/v1."""
        return False
