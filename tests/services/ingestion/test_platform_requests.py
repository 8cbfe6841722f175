"""What Meta asks in people's names: signed with the app's secret, kept for the operator, answered with a page."""

import base64
import hashlib
import hmac
import json
from typing import cast
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from cli.demo_accounts import META_APP_SECRET
from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from libs.clock.clock import SystemClock
from libs.rpc.errors import FrontdeskError
from services.ingestion.service.ledger import LedgerService
from services.ingestion.service.platform_requests import PlatformRequests, UnknownRequestError
from tests.services.ingestion.platform import Platform
from tests.support.inbound import unique


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _signed(user_id: str, secret: str = META_APP_SECRET, **changes: object) -> str:
    content = {"user_id": user_id, "algorithm": "HMAC-SHA256", "issued_at": 1_790_000_000, **changes}
    payload = _encode(json.dumps(content).encode())
    return f"{_encode(hmac.digest(secret.encode(), payload.encode(), hashlib.sha256))}.{payload}"


async def _post(platform: Platform, what: str, signed: str) -> httpx.Response:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return await platform.http.post(
        f"/webhooks/meta/{what}", content=urlencode({"signed_request": signed}), headers=kind
    )


async def _kept(platform: Platform, user_id: str) -> list[pb.LedgerEntry]:
    request = pb.ListLedgerEntriesRequest(verdict="parked", page_size=100)
    found = (await platform.ledger.ListLedgerEntries(request)).entries
    return [one for one in found if one.channel == "meta" and user_id.encode() in await platform.body(one)]


async def test_a_deletion_is_kept_and_its_page_tells_what_became_of_it(platform: Platform) -> None:
    user = unique("user")
    answer = await _post(platform, "data-deletion", _signed(user))
    assert answer.status_code == 200
    told = answer.json()
    assert told["url"].endswith(f"/data-deletion/{told['confirmation_code']}")
    (entry,) = await _kept(platform, user)
    assert (entry.reason, entry.tenant_id) == ("data_deletion", "")
    with pytest.raises(FrontdeskError) as error:
        await platform.replay(entry)
    assert error.value.code == "cannot_replay"

    for language, words in (("zh-TW,en", "資料刪除要求"), ("zh-CN", "数据删除请求"), ("de,en;q=0.5", "Data deletion")):
        page = await platform.http.get(urlsplit(told["url"]).path, headers={"accept-language": language})
        assert page.status_code == 200
        assert words in page.text
        assert user not in page.text


async def test_who_took_the_app_away_is_noted(platform: Platform) -> None:
    user = unique("user")
    answer = await _post(platform, "deauthorize", _signed(user))
    assert (answer.status_code, answer.json()) == (200, {})
    assert [entry.reason for entry in await _kept(platform, user)] == ["deauthorized"]


@pytest.mark.parametrize("what", ["data-deletion", "deauthorize"])
async def test_what_the_app_has_not_signed_is_refused(platform: Platform, what: str) -> None:
    user = unique("user")
    right = _signed(user)
    for signed in (
        _signed(user, "another secret"),
        _signed(user, ""),
        _signed(user, algorithm="none"),
        right[1:],
        right + "A",
        right.partition(".")[2],
        "." + right.partition(".")[2],
        "",
        "x",
        "é.é",
    ):
        answer = await _post(platform, what, signed)
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature"), signed
    assert (await platform.http.post(f"/webhooks/meta/{what}", content=b"\xff=")).status_code == 401
    assert await _kept(platform, user) == []


@pytest.mark.parametrize("code", ["1790000000-" + "0" * 24, "x", "", "1-" + "a" * 24])
async def test_a_code_nobody_was_given_has_no_page(platform: Platform, code: str) -> None:
    assert (await platform.http.get(f"/webhooks/meta/data-deletion/{code}")).status_code == 404
    assert (await platform.http.get("/webhooks/meta/deauthorize")).status_code == 404


def test_a_desk_without_an_app_of_meta_knows_no_code() -> None:
    requests = PlatformRequests(cast(LedgerService, None), SystemClock(None), "", "https://desk.test")
    made_up = hmac.digest(b"", b"data deletion 1790000000", hashlib.sha256)[:12].hex()
    with pytest.raises(UnknownRequestError):
        requests.received_at(f"1790000000-{made_up}")
