"""What the collected samples lack, written from the platform's documentation: one event each, and what it becomes."""

from typing import Any

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.events import Parked
from tests.contract.messaging.describe import describe
from tests.contract.messaging.samples import RECEIVED_AT, entry, samples

AT = 1_795_000_000_000
CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1"
FILE = "https://cdn.fbsbx.com/v/t59/12_n.pdf/%E5%A0%B1%E5%83%B9.pdf?_nc_cat=1"
ADS = {
    "ad_title": "Autumn sale",
    "photo_url": "https://scontent.fbcdn.net/a.jpg",
    "video_url": "https://video.fbcdn.net/a.mp4",
    "post_id": "104_998",
    "product_id": "SKU-9",
    "flow_id": "5",
}
AD = {"ref": "autumn", "ad_id": "6045", "source": "ADS", "type": "OPEN_THREAD", "ads_context_data": ADS}
AD_READ = "ad=ad,ad:6045,post:104_998,ref:autumn,url:https://www.facebook.com/104_998,product:SKU-9,title,picture,video"


def item(**sections: Any) -> dict[str, Any]:
    """An event from a customer to the account P1."""
    return {"sender": {"id": "C1"}, "recipient": {"id": "P1"}, "timestamp": AT, **sections}


def message(**content: Any) -> dict[str, Any]:
    """A message of a customer."""
    return item(message={"mid": "m_1", **content})


def attached(kind: str, payload: Any = None, **content: Any) -> dict[str, Any]:
    """A message with one attachment."""
    return message(attachments=[{"type": kind, "payload": payload}], **content)


def by_account(**sections: Any) -> dict[str, Any]:
    """An event that the account's side caused."""
    return item(**sections) | {"sender": {"id": "P1"}, "recipient": {"id": "C1"}}


