"""Where Instagram differs from Messenger: its limits, its two logins and its paths."""

import json
from uuid import UUID

import pytest

from libs.channels.accounts import Account
from libs.channels.contacts import Address
from libs.channels.instagram.channel import SUBSCRIBED, InstagramChannel
from libs.channels.meta.messaging.lookups import PAGE_FIELDS
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingText, Send
from libs.channels.wire import HttpRequest

INSTAGRAM = InstagramChannel()
ACCOUNT = Account("t", "a", "178")
PAGE = {"access_token": "token"}
OWN = PAGE | {"login": "instagram"}
USER = Address("instagram_user", "C1")
KEY = UUID("123e4567-e89b-12d3-a456-426614174000")


def sent(part: OutgoingText | OutgoingMedia, credentials: dict[str, str]) -> HttpRequest:
    """The call that sends it."""
    return INSTAGRAM.build_send(Send(USER, [part], KEY), ACCOUNT, credentials)


@pytest.mark.parametrize("longest", ["x" * 1000, "訊" * 333 + "x", "😀" * 250], ids=["latin", "cjk", "emoji"])
def test_longest_text_in_bytes(longest: str) -> None:
    assert sent(OutgoingText(longest), PAGE)
    with pytest.raises(CannotSend) as refused:
        sent(OutgoingText(longest + "x"), PAGE)
    assert refused.value.code == "text_too_long"


@pytest.mark.rule(55)
def test_of_files_only_pdfs_can_be_sent() -> None:
    assert sent(OutgoingMedia("file", "https://desk/a.pdf", "application/pdf", size_bytes=25_000_000), PAGE)
    with pytest.raises(CannotSend) as refused:
        sent(OutgoingMedia("file", "https://desk/a.zip", "application/zip"), PAGE)
    assert refused.value.code == "media_refused"


@pytest.mark.parametrize(
    ("credentials", "host", "path"),
    [
        (PAGE, "graph", "/me/messages"),
        (OWN, "instagram", "/178/messages"),
        (PAGE | {"login": ""}, "graph", "/me/messages"),
    ],
    ids=["page", "own", "blank"],
)
def test_messages_go_through_the_page_or_by_its_own_login(credentials: dict[str, str], host: str, path: str) -> None:
    request = sent(OutgoingText("hi"), credentials)
    assert (request.host, request.path) == (host, path)


def test_questions() -> None:
    check, own = INSTAGRAM.build_check(ACCOUNT, PAGE), INSTAGRAM.build_check(ACCOUNT, OWN)
    assert (check.host, check.path) == ("graph", "/178?fields=id,username,name,profile_picture_url")
    assert (own.host, own.path) == ("instagram", "/me?fields=user_id,username,name,profile_picture_url")
    profile = INSTAGRAM.build_profile(USER, ACCOUNT, OWN)
    assert profile is not None
    assert (profile.host, profile.path) == ("instagram", "/C1?fields=name,username,profile_pic")


def test_account_with_its_own_login_is_subscribed_and_unsubscribed() -> None:
    (on,) = INSTAGRAM.build_subscribe("", True, ACCOUNT, OWN)
    assert (on.method, on.host, on.path) == ("POST", "instagram", "/178/subscribed_apps")
    assert json.loads(on.body) == {"subscribed_fields": list(SUBSCRIBED)}
    (off,) = INSTAGRAM.build_subscribe("", False, ACCOUNT, OWN)
    assert (off.method, off.host, off.path) == ("DELETE", "instagram", "/178/subscribed_apps")


def test_page_stays_subscribed_for_its_messenger() -> None:
    (on,) = INSTAGRAM.build_subscribe("", True, ACCOUNT, PAGE)
    assert (on.method, on.host, on.path) == ("POST", "graph", "/me/subscribed_apps")
    assert json.loads(on.body) == {"subscribed_fields": list(PAGE_FIELDS)}
    assert INSTAGRAM.build_subscribe("", False, ACCOUNT, PAGE) == ()


def test_what_connecting_takes() -> None:
    assert INSTAGRAM.needs.required == {"access_token"}
    assert "login" in INSTAGRAM.needs.optional
    assert INSTAGRAM.shared_address
