"""Addresses of media: only what was signed opens, for what it was signed, for as long as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.clock.clock import FixedClock
from libs.storage.addresses import MediaAddresses, MediaKeyError, parse_keys

KEY = "5b0c7b1e-0000-7000-8000-000000000001/2026/11/5b0c7b1e-0000-7000-8000-000000000002/content.jpg"
START = datetime(2026, 11, 22, 10, 7, tzinfo=UTC)
OLD, NEW = b"o" * 32, b"n" * 32


def addresses(*keys: bytes, clock: FixedClock | None = None) -> MediaAddresses:
    return MediaAddresses(keys or (NEW,), "https://desk.example.com", (clock or FixedClock(START)).now)


def token_of(address: str, place: int = -1) -> str:
    return address.split("/")[place]


def test_a_browsers_address_opens_its_file_for_15_to_30_minutes() -> None:
    clock = FixedClock(START)
    desk = addresses(clock=clock)
    token = token_of(desk.browser_path(KEY, "圖片.jpg"))
    found = desk.read_browser(token)
    assert found is not None
    assert (found.key, found.file_name) == (KEY, "圖片.jpg")
    assert 900 <= found.expires_at - START.timestamp() <= 1800
    clock.advance(timedelta(seconds=found.expires_at - START.timestamp() - 1))
    assert desk.read_browser(token) is not None
    clock.advance(timedelta(seconds=1))
    assert desk.read_browser(token) is None


def test_an_address_stays_the_same_for_a_while_so_that_browsers_cache() -> None:
    clock = FixedClock(START)
    desk = addresses(clock=clock)
    first = desk.browser_path(KEY)
    clock.advance(timedelta(minutes=2))
    assert desk.browser_path(KEY) == first
    clock.advance(timedelta(minutes=15))
    assert desk.browser_path(KEY) != first


def test_a_platforms_address_holds_and_carries_the_name() -> None:
    clock = FixedClock(START)
    desk = addresses(clock=clock)
    address = desk.public_url(KEY, "報價 1/2.pdf")
    assert address.startswith("https://desk.example.com/media/public/")
    assert address.endswith("/%E5%A0%B1%E5%83%B9%201%202.pdf")
    clock.advance(timedelta(days=4000))
    assert desk.read_public(token_of(address, -2)) == KEY


def test_no_kind_opens_as_another() -> None:
    desk = addresses()
    browser, customer, public = (
        token_of(made(KEY)) for made in (desk.browser_path, desk.customer_path, desk.public_url)
    )
    assert [bool(read(browser)) for read in (desk.read_browser, desk.read_customer, desk.read_public)] == [1, 0, 0]
    assert [bool(read(customer)) for read in (desk.read_browser, desk.read_customer, desk.read_public)] == [0, 1, 0]
    assert [bool(read(public)) for read in (desk.read_browser, desk.read_customer, desk.read_public)] == [0, 0, 1]


def test_keys_rotate() -> None:
    before, both, after = addresses(OLD), addresses(NEW, OLD), addresses(NEW)
    token = token_of(before.public_url(KEY))
    assert both.read_public(token) == KEY
    assert after.read_public(token) is None
    assert after.read_public(token_of(both.public_url(KEY))) == KEY


@given(st.text(max_size=300))
def test_nothing_made_up_opens(text: str) -> None:
    desk = addresses()
    assert desk.read_browser(text) is None
    assert desk.read_public(text) is None


@given(st.data())
def test_no_changed_address_opens(data: st.DataObject) -> None:
    desk = addresses()
    token = token_of(desk.browser_path(KEY, "a.jpg"))
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_."))
    changed = token[:place] + other + token[place + 1 :]
    assert (desk.read_browser(changed) is None) == (changed != token)


@given(st.text(max_size=400))
def test_any_file_name_fits_and_comes_back_on_one_line(name: str) -> None:
    desk = addresses()
    address = desk.browser_path(KEY, name.encode(errors="replace").decode())
    found = desk.read_browser(token_of(address))
    assert found is not None
    assert len(found.file_name) <= 100
    assert not set(found.file_name) & set("\r\n\0/\\")


@pytest.mark.parametrize("text", ["", "short", "c2hvcnQ=", ","], ids=["none", "no base64", "short key", "only a comma"])
def test_a_wrong_key_is_refused(text: str) -> None:
    with pytest.raises(MediaKeyError):
        parse_keys(text)