MESSAGES: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "sticker",
        attached("sticker", {"url": CDN, "sticker_id": 369}),
        "message.sticker",
        "attachment=image sticker=369",
    ),
    (
        "sticker_and_its_picture",
        message(
            attachments=[
                {"type": "image", "payload": {"url": CDN, "sticker_id": "369"}},
                {"type": "sticker", "payload": {"url": CDN, "sticker_id": "369"}},
            ]
        ),
        "message.sticker",
        "attachment=image sticker=369",
    ),
    ("old_sticker", attached("image", {"url": CDN, "sticker_id": 3}), "message.sticker", "attachment=image sticker=3"),
    ("old_like", attached("image", {"url": CDN}, sticker_id=5), "message.sticker", "attachment=image sticker=5"),
    (
        "several_pictures_with_text",
        message(text="which one?", attachments=[{"type": "image", "payload": {"url": CDN}}] * 3),
        "message.image",
        "chars=10 attachment=image;image;image",
    ),
    ("file", attached("file", {"url": FILE}), "message.file", "attachment=file,報價.pdf"),
    ("ig_post", attached("ig_post", {"url": CDN, "title": "Bag"}), "message.post", "attachment=image title=3"),
    ("ig_reel", attached("ig_reel", {"url": CDN, "reel_video_id": "1"}), "message.post", "attachment=video"),
    ("reel_page", attached("reel", {"url": "https://www.facebook.com/reel/1"}), "message.post", "page=31"),
    ("post_page", attached("post", {"url": "https://fb.watch/1/"}), "message.post", "page=19"),
    ("share", attached("share", {"url": CDN}, text="how much?"), "message.post", "chars=9 attachment=image"),
    ("media", attached("media", {"url": CDN}), "message.image", "attachment=image"),
    ("ig_story", attached("ig_story", {"url": CDN}), "message.story", "attachment=image,never_store story=share/-"),
    ("link_alone", attached("fallback", {"url": "https://x.tw/1", "title": "X"}), "message.post", "page=14 title=1"),
    (
        "link_in_a_text",
        attached("fallback", {"url": "https://x.tw/1"}, text="https://x.tw/1"),
        "message.text",
        "chars=14 page=14",
    ),
    ("share_without_anything", attached("fallback"), "message.unsupported", ""),
    ("post_that_is_gone", attached("ig_post"), "message.post", ""),
    (
        "template_of_products",
        attached(
            "template",
            {
                "product": {
                    "elements": [
                        {"id": "7", "retailer_id": "SKU-1", "image_url": CDN, "title": "Bag", "subtitle": "$9"}
                    ]
                }
            },
        ),
        "message.template",
        "chars=6 attachment=image product=SKU-1",
    ),
    (
        "template_with_buttons",
        attached("template", {"template_type": "button", "text": "Ready?", "buttons": [{"title": "Yes"}]}),
        "message.template",
        "chars=12",
    ),
    (
        "appointment",
        attached(
            "appointment_booking",
            {"status": "requested", "start_time": 1_739_612_400, "end_time": 1_739_616_000, "timezone": "Asia/Taipei"},
        ),
        "message.template",
        "chars=59",
    ),
    ("unknown_attachment", attached("hologram", {"url": CDN}), "message.unsupported", ""),
    ("unknown_attachment_and_text", attached("hologram", text="hi"), "message.text", "chars=2"),
    ("picture_without_address", attached("image", {}), "message.unsupported", ""),
    ("place_that_is_none", attached("location", {"coordinates": {"lat": "x", "long": 1}}), "message.unsupported", ""),
    ("nothing", message(), "message.unsupported", ""),
    ("unsupported", message(is_unsupported=True, text="gif"), "message.unsupported", "chars=3"),
    (
        "reply",
        message(text="yes", reply_to={"mid": "m_0", "is_self_reply": False}),
        "message.text",
        "chars=3 quoted=m_0",
    ),
    (
        "answered_story",
        message(text="pretty", reply_to={"story": {"id": 77, "url": CDN}}),
        "message.story",
        "chars=6 story=reply/77",
    ),
    (
        "quick_reply",
        message(text="Red", quick_reply={"payload": "RED"}),
        "message.text",
        "chars=3 chosen=quick_reply/3",
    ),
    ("ad_with_the_message", message(text="hi", referral=AD), "message.text", f"chars=2 {AD_READ}"),
    (
        "product_with_the_message",
        message(text="hi", referral={"product": {"id": "55"}}),
        "message.text",
        "chars=2 product=55",
    ),
]
EVENTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("edit", item(message_edit={"mid": "m_1", "text": "new", "num_edit": 1}), "edited", "id=m_1 chars=3"),
    ("unsend", item(message={"mid": "m_1", "is_deleted": True}), "unsent", "id=m_1"),
    (
        "reaction_in_words",
        item(reaction={"mid": "m_1", "action": "react", "reaction": "love"}),
        "reacted",
        "id=m_1 emoji=❤",
    ),
    ("unknown_reaction", item(reaction={"mid": "m_1", "action": "react"}), "reacted", "id=m_1 emoji=❓"),
    ("ad_before_a_message", item(referral=AD), "referred", AD_READ),
    (
        "ad_with_a_button",
        item(postback={"mid": "m_2", "title": "Start", "payload": "GO", "referral": AD}),
        "postback",
        f"id=m_2 data=2 chars=5 {AD_READ}",
    ),
    (
        "post_without_an_ad",
        item(referral={"source": "POST", "ads_context_data": {"post_id": "1"}}),
        "referred",
        "ad=post,post:1,url:https://www.facebook.com/1",
    ),
    ("site", item(referral={"source": "X", "referer_uri": "https://a.tw"}), "referred", "ad=link,url:https://a.tw"),
    ("read_up_to", item(read={"mid": "m_1"}), "receipt.read", f"ids=m_1 until={AT}"),
    ("read_until", item(read={"watermark": float(AT)}), "receipt.read", f"until={AT}"),
    ("linked", item(account_linking={"status": "unlinked"}), "notice.account_link", "fields=result:unlinked"),
    ("optin", item(optin={"type": "notification_messages"}), "notice.optin", "fields=type:notification_messages"),
    (
        "handed_over",
        item(pass_thread_control={"new_owner_app_id": "5", "previous_owner_app_id": None, "metadata": "x"}),
        "notice.thread_control_passed",
        "fields=metadata:x,new_owner:5",
    ),
    (
        "asked_for",
        item(request_thread_control={"requested_owner_app_id": 5}),
        "notice.thread_control_requested",
        "fields=requested_owner:5",
    ),
    (
        "account_reacted",
        by_account(reaction={"mid": "m_1", "action": "react", "emoji": "👍"}),
        "notice.account_reacted",
        "fields=emoji:👍,message:m_1",
    ),
    ("account_read", by_account(read={"watermark": AT}), "notice.account_read", ""),
]
ECHOES: list[tuple[str, dict[str, Any], str]] = [
    ("by_this_desk", {"app_id": 12, "metadata": "fd1.x.1"}, "reference=fd1.x.1 app=12"),
    ("by_the_inbox", {"app_id": 26390203743090}, ""),
    ("by_the_older_inbox", {"app_id": "263902037430900"}, ""),
    ("by_the_phone", {}, ""),
]
_SELF = {"sender": {"id": "P1"}, "recipient": {"id": "P1"}, "timestamp": AT}


