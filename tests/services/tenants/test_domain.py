"""Pure rules, for whatever comes from outside."""

import contextlib
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.app.settings import SettingsError
from libs.mail.smtp import SmtpServer
from libs.rpc.errors import InvalidArgumentError
from services.tenants.domain import languages, text, throttles, tokens
from services.tenants.domain.tokens import Token

# Any code points at all, lone surrogates and NUL among them.
_ANYTHING = st.text(st.characters(categories=None), max_size=300) | st.from_regex(r"[\w.+-]+@[\w-]+\.[a-z]{2,}")


def _is_storable(value: str) -> bool:
    value.encode()
    return "\x00" not in value


@given(_ANYTHING)
def test_cleaned_text_can_be_stored_and_cleaning_again_changes_nothing(value: str) -> None:
    for clean in (text.name, text.phone, lambda given: text.email(given).text):
        try:
            once = clean(value)
        except InvalidArgumentError:
            continue
        assert _is_storable(once)
        assert clean(once) == once


@given(_ANYTHING)
def test_a_name_is_one_line_wherever_it_is_shown(value: str) -> None:
    with contextlib.suppress(InvalidArgumentError):
        assert len(text.name(value).splitlines()) == 1


@pytest.mark.parametrize("separator", ["\n", "\x85", "\u2028", "\u2029"])
def test_what_begins_a_new_line_is_refused(separator: str) -> None:
    with pytest.raises(InvalidArgumentError):
        text.name(f"Ann{separator}Bcc: x")


@given(_ANYTHING)
def test_what_is_only_compared_or_noted_is_never_refused(value: str) -> None:
    for found in (text.email_key(value), text.search_key(value), text.trace(value, 300)):
        assert _is_storable(found)
    assert len(text.trace(value, 10)) <= 10
    assert languages.pick(value) in languages.LANGUAGES
    assert len(throttles.SIGN_IN_EMAIL.key(value)) == 32


@given(_ANYTHING)
def test_an_address_that_passes_is_the_one_that_signs_in(value: str) -> None:
    try:
        address = text.email(value)
    except InvalidArgumentError:
        return
    assert text.email_key(value.upper()) == text.email_key(value)
    assert text.email(value.swapcase()).key == address.key


@given(_ANYTHING, st.integers(1, 64))
def test_a_token_of_somebodys_own_making_is_none_or_a_token(value: str, size: int) -> None:
    found = tokens.parse(value, size)
    assert found is None or len(found.secret) == size


@given(st.binary(min_size=48, max_size=48))
def test_a_token_comes_back_as_it_was_handed_out(secret: bytes) -> None:
    token = Token(uuid4(), uuid4(), secret)
    assert tokens.parse(token.text(), 48) == token
    assert tokens.parse(token.text() + "A", 48) is None
    assert tokens.parse(token.text(), 32) is None


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_delays_grow_and_end(first: int, second: int) -> None:
    for throttle in (
        throttles.SIGN_IN_EMAIL,
        throttles.SIGN_IN_IP,
        throttles.RESET_EMAIL,
        throttles.RESET_IP,
        throttles.INVITE_EMAIL,
        throttles.INVITE_TENANT,
    ):
        fewer, more = sorted((first, second))
        assert timedelta() <= throttle.delay(fewer) <= throttle.delay(more) <= throttle.longest
        assert throttle.delay(throttle.free - 1) == timedelta()


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("not an ip", ""),
    ],
)
def test_what_counts_as_one_origin(address: str, origin: str) -> None:
    assert throttles.network(address) == origin


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, None, None, False)),
        ("smtp://127.0.0.1:1025", ("127.0.0.1", 1025, None, None, False)),
        ("smtp://me:p%40ss@mail.example", ("mail.example", 587, "me", "p@ss", False)),
        ("smtps://me:x@mail.example", ("mail.example", 465, "me", "x", True)),
    ],
)
def test_mail_servers_are_named_by_url(url: str, expected: tuple[object, ...]) -> None:
    options = SmtpServer(url).options
    assert tuple(options[name] for name in ("hostname", "port", "username", "password", "use_tls")) == expected


@pytest.mark.parametrize("url", ["http://mail.example", "mail.example:25", "smtp://", "smtp://host:port"])
def test_what_names_no_mail_server_is_said_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="FRONTDESK_SMTP_URL"):
        SmtpServer(url)
