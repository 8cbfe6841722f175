"""Orders of shop platforms: who may speak, what they say, how they are answered."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.accounts import Account
from libs.channels.contacts import Address
from libs.channels.contents import ContentRef
from libs.channels.events import MalformedBody, Parked
from libs.channels.order.channel import OrderChannel
from libs.channels.outcomes import Verdict
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingText, Send
from libs.channels.wire import Answer, NoAnswer

ORDER = OrderChannel()
ACCOUNT = Account("0190a000-0000-7000-8000-000000000001", "demo-order")
SECRET = {"webhook_secret": "demo-order-secret", "answer_url": "https://shop.example/answers"}
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
KEY = UUID("123e4567-e89b-12d3-a456-426614174000")
MESSAGE = {
    "type": "order.message",
    "id": "m-1",
    "at": "2026-11-22T03:00:00Z",
    "order": {"id": "77", "number": "#1077", "url": "https://shop.example/orders/77"},
    "customer": {"id": "9", "name": "王小明", "email": "ming@example.com", "phone": "0912-345-678"},
    "message": {"text": "可以改地址嗎"},
}
SHOPIFY = {
    "id": 820982911946154508,
    "admin_graphql_api_id": "gid://shopify/Order/820982911946154508",
    "name": "#1001",
    "email": "jon@example.com",
    "created_at": "2026-11-20T10:00:00+08:00",
    "updated_at": "2026-11-20T10:00:00+08:00",
    "total_price": "1200.00",
    "currency": "TWD",
    "financial_status": "paid",
    "customer": {"id": 115310627314723954, "first_name": "小明", "last_name": "王", "phone": "+886912345678"},
}
WOO = {
    "id": 727,
    "number": "727",
    "status": "processing",
    "currency": "TWD",
    "total": "29.35",
    "date_created_gmt": "2026-11-20T02:00:00",
    "date_modified_gmt": "2026-11-20T03:00:00",
    "customer_id": 25,
    "billing": {"first_name": "John", "last_name": "Doe", "email": "john@example.com", "phone": "555"},
    "line_items": [{"name": "Cup", "quantity": 2}],
}


def read(value: Any) -> pb.InboundEvent | Parked:
    """What one body means."""
    (event,) = ORDER.split(json.dumps(value, ensure_ascii=False).encode())
    return ORDER.normalise(event, ACCOUNT, NOW)


def understood(value: Any) -> pb.InboundEvent:
    """The same, of a body that must be understood."""
    meaning = read(value)
    assert isinstance(meaning, pb.InboundEvent), meaning
    return meaning


def _standard(body: bytes, secret: str | bytes, at: datetime = NOW) -> dict[str, str]:
    signature = Webhook(secret).sign("msg_1", at, body.decode())
    return {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def _hmac(body: bytes) -> str:
    return base64.b64encode(hmac.new(b"demo-order-secret", body, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize("name", ["X-Shopify-Hmac-Sha256", "X-WC-Webhook-Signature"])
def test_a_shop_platform_signs_in_its_own_way(name: str) -> None:
    assert ORDER.verify(SECRET, {name: _hmac(b"{}")}, b"{}")
    assert not ORDER.verify(SECRET, {name: _hmac(b"{}")}, b"{} ")
    assert not ORDER.verify(SECRET | {"webhook_secret": ""}, {name: _hmac(b"{}")}, b"{}")


@pytest.mark.parametrize(
    ("stored", "used"),
    [
        ("demo-order-secret", b"demo-order-secret"),
        ("demo-order-secret", "demo-order-secret"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ],
    ids=["as-text", "as-libraries-read-it", "as-the-standard-writes-it"],
)
def test_standard_webhooks_signatures_agree_with_the_standards_own_library(stored: str, used: str | bytes) -> None:
    body = json.dumps(MESSAGE, ensure_ascii=False).encode()
    credentials = {"webhook_secret": stored}
    headers = _standard(body, used)
    assert ORDER.verify(credentials, headers, body)
    assert ORDER.verify(credentials, headers | {"webhook-signature": f"v1,AAAA {headers['webhook-signature']}"}, body)
    assert not ORDER.verify(credentials, headers, body + b" ")
    assert not ORDER.verify(credentials, headers | {"webhook-id": "msg_2"}, body)
    assert not ORDER.verify(credentials, headers | {"webhook-timestamp": "1"}, body)


@pytest.mark.parametrize("at", ["0" * 12 + "9" * 30, "0" * 12 + "9" * 5000, "9" * 11, "9" * 12])
def test_a_time_of_any_length_proves_nothing(at: str) -> None:
    headers = {"webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": "v1,AAAA"}
    assert not ORDER.verify(SECRET, headers, b"{}")


@pytest.mark.parametrize("secret", ["***-***-***ab", "whsec_ab", "#!?&%$ abcdef"])
def test_what_little_of_a_secret_is_base64_is_no_key(secret: str) -> None:
    short = base64.b64decode(secret.removeprefix("whsec_") + "==")
    assert not ORDER.verify({"webhook_secret": secret}, _standard(b"{}", short), b"{}")


@given(st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()))
def test_odd_headers_prove_nothing(headers: dict[str, str]) -> None:
    assert not ORDER.verify(SECRET, headers, b"\xff")
    assert not ORDER.verify(SECRET, headers, b"{}")


@pytest.mark.rule(1)
def test_a_message_on_an_order_page_is_the_orders_conversation() -> None:
    event = understood(MESSAGE)
    assert (event.channel, event.contact.aliases[0].kind, event.contact.aliases[0].value) == ("order", "order", "77")
    assert (event.contact.display_name, event.contact.member_id) == ("王小明", "9")
    assert (event.message.text, event.message.subject) == ("可以改地址嗎", "#1077")
    assert event.dedup_key == "demo-order:message:m-1"


def test_pictures_come_by_address() -> None:
    event = understood(MESSAGE | {"message": {"images": [{"url": "https://shop.example/a.jpg"}]}})
    assert (event.message.type, event.message.attachments[0].url) == ("image", "https://shop.example/a.jpg")


def test_shopify_orders_and_their_notes() -> None:
    created = understood(SHOPIFY)
    assert (created.notice.kind, created.notice.fields["total"]) == ("order_created", "1200.00")
    assert (created.contact.display_name, created.contact.email) == ("王小明", "jon@example.com")
    updated = understood(SHOPIFY | {"updated_at": "2026-11-21T10:00:00+08:00"})
    assert updated.notice.kind == "order_updated"
    noted = [understood(SHOPIFY | {"note": "請包裝", "updated_at": at}) for at in ("", "2026-11-21T10:00:00+08:00")]
    assert {event.dedup_key for event in noted} == {noted[0].dedup_key}, "the note is written once"
    assert noted[0].message.text == "請包裝"


def test_woocommerce_orders_and_customers() -> None:
    event = understood(WOO)
    assert (event.notice.kind, event.contact.display_name) == ("order_updated", "John Doe")
    assert understood(WOO | {"customer_note": "ring twice"}).message.text == "ring twice"
    customer = understood({"id": 25, "username": "john", "first_name": "John", "billing": {"phone": "555"}})
    assert (customer.notice.kind, customer.HasField("contact")) == ("member_updated", False)


def test_woocommerces_greeting_is_signed_by_nobody_and_says_nothing() -> None:
    assert ORDER.verify(SECRET, {}, b"webhook_id=12")
    assert ORDER.split(b"webhook_id=12") == []
    assert not ORDER.verify(SECRET, {}, b"webhook_id=12&x=1")
    assert not ORDER.verify(SECRET, {}, b"webhook_id=")


def test_pictures_are_fetched_where_the_shop_says_without_its_secret() -> None:
    content = ORDER.build_content(ContentRef("image", "", "https://shop.example/a.jpg"), ACCOUNT, SECRET)
    assert content is not None
    assert (content.request.host, content.request.path) == ("foreign", "https://shop.example/a.jpg")
    assert content.request.headers == {}
    assert ORDER.build_content(ContentRef("image", "", "file:///etc/passwd"), ACCOUNT, SECRET) is None


def test_the_same_event_has_the_same_key_and_another_has_another() -> None:
    assert understood(WOO).dedup_key == understood(WOO).dedup_key
    assert understood(WOO).dedup_key != understood(WOO | {"date_modified_gmt": "2026-11-20T04:00:00"}).dedup_key


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "order.nonsense", "id": "1", "order": {"id": "7"}},
        {"admin_graphql_api_id": "gid://shopify/Shop/1", "updated_at": "2026-11-20T00:00:00Z"},
        {"hello": "world"},
    ],
    ids=["generic", "shopify", "nobody's"],
)
def test_what_nobody_reads_is_parked_with_its_bytes(body: dict[str, Any]) -> None:
    parked = read(body)
    assert isinstance(parked, Parked)
    assert (parked.reason, json.loads(parked.raw)) == ("unknown_event_type", body)
    assert parked.detail


@given(st.sampled_from([MESSAGE, SHOPIFY, WOO]), st.data())
def test_no_odd_value_raises(sample: dict[str, Any], data: st.DataObject) -> None:
    changed = sample | {data.draw(st.sampled_from(sorted(sample))): data.draw(json_values)}
    assert read(changed) is not None


@given(json_values)
def test_no_odd_body_raises_but_as_malformed(value: Any) -> None:
    if isinstance(value, dict):
        assert read(value) is not None
    else:
        with pytest.raises(MalformedBody, match="not_an_object"):
            read(value)


SEND = Send(Address("order", "77"), [OutgoingText("好的")], KEY, made_at=1_790_000_000)


def test_answers_are_signed_so_that_the_standards_library_takes_them() -> None:
    request = ORDER.build_send(SEND, ACCOUNT, SECRET)
    assert (request.host, request.path) == ("foreign", "https://shop.example/answers")
    signed = Webhook(b"demo-order-secret").sign(
        str(KEY), datetime.fromtimestamp(SEND.made_at, UTC), request.body.decode()
    )
    assert request.headers["webhook-signature"] == signed
    content = json.loads(request.body)
    assert (content["type"], content["order_id"], content["text"]) == ("order.answer", "77", "好的")


@pytest.mark.rule(52)
def test_a_picture_goes_back_by_its_address() -> None:
    part = OutgoingMedia("image", "https://desk.example/p.jpg", "image/jpeg", caption="這個")
    sent = json.loads(ORDER.build_send(Send(SEND.recipient, [part], KEY), ACCOUNT, SECRET).body)
    assert (sent["text"], sent["images"]) == ("這個", [{"url": "https://desk.example/p.jpg"}])


@pytest.mark.parametrize(
    ("send", "credentials"),
    [
        (SEND, SECRET | {"answer_url": ""}),
        (Send(Address("email", "a@b"), SEND.parts, KEY), SECRET),
        (Send(SEND.recipient, [OutgoingText(" ")], KEY), SECRET),
        (Send(SEND.recipient, [OutgoingText("x" * 4001)], KEY), SECRET),
        (Send(SEND.recipient, [OutgoingMedia("video", "https://x/y", "video/mp4")], KEY), SECRET),
    ],
    ids=["no-address", "not-an-order", "empty", "too-long", "a-video"],
)
def test_what_cannot_be_sent_says_so(send: Send, credentials: dict[str, str]) -> None:
    with pytest.raises(CannotSend):
        ORDER.build_send(send, ACCOUNT, credentials)


@pytest.mark.parametrize(
    ("status", "verdict", "maybe"),
    [
        (200, Verdict.ACCEPTED, False),
        (204, Verdict.ACCEPTED, False),
        (400, Verdict.REJECTED, False),
        (401, Verdict.AUTH_FAILED, False),
        (410, Verdict.REJECTED, False),
        (429, Verdict.RETRY, False),
        (502, Verdict.RETRY, True),
    ],
)
def test_what_the_shops_answer_means(status: int, verdict: Verdict, maybe: bool) -> None:
    outcome = ORDER.classify(Answer(status, {}, b"{}"))
    assert (outcome.verdict, outcome.maybe_sent) == (verdict, maybe)
    assert ORDER.classify(NoAnswer.LOST).maybe_sent
    assert not ORDER.classify(NoAnswer.NEVER_SENT).maybe_sent
    never = ORDER.classify(NoAnswer.FORBIDDEN)
    assert (never.verdict, never.code, never.maybe_sent) == (Verdict.REJECTED, "address_not_allowed", False)