def read(event: dict[str, Any], folder: str = "messenger", **head: Any) -> InboundEvent | Parked:
    """What one event becomes."""
    (outcome,) = samples(folder).outcomes([entry(event, **head)])
    return outcome


def fields_of(outcome: InboundEvent | Parked, *without: str) -> tuple[str, str]:
    """Its kind and the fields that are not the same for all."""
    kind, fields = describe(outcome, RECEIVED_AT)
    kept = (part for part in fields.split(" ") if part.partition("=")[0] not in without)
    return kind, " ".join(kept)


@pytest.mark.parametrize("folder", ["messenger", "instagram"])
@pytest.mark.parametrize(("name", "event", "kind", "fields"), MESSAGES, ids=[row[0] for row in MESSAGES])
def test_message(folder: str, name: str, event: dict[str, Any], kind: str, fields: str) -> None:
    outcome = read(event, folder)
    expected = " ".join(filter(None, ("contact=C1", "key=message/id", f"at={AT}", "id=m_1", fields)))
    assert fields_of(outcome) == (kind, expected)


@pytest.mark.parametrize(("name", "event", "kind", "fields"), EVENTS, ids=[row[0] for row in EVENTS])
def test_event(name: str, event: dict[str, Any], kind: str, fields: str) -> None:
    outcome = read(event)
    assert fields_of(outcome, "key", "at") == (kind, " ".join(filter(None, ("contact=C1", fields))))


@pytest.mark.parametrize(("name", "content", "fields"), ECHOES, ids=[row[0] for row in ECHOES])
def test_echo_belongs_to_the_customer_it_went_to(name: str, content: dict[str, Any], fields: str) -> None:
    echo = by_account(message={"mid": "m_1", "is_echo": True, "text": "hello", **content})
    expected = " ".join(filter(None, ("contact=C1", "key=echo/id", f"at={AT}", "id=m_1", "chars=5", fields)))
    assert fields_of(read(echo)) == ("echoed.text", expected)


def test_referral_and_choice_of_an_echo_are_not_the_customers() -> None:
    content = {"mid": "m_1", "is_echo": True, "text": "Red", "quick_reply": {"payload": "RED"}, "referral": AD}
    outcome = read(by_account(message=content))
    assert isinstance(outcome, InboundEvent)
    assert not outcome.echoed.message.HasField("ad")
    assert not outcome.echoed.message.HasField("selection")


