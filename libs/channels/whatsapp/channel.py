"""WhatsApp as a channel of the desk: where to find each part of the contract."""

from libs.channels.base import AccountNeeds, ChannelDefaults
from libs.channels.meta import handshake, signature
from libs.channels.whatsapp import envelope, inbound


class WhatsAppChannel(ChannelDefaults):
    """The contract of libs/channels/base.py for WhatsApp's Cloud API."""

    name = "whatsapp"
    needs = AccountNeeds(
        required=frozenset({"access_token", "business_account_id"}),
        optional=frozenset({"app_secret", "verify_token"}),
    )
    shared_address = True

    verify = staticmethod(signature.verify)
    answer_challenge = staticmethod(handshake.answer_challenge)
    split = staticmethod(envelope.split)
    restore = staticmethod(envelope.restore)
    normalise = staticmethod(inbound.normalise)
