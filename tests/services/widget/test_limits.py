"""What anybody may do on a shop's page: so much and no more, and told clearly."""

from collections.abc import AsyncIterator
from random import randrange

import pytest

from tests.services.ingestion.platform import Platform, WebAccount, running_platform
from tests.services.widget.site import Browser, picture
from tests.support.databases import Databases
from tests.support.servers import LocalServer

_VARIABLES = {
    "FRONTDESK_WIDGET_RATE_MESSAGES": "2/hour",
    "FRONTDESK_WIDGET_RATE_FORMS": "1/hour",
    "FRONTDESK_WIDGET_RATE_IMAGES_ADDRESS": "3/hour",
    "FRONTDESK_WIDGET_WAITING_PERSON": "0",
    "FRONTDESK_WIDGET_RATE_BYTES_ADDRESS": "2000000/hour",
}


@pytest.fixture(scope="module")
async def platform(databases: Databases, redis: LocalServer) -> AsyncIterator[Platform]:
    """Ingestion with limits that a test reaches."""
    async with running_platform(databases, redis, _VARIABLES) as around:
        yield around


@pytest.fixture
async def guest(platform: Platform) -> Browser:
    """Somebody on a site of its own."""
    account = WebAccount(channel="web")
    platform.tenants.accounts[account.id] = account
    browser = Browser(platform.http, account.id)
    await browser.session()
    return browser


def elsewhere() -> str:
    """An address that nobody else calls from: what an address may do is counted for all tests together."""
    return f"2001:db8:{randrange(1 << 16):x}:{randrange(1 << 16):x}::1"


async def test_a_person_may_write_so_often(guest: Browser) -> None:
    answers = [await guest.writes("hello") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    problem = answers[-1].json()
    assert (problem["code"], answers[-1].headers["content-type"]) == ("too_many_requests", "application/problem+json")
    assert answers[-1].headers["retry-after"] == str(problem["retry_after_seconds"])


async def test_forms_are_counted_by_themselves(guest: Browser) -> None:
    assert (await guest.writes("hello")).status_code == 201
    answers = [await guest.sends_form("hello", email="a@shop.test") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 429]


async def test_nobody_fills_the_disk_by_being_somebody_else_for_every_picture(guest: Browser) -> None:
    address, statuses = elsewhere(), []
    for _ in range(4):
        stranger = Browser(guest.client, guest.root.rpartition("/")[2])
        stranger.address = address
        await stranger.session()
        statuses.append((await stranger.uploads(picture())).status_code)
    assert statuses == [201, 201, 201, 429]


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
async def test_an_address_may_send_so_many_bytes(guest: Browser, announced: bool) -> None:
    guest.address = elsewhere()

    async def pieces() -> AsyncIterator[bytes]:
        yield picture()

    large = picture() + bytes(900_000)
    first = await guest.uploads(large)
    assert first.status_code == 201
    # What does not say its length may have the greatest.
    refused = await guest.uploads(large * 2 if announced else pieces())
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert int(refused.headers["retry-after"]) > 0
    assert (await guest.writes("hello")).status_code == 429
    guest.address = elsewhere()
    assert (await guest.writes("from elsewhere")).status_code == 201


async def test_only_so_many_wait(guest: Browser) -> None:
    assert (await guest.news("w")).status_code == 429


@pytest.mark.promise(5)
async def test_what_one_site_gave_opens_no_other_even_with_the_same_secret(platform: Platform) -> None:
    one = WebAccount(channel="web")
    other = WebAccount(channel="web", secret=one.secret)
    for account in (one, other):
        platform.tenants.accounts[account.id] = account
    here, there = Browser(platform.http, one.id), Browser(platform.http, other.id)
    here.address = elsewhere()
    await here.session()
    there.token = here.token
    assert (await there.writes("me again")).status_code == 401
    there.token = ""
    await there.session()
    image = (await here.uploads(picture())).json()["id"]
    answer = await there.writes("", images=[image])
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_image")


async def test_any_origin_may_call_and_no_cookie_takes_part(guest: Browser) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}
    preflight = await guest.call("OPTIONS", "/messages", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "authorization, content-type"
    config = await guest.call("GET", "/config")
    assert (config.status_code, config.headers["access-control-allow-origin"]) == (200, "*")
    for answer in (preflight, config):
        assert "access-control-allow-credentials" not in answer.headers
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 422, "invalid_message"),
        (b"[]", 422, "invalid_message"),
        (b'{"id": "short", "text": "x"}', 422, "invalid_message"),
        (b'{"id": "long-enough", "text": " "}', 422, "invalid_message"),
        (b'{"id": "long-enough", "text": "' + b"x" * 4001 + b'"}', 422, "text_too_long"),
        (b'{"id": "long-enough", "text": "' + b"x" * 140_000 + b'"}', 413, "body_too_large"),
    ],
    ids=["no-json", "no-object", "short-id", "empty", "long-text", "long-body"],
)
async def test_what_cannot_be_taken_is_refused_with_a_reason(
    guest: Browser, body: bytes, status: int, code: str
) -> None:
    answer = await guest.call("POST", "/messages", content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_query_without_end_is_refused(guest: Browser) -> None:
    answer = await guest.call("GET", f"/messages?{'&'.join(['page_token=x'] * 20)}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_argument")


async def test_a_kept_token_of_odd_characters_is_replaced(guest: Browser) -> None:
    answer = await guest.call("POST", "/sessions", content=b'{"visitor_token": "\\ud800"}')
    assert answer.status_code == 200
    assert answer.json()["visitor_token"]


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
async def test_nobody_reads_or_writes_without_a_token(guest: Browser, token: str) -> None:
    guest.token = token
    for method, path in (("GET", "/messages"), ("POST", "/messages"), ("GET", "/news"), ("POST", "/images")):
        answer = await guest.call(method, path)
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_token" if token else "token_missing")


async def test_other_addresses_and_methods_say_so(guest: Browser) -> None:
    assert (await guest.call("DELETE", "/messages")).json()["code"] == "method_not_allowed"
    assert (await guest.call("GET", "/nothing")).json()["code"] == "not_found"
    nobody = Browser(guest.client, "no-such-account")
    assert (await nobody.call("GET", "/config")).json()["code"] == "unknown_account"
