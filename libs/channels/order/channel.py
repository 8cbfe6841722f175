"""Shop platforms as a channel of the desk: where to find each part of the contract."""

from libs.channels.accounts import AccountNeeds
from libs.channels.defaults import ChannelDefaults
from libs.channels.order import answers, contents, inbound, outbound, signature


class OrderChannel(ChannelDefaults):
    """The contract of libs/channels/base.py for shop platforms: Shopify, WooCommerce, and every other in the form of
    docs/guides/order-webhooks.md."""

    name = "order"
    needs = AccountNeeds(
        required=frozenset({"webhook_secret"}),
        optional=frozenset({"answer_url"}),
        provider_id=False,
        addresses=frozenset({"answer_url"}),
    )
    limits = outbound.LIMITS

    verify = staticmethod(signature.verify)
    split = staticmethod(inbound.split)
    restore = staticmethod(inbound.restore)
    normalise = staticmethod(inbound.normalise)

    build_content = staticmethod(contents.build_content)
    build_send = staticmethod(outbound.build_send)
    classify = staticmethod(answers.classify)
