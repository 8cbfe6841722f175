"""WhatsApp as a channel of the desk: where to find each part of the contract."""

from libs.channels.accounts import AccountNeeds
from libs.channels.defaults import ChannelDefaults
from libs.channels.meta import handshake, signature
from libs.channels.whatsapp import answers, envelope, inbound, lookups, outbound, templates


class WhatsAppChannel(ChannelDefaults):
    """The contract of libs/channels/base.py for WhatsApp's Cloud API; an account is a phone number."""

    name = "whatsapp"
    needs = AccountNeeds(
        required=frozenset({"access_token", "business_account_id"}),
        # pin: of a number that this desk registers, or registers again.
        optional=frozenset({"app_secret", "verify_token", "pin"}),
        kept=frozenset({"pin"}),
    )
    limits = outbound.LIMITS
    shared_address = True

    verify = staticmethod(signature.verify)
    answer_challenge = staticmethod(handshake.answer_challenge)
    split = staticmethod(envelope.split)
    restore = staticmethod(envelope.restore)
    normalise = staticmethod(inbound.normalise)

    build_send = staticmethod(outbound.build_send)
    classify = staticmethod(answers.classify)
    build_read_mark = staticmethod(outbound.build_read_mark)
    build_typing = staticmethod(outbound.build_typing)

    build_check = staticmethod(lookups.build_check)
    read_check = staticmethod(lookups.read_check)
    build_content = staticmethod(lookups.build_content)
    read_content_place = staticmethod(lookups.read_content_place)
    build_templates = staticmethod(lookups.build_templates)
    read_templates = staticmethod(lookups.read_templates)
    view_template = staticmethod(templates.view_template)
    fill_template = staticmethod(templates.fill_template)
    build_subscribe = staticmethod(lookups.build_subscribe)
    shares_subscription = staticmethod(lookups.shares_subscription)
