"""The shop's own site: who somebody is, what an event means, how answers go, what a mail really says."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.accounts import Account
from libs.channels.contacts import Address
from libs.channels.contents import ContentRef
from libs.channels.events import Parked
from libs.channels.registry import CHANNELS
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingText, Send
from libs.channels.web.mails import BadMailError, read_mail, without_quotes
from libs.channels.web.replies import proven_at, read_reply_name, reply_name
from libs.channels.web.tokens import BadTokenError, Member, read_member, read_visitor, visitor_token
from libs.channels.wire import Kept, MailRequest

SECRET = "a-secret-of-the-shop-that-is-long-enough"
CREDENTIALS = {"widget_secret": SECRET}
ACCOUNT = Account(str(uuid4()), "web-1", "")
NOW = datetime(2035, 1, 1, tzinfo=UTC)
WEB = CHANNELS["web"]
_NAMES = st.sampled_from(["type", "id", "text", "guest", "member", "images", "page", "visitor", "email", "key"])
_LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["chat", "form", "mail"])
_ANYTHING = st.recursive(
    _LEAVES, lambda inner: st.dictionaries(_NAMES, inner) | st.lists(inner, max_size=3), max_leaves=12
)


def signed(key: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    return jwt.encode({"sub": "m-1", "exp": int(NOW.timestamp()) + 60, **claims}, key, algorithm)


def meaning(**event: Any) -> pb.InboundEvent | Parked:
    whole = {"type": "chat", "id": "owner.1", "at_ms": int(NOW.timestamp() * 1000), "text": "hello", **event}
    (raw,) = WEB.split(json.dumps(whole).encode())
    return WEB.normalise(raw, ACCOUNT, NOW)


def understood(**event: Any) -> pb.InboundEvent:
    found = meaning(**event)
    assert isinstance(found, pb.InboundEvent), found
    return found


def aliases(event: pb.InboundEvent) -> list[tuple[str, str]]:
    return [(alias.kind, alias.value) for alias in event.contact.aliases]


def test_a_members_token_tells_what_the_shop_knows() -> None:
    token = signed(name=" Mei ", email="mei@shop.test")
    assert read_member(token, SECRET, NOW) == Member("m-1", "Mei", "mei@shop.test", "")
    assert read_member(signed(sub="7"), SECRET, NOW).id == "7"


@pytest.mark.parametrize(
    "token",
    [
        signed("another-secret-that-is-just-as-long-as-ours"),
        signed(exp=int(NOW.timestamp()) - 1),
        signed(exp=int(NOW.timestamp()) + 90_000),
        signed(exp="tomorrow"),
        signed(exp=1e300),
        signed(sub=""),
        jwt.encode({"sub": "m-1"}, SECRET, "HS256"),
        jwt.encode({"sub": "m-1", "exp": 2**40}, "", "none"),
        signed(algorithm="HS512"),
        "",
        "x.y.z",
        "a" * 5000,
    ],
    ids=[
        *("another-key", "over", "too-long", "words", "huge", "nobody", "endless", "unsigned"),
        *("algorithm", "empty", "odd", "long"),
    ],
)
def test_other_tokens_are_no_members(token: str) -> None:
    with pytest.raises(BadTokenError):
        read_member(token, SECRET, NOW)


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    "sub", ["mei ", "\tmei", "mei\0", "m" * 201, True, ["mei"]], ids=["space", "tab", "nul", "long", "flag", "list"]
)
def test_nobody_is_a_member_whose_id_is_almost_theirs(sub: Any) -> None:
    with pytest.raises(BadTokenError):
        read_member(signed(sub=sub), SECRET, NOW)


def test_a_visitors_token_is_good_for_a_year_on_one_account() -> None:
    token = visitor_token("v-1", "web-1", SECRET, NOW)
    assert read_visitor(token, "web-1", SECRET, NOW + timedelta(days=364)) == "v-1"
    for account, secret, days in (("web-2", SECRET, 0), ("web-1", f"{SECRET}x", 0), ("web-1", SECRET, 366)):
        with pytest.raises(BadTokenError):
            read_visitor(token, account, secret, NOW + timedelta(days=days))


def test_neither_kind_of_token_is_the_other() -> None:
    with pytest.raises(BadTokenError):
        read_member(visitor_token("v-1", "web-1", SECRET, NOW), SECRET, NOW)
    with pytest.raises(BadTokenError):
        read_visitor(signed(vid="v-1", aid="web-1", iat=int(NOW.timestamp())), "web-1", SECRET, NOW)


def test_who_wrote_is_a_visitor_a_member_or_whom_they_can_be_answered_as() -> None:
    assert aliases(understood(visitor="v-1")) == [("web_visitor", "v-1")]
    member = understood(visitor="v-1", member={"id": "m-1", "name": "Mei"})
    assert (aliases(member), member.contact.display_name) == ([("web_member", "m-1")], "Mei")
    form = understood(type="form", visitor="v-1", guest={"email": " Ann@Shop.Test ", "phone": "1"}, subject="S")
    assert (aliases(form), form.message.subject) == ([("email", "ann@shop.test")], "S")


@pytest.mark.rule(51)
def test_a_phone_number_alone_is_no_way_to_answer() -> None:
    event = understood(type="form", guest={"phone": "0912-345 678"})
    assert (aliases(event), event.contact.unreachable) == ([("phone", "0912345678")], "phone_only")


@pytest.mark.parametrize(
    "event",
    [{"type": "other"}, {"id": ""}, {"text": ""}, {"visitor": ""}, {"type": "form", "guest": {"name": "x"}}],
    ids=["type", "id", "empty", "nobody", "no-contact"],
)
def test_what_means_nothing_is_parked(event: dict[str, Any]) -> None:
    assert isinstance(meaning(**{"visitor": "v-1", **event}), Parked)


@given(_ANYTHING)
def test_no_json_raises(value: Any) -> None:
    body = value if isinstance(value, dict) else {"type": value}
    (raw,) = WEB.split(json.dumps(body).encode())
    assert isinstance(WEB.normalise(raw, ACCOUNT, NOW), pb.InboundEvent | Parked)


def test_an_event_is_the_same_out_of_its_bytes() -> None:
    (raw,) = WEB.split(json.dumps({"type": "chat", "id": "1", "visitor": "v", "text": "hi", "at_ms": 1}).encode())
    assert WEB.normalise(WEB.restore(raw.raw), ACCOUNT, NOW) == WEB.normalise(raw, ACCOUNT, NOW)


def test_answers_on_the_site_are_kept_and_others_mailed() -> None:
    part = OutgoingText("hello")
    for kind in ("web_visitor", "web_member"):
        assert isinstance(WEB.build_send(_send(part, kind, "x"), ACCOUNT, CREDENTIALS), Kept)
    mail = WEB.build_send(_send(part, "email", "ann@shop.test"), ACCOUNT, CREDENTIALS)
    assert isinstance(mail, MailRequest)
    assert (mail.to, mail.subject, mail.text) == ("ann@shop.test", "Re: Delivery", "hello")
    again = WEB.build_send(_send(part, "email", "ann@shop.test"), ACCOUNT, CREDENTIALS)
    assert isinstance(again, MailRequest)
    assert mail.references == again.references


@pytest.mark.rule(51)
def test_nothing_is_sent_to_a_phone_number() -> None:
    with pytest.raises(CannotSend):
        WEB.build_send(_send(OutgoingText("hello"), "phone", "0912345678"), ACCOUNT, CREDENTIALS)


@pytest.mark.rule(53, 54, 55)
@pytest.mark.parametrize("kind", ["video", "audio", "file"])
def test_only_pictures_go_out(kind: str) -> None:
    with pytest.raises(CannotSend, match="only pictures"):
        WEB.build_send(_send(OutgoingMedia(kind, "https://desk/x", ""), "web_visitor", "v"), ACCOUNT, CREDENTIALS)


def test_a_reply_address_proves_whom_the_desk_wrote_to_and_when() -> None:
    name = reply_name("0" * 36, "ann@shop.test", CREDENTIALS, NOW + timedelta(hours=5))
    # What mail servers take of a name before the @.
    assert len(name) <= 64
    account, proof = read_reply_name(name) or ("", "")
    assert account == "0" * 36
    assert proven_at(account, "Ann@Shop.test ", proof, CREDENTIALS) == NOW
    assert proven_at(account, "eve@shop.test", proof, CREDENTIALS) is None
    assert proven_at("web-2", "ann@shop.test", proof, CREDENTIALS) is None
    assert proven_at(account, "ann@shop.test", proof, {"widget_secret": f"{SECRET}x"}) is None
    assert read_reply_name("someone") is read_reply_name("r++x") is None


@pytest.mark.parametrize("change", ["", "x", "ffff{}", "{}0"], ids=["none", "odd", "a-later-day", "longer"])
def test_nobody_makes_a_proof_or_renews_one(change: str) -> None:
    _, proof = read_reply_name(reply_name("web-1", "ann@shop.test", CREDENTIALS, NOW)) or ("", "")
    forged = change.format(proof[4:] if change.startswith("f") else proof)
    assert proven_at("web-1", "ann@shop.test", forged, CREDENTIALS) is None


def test_each_mail_brings_a_new_proof_and_stays_in_its_thread() -> None:
    first, later = (
        WEB.build_send(_send(OutgoingText("hi"), "email", "ann@shop.test", made_at), ACCOUNT, CREDENTIALS)
        for made_at in (0, 399 * 86400)
    )
    assert isinstance(first, MailRequest)
    assert isinstance(later, MailRequest)
    assert first.references == later.references
    assert first.reply_to != later.reply_to


def test_an_address_in_a_form_is_claimed_and_one_that_answers_is_proven() -> None:
    guest = {"guest": {"email": "ann@shop.test", "phone": "0912345678"}}
    proofs = {
        "form": understood(type="form", proven=True, **guest),
        "mail": understood(type="mail", proven=True, **guest),
        "old mail": understood(type="mail", proven=False, **guest),
        "member": understood(type="form", member={"id": "m-1", "email": "ann@shop.test"}, **guest),
        "chat": understood(visitor="v-1", **guest),
    }
    assert {name: event.contact.address_proof for name, event in proofs.items()} == {
        "form": "claimed",
        "mail": "proven",
        "old mail": "claimed",
        "member": "proven",
        "chat": "",
    }


def test_pictures_lie_in_the_tenants_own_part_of_the_store() -> None:
    own = WEB.build_content(ContentRef("image", f"{ACCOUNT.tenant_id}/a", ""), ACCOUNT, CREDENTIALS)
    assert own is not None
    assert own.request.host == "storage"
    assert WEB.build_content(ContentRef("image", f"{uuid4()}/a", ""), ACCOUNT, CREDENTIALS) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Thanks!\n\nOn Mon, 1 Jan 2035, Shop <s@x> wrote:\n> Hello\n", "Thanks!"),
        ("謝謝\n\n商店 <s@x> 於 2035年1月1日 寫道：\n> 您好", "謝謝"),
        ("Fine\n-- \nAnn", "Fine"),
        ("Yes\n> really?\n", "Yes"),
        ("> only what was quoted", "> only what was quoted"),
        ("One\n> two\nthree", "One\n> two\nthree"),
        ("", ""),
    ],
    ids=["english", "chinese", "signature", "below", "nothing-left", "between", "empty"],
)
def test_what_a_mail_quotes_goes(text: str, kept: str) -> None:
    assert without_quotes(text) == kept


@given(st.binary(max_size=400))
def test_no_mail_breaks_the_reader(raw: bytes) -> None:
    try:
        read_mail(raw)
    except BadMailError:
        return


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-replied", "Precedence: bulk", "Return-Path: <>", "X: y\nFrom: mailer-daemon@x.y"]
)
def test_machines_are_told_from_people(header: str) -> None:
    sender = "" if "From" in header else "From: ann@shop.test\n"
    assert read_mail(f"{sender}{header}\n\nhello".encode()).automatic
    assert not read_mail(b"From: ann@shop.test\n\nhello").automatic


def _send(part: Any, kind: str, value: str, made_at: int = 0) -> Send:
    return Send(Address(kind, value), (part,), uuid4(), subject="Delivery", made_at=made_at)
