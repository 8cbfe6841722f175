"""LINE as a channel of the desk: where to find each part of the contract."""

from libs.channels.accounts import AccountNeeds
from libs.channels.defaults import ChannelDefaults
from libs.channels.line import answers, contents, inbound, lookups, outbound, signature, signs, webhook


class LineChannel(ChannelDefaults):
    """The contract of libs/channels/base.py for LINE."""

    name = "line"
    needs = AccountNeeds(required=frozenset({"channel_secret", "access_token"}))
    limits = outbound.LIMITS

    verify = staticmethod(signature.verify)
    split = staticmethod(inbound.split)
    restore = staticmethod(inbound.restore)
    normalise = staticmethod(inbound.normalise)

    build_send = staticmethod(outbound.build_send)
    classify = staticmethod(answers.classify)

    build_profile = staticmethod(lookups.build_profile)
    read_profile = staticmethod(lookups.read_profile)
    build_check = staticmethod(lookups.build_check)
    read_check = staticmethod(lookups.read_check)

    build_content = staticmethod(contents.build_content)
    read_content_place = staticmethod(contents.read_content_place)

    build_read_mark = staticmethod(signs.build_read_mark)
    build_typing = staticmethod(signs.build_typing)

    build_webhook = staticmethod(webhook.build_webhook)
    read_webhook = staticmethod(webhook.read_webhook)
    build_quota = staticmethod(webhook.build_quota)
    read_quota = staticmethod(webhook.read_quota)
