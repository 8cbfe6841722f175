"""Where Messenger differs from Instagram: its limits and its paths."""

import json
from uuid import UUID

import pytest

from libs.channels.accounts import Account
from libs.channels.contacts import Address
from libs.channels.facebook.channel import FacebookChannel
from libs.channels.meta.messaging.lookups import PAGE_FIELDS
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingText, Send

FACEBOOK = FacebookChannel()
ACCOUNT = Account("t", "a", "104/../7")
CREDENTIALS = {"access_token": "token"}
USER = Address("facebook_user", "C1?x#")
KEY = UUID("123e4567-e89b-12d3-a456-426614174000")


@pytest.mark.parametrize("longest", ["x" * 2000, "訊" * 2000, "😀" * 1000], ids=["latin", "cjk", "emoji"])
def test_longest_text(longest: str) -> None:
    FACEBOOK.build_send(Send(USER, [OutgoingText(longest)], KEY), ACCOUNT, CREDENTIALS)
    with pytest.raises(CannotSend) as refused:
        FACEBOOK.build_send(Send(USER, [OutgoingText(longest + "x")], KEY), ACCOUNT, CREDENTIALS)
    assert refused.value.code == "text_too_long"


def test_any_file_can_be_sent() -> None:
    file = OutgoingMedia("file", "https://desk/a.zip", "application/zip", size_bytes=25_000_000)
    FACEBOOK.build_send(Send(USER, [file], KEY), ACCOUNT, CREDENTIALS)


def test_paths_name_the_page() -> None:
    send = FACEBOOK.build_send(Send(USER, [OutgoingText("hi")], KEY), ACCOUNT, CREDENTIALS)
    assert send.path == "/104%2F..%2F7/messages"
    check = FACEBOOK.build_check(ACCOUNT, CREDENTIALS)
    assert (check.method, check.host) == ("GET", "graph")
    assert check.path == "/104%2F..%2F7?fields=id,name,picture%7Burl%7D"
    profile = FACEBOOK.build_profile(USER, ACCOUNT, CREDENTIALS)
    assert profile is not None
    assert profile.path == "/C1%3Fx%23?fields=name,first_name,last_name,profile_pic"


def test_page_without_a_known_id_is_the_tokens() -> None:
    send = FACEBOOK.build_send(Send(USER, [OutgoingText("hi")], KEY), Account("t", "a"), CREDENTIALS)
    assert send.path == "/me/messages"


def test_page_sends_its_conversations_here_or_no_more() -> None:
    (on,) = FACEBOOK.build_subscribe("https://desk/webhooks/facebook", True, Account("t", "a", "104"), CREDENTIALS)
    assert (on.method, on.path, on.operation) == ("POST", "/104/subscribed_apps", "subscribe")
    assert json.loads(on.body) == {"subscribed_fields": list(PAGE_FIELDS)}
    assert "feed" not in PAGE_FIELDS
    (off,) = FACEBOOK.build_subscribe("https://desk/webhooks/facebook", False, Account("t", "a", "104"), CREDENTIALS)
    assert (off.method, off.path, off.body) == ("DELETE", "/104/subscribed_apps", b"")


def test_what_connecting_takes() -> None:
    assert FACEBOOK.needs.required == {"access_token"}
    assert FACEBOOK.needs.provider_id
    assert FACEBOOK.shared_address
