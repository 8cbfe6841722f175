"""Where a customer came from: an ad, a post, a link of the shop's own (rules 11 and 12)."""

from urllib.parse import quote

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields
from libs.channels.meta.messaging.people import identity


def referral(content: Fields) -> pb.AdReferral | None:
    """The referral of a message, a button or an event of its own; None where it says nothing of where from."""
    context = content.optional("ads_context_data")
    ad_id, post_id = identity(content.values.get("ad_id")), identity(context.values.get("post_id"))
    if not (ad_id or post_id or any(content.text(name) for name in ("ref", "source", "type"))):
        return None
    return pb.AdReferral(
        ad_id=ad_id,
        source=_source(content.text("source"), ad_id, post_id),
        ref=content.text("ref"),
        title=context.text("ad_title"),
        url=_address(post_id) or content.text("referer_uri"),
        picture_url=context.text("photo_url"),
        video_url=context.text("video_url"),
        post_id=post_id,
        product_id=identity(context.values.get("product_id")) or product(content),
    )


def product(content: Fields) -> str:
    """The product of the shop that a referral is about, "" without one."""
    return identity(content.optional("product").values.get("id"))


def _source(named: str, ad_id: str, post_id: str) -> str:
    if ad_id or named.upper() == "ADS":
        return "ad"
    return "post" if post_id else "link"


def _address(post_id: str) -> str:
    """Where the post of an ad can be seen."""
    return f"https://www.facebook.com/{quote(post_id, safe='')}" if post_id else ""