@pytest.mark.rule(11)
@pytest.mark.parametrize("section", ["referral", "postback", "message"])
def test_ad_is_told_wherever_its_referral_is(section: str) -> None:
    sections = {"referral": AD, "postback": {"payload": "GO", "referral": AD}, "message": {"mid": "m", "referral": AD}}
    outcome = read(item(**{section: sections[section]}))
    assert isinstance(outcome, InboundEvent)
    ad = {"referral": outcome.referred, "postback": outcome.postback.ad, "message": outcome.message.ad}[section]
    assert (ad.ad_id, ad.source, ad.ref, ad.title) == ("6045", "ad", "autumn", "Autumn sale")
    assert (ad.url, ad.picture_url) == ("https://www.facebook.com/104_998", "https://scontent.fbcdn.net/a.jpg")


@pytest.mark.parametrize("kind", ["story_mention", "story", "ig_story"])
def test_media_of_a_story_is_never_to_be_stored(kind: str) -> None:
    outcome = read(attached(kind, {"url": CDN}), "instagram")
    assert isinstance(outcome, InboundEvent)
    assert [(one.url, one.never_store) for one in outcome.message.attachments] == [(CDN, True)]
    assert outcome.message.story.url == CDN


def test_appointment_is_told_in_its_own_time_zone() -> None:
    times = {"start_time": 1_739_612_400, "end_time": 1_739_616_000, "timezone": "America/Los_Angeles"}
    outcome = read(attached("appointment_booking", {"status": "confirmed", **times}))
    assert isinstance(outcome, InboundEvent)
    assert outcome.message.text == "2025-02-15 01:40 – 2025-02-15 02:40, America/Los_Angeles, confirmed"


def test_while_another_app_answers_nothing_may_be_sent() -> None:
    waiting, taken = (
        read(message(text="hi"), listed="standby"),
        read(item(take_thread_control={"new_owner_app_id": "5"})),
    )
    given = read(item(pass_thread_control={"new_owner_app_id": "5"}))
    assert [getattr(outcome, "standby", None) for outcome in (waiting, taken, given)] == [True, True, False]


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ({"policy_enforcement": {"action": "block", "reason": "spam"}}, "notice.policy_enforcement"),
        ({"policy-enforcement": {"action": "warning"}}, "notice.policy_enforcement"),
        ({"recipient": {"id": "P1"}, "app_roles": {"123": ["primary_receiver"]}}, "notice.app_roles"),
        ({"recipient": {"id": "P1"}, "optin": {"user_ref": "r"}}, "notice.optin"),
        (_SELF | {"message": {"mid": "m", "is_self": True, "is_echo": True, "text": "hi"}}, "notice.message_to_self"),
    ],
    ids=["policy", "policy_with_a_dash", "roles", "checkbox", "note_to_oneself"],
)
def test_events_about_the_account_alone(event: dict[str, Any], kind: str) -> None:
    outcome = read(event)
    assert isinstance(outcome, InboundEvent)
    assert describe(outcome, RECEIVED_AT)[0] == kind
    assert not outcome.HasField("contact")
    assert outcome.notice.fields


@pytest.mark.parametrize("field", ["messages", "standby", "messaging_postbacks"])
def test_dashboard_sends_its_examples_as_changes(field: str) -> None:
    value = item(timestamp="1795000000", message={"mid": "m_1", "text": "hi"})
    outcome = read({"field": field, "value": value}, "instagram", listed="changes")
    assert isinstance(outcome, InboundEvent)
    assert (outcome.message.text, outcome.standby) == ("hi", field == "standby")
    assert outcome.occurred_at.ToMilliseconds() == AT


@pytest.mark.parametrize("field", ["comments", "live_comments", "mentions", "story_insights", "feed", "ratings"])
def test_what_happens_in_public_is_kept_apart(field: str) -> None:
    value = {"id": "9", "message": "nice", "from": {"id": "C1"}, "text": "nice"}
    outcome = read({"field": field, "value": value}, listed="changes")
    assert isinstance(outcome, Parked)
    assert (outcome.reason, outcome.detail) == ("not_a_conversation", field)
