"""Where customers came from (rules 11 and 12)."""

from datetime import datetime
from hashlib import blake2b

from frontdesk.channels.v1 import inbound_pb2 as inbound
from services.conversations.models import AdSource, Conversation

_LONGEST = 200


def ad_of(event: inbound.InboundEvent) -> inbound.AdReferral | None:
    """The ad an event tells of. A link of the shop's own (m.me?ref=…) is no ad."""
    kind = event.WhichOneof("event")
    found = None
    if kind == "referred":
        found = event.referred
    elif kind == "message" and event.message.HasField("ad"):
        found = event.message.ad
    elif kind == "postback" and event.postback.HasField("ad"):
        found = event.postback.ad
    return found if found is not None and found.source != "link" and ad_id(found) else None


def ad_id(ad: inbound.AdReferral) -> str:
    """The platform's id of the ad, or what stands for it where there is none; "" when nothing tells it from others."""
    told = (
        ad.ad_id
        or (ad.post_id and f"post:{ad.post_id}")
        or (ad.url and f"url:{ad.url}")
        or (ad.ref and f"ref:{ad.ref}")
        or (ad.click_id and f"click:{ad.click_id}")
    )
    if len(told) <= _LONGEST:
        return told
    return f"{told[:_LONGEST]}:{blake2b(told.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}"


def note_ad(row: Conversation, ad: inbound.AdReferral, at: datetime) -> AdSource | None:
    """Makes it the conversation's ad unless a newer one is. Answers with the source to keep, None for the same click
    once more: platforms tell of one by itself and again with the message."""
    source = AdSource(row.tenant_id, row.channel, ad_id(ad), ad.title, ad.url, ad.picture_url, at)
    same = (row.ad_id, row.ad_click_id) == (source.ad_id, ad.click_id)
    if row.ad_at is not None and at < row.ad_at:
        return None if same else source
    row.ad_at = at
    if same and (row.ad_title, row.ad_url, row.ad_picture_url) == (ad.title, ad.url, ad.picture_url):
        return None
    row.ad_id, row.ad_click_id = source.ad_id, ad.click_id
    row.ad_title, row.ad_url, row.ad_picture_url = ad.title, ad.url, ad.picture_url
    return source
