"""What Meta asks in people's names: signed with an app's secret, kept until somebody has done it, told on a page."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from nats.aio.msg import Msg

from cli.demo_accounts import META_APP_SECRET
from frontdesk.ingestion.v1 import deletions_pb2 as pb
from frontdesk.ingestion.v1 import deletions_pb2_grpc as stubs
from frontdesk.ingestion.v1 import ingestion_pb2
from frontdesk.ingestion.v1.events_pb2 import DataDeletionDone
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.bus.spool import Spool
from libs.clock.clock import FixedClock
from libs.rpc.client import Metadata, on_behalf
from libs.rpc.errors import FrontdeskError
from services.ingestion.service.deletions import DeletionService
from tests.services.ingestion.pages import page
from tests.services.ingestion.platform import Platform
from tests.support.inbound import unique
from tests.support.measured import measured
from tests.support.signed_requests import FORM, form, signed_request
from tests.support.wait import eventually


def _signed(user_id: str, secret: str = META_APP_SECRET, **changes: object) -> str:
    return signed_request(user_id, secret, **changes)


async def _post(platform: Platform, what: str, signed: str) -> httpx.Response:
    return await platform.http.post(f"/webhooks/meta/{what}", content=form(signed), headers=FORM)


async def _asked(platform: Platform, user: str, own: Any = None) -> str:
    """The confirmation code of a request, to the shared app or an account's own."""
    what, secret = (f"data-deletion/{own.id}", own.app_secret) if own else ("data-deletion", META_APP_SECRET)
    answer = await _post(platform, what, _signed(user, secret))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["confirmation_code"])


async def _operator(platform: Platform, name: str, request: Any) -> Any:
    # The stub must live as long as its call.
    stub = stubs.DataDeletionServiceStub(platform.stack.channel("ingestion", "operator"))
    return await getattr(stub, name)(request)


async def _team(platform: Platform, name: str, request: Any, metadata: Metadata) -> Any:
    stub = stubs.AccountDataDeletionServiceStub(platform.stack.channel("ingestion"))
    return await getattr(stub, name)(request, metadata=metadata)


def _admin(platform: Platform, tenant_id: UUID) -> tuple[TeammateClaims, Metadata]:
    claims = TeammateClaims(uuid4(), "admin", ROLE_PERMISSIONS["admin"], 1)
    return claims, on_behalf(platform.stack.issuer(), "ingestion", tenant_id, claims)


async def _all(platform: Platform, include_done: bool = False) -> dict[str, pb.DataDeletionRequest]:
    """What the operator sees, by code, over all its pages."""
    found: dict[str, pb.DataDeletionRequest] = {}
    request = pb.ListDataDeletionRequestsRequest(include_done=include_done, page_size=2)
    while True:
        answer = await _operator(platform, "ListDataDeletionRequests", request)
        found |= {one.confirmation_code: one for one in answer.requests}
        request.page_token = answer.next_page_token
        if not answer.next_page_token:
            return found


async def _seen(platform: Platform, mine: Metadata, **wanted: Any) -> Sequence[pb.DataDeletionRequest]:
    request = pb.ListAccountDataDeletionRequestsRequest(**wanted)
    answer = await _team(platform, "ListAccountDataDeletionRequests", request, mine)
    return list(answer.requests)


async def _told(platform: Platform, code: str, language: str) -> str:
    path = f"/webhooks/meta/data-deletion/{code}"
    answer = await platform.http.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.text


async def _kept(platform: Platform, user_id: str) -> list[ingestion_pb2.LedgerEntry]:
    request = ingestion_pb2.ListLedgerEntriesRequest(verdict="parked", page_size=100)
    found = (await platform.ledger.ListLedgerEntries(request)).entries
    return [one for one in found if one.channel == "meta" and user_id.encode() in await platform.body(one)]


async def test_a_deletion_waits_for_the_operator_and_its_page_tells_how_far_it_is(platform: Platform) -> None:
    user = unique("user")
    answer = await _post(platform, "data-deletion", _signed(user))
    assert answer.status_code == 200
    code = answer.json()["confirmation_code"]
    assert urlsplit(answer.json()["url"]).path == f"/webhooks/meta/data-deletion/{code}"
    shown = (await _all(platform))[code]
    assert (shown.user_id, shown.tenant_id, shown.account_id) == (user, "", "")
    assert shown.received_at.seconds
    for language, words in (("zh-TW,en", "正在處理"), ("zh-CN", "正在处理"), ("de,en;q=0.5", "will be done by")):
        told = await _told(platform, code, language)
        assert words in told
        assert user not in told

    complete = pb.CompleteDataDeletionRequestRequest(confirmation_code=code)
    done = (await _operator(platform, "CompleteDataDeletionRequest", complete)).request
    assert done.HasField("done_at")
    assert done.done_by == ""
    assert code not in await _all(platform)
    assert (await _all(platform, include_done=True))[code] == done
    day = done.done_at.ToJsonString()[:10]
    for language, words in (("zh-TW", f"已於 {day}"), ("zh-CN", f"已于 {day}"), ("en", f"it was done on {day}")):
        assert words in await _told(platform, code, language)


async def test_a_repeated_request_is_the_same_one(platform: Platform) -> None:
    user = unique("user")
    assert await _asked(platform, user) == await _asked(platform, user)
    again = await _post(platform, "data-deletion", _signed(user, issued_at=1_790_000_001))
    codes = [code for code, one in (await _all(platform)).items() if one.user_id == user]
    assert len(codes) == 2
    assert again.json()["confirmation_code"] in codes


@pytest.mark.promise(5)
async def test_a_tenant_sees_and_ends_what_its_own_app_signed_and_nothing_else(platform: Platform) -> None:
    told: list[DataDeletionDone] = []

    async def hear(message: Msg) -> None:
        told.append(DataDeletionDone.FromString(message.data))

    await platform.bus.subscribe("events.*.ingestion.data_deletion_done", hear)
    own = page(platform, app_secret=unique("own-secret"))
    other = page(platform, app_secret=unique("own-secret"))
    mine, theirs, shared = [await _asked(platform, unique("user"), app) for app in (own, other, None)]
    claims, metadata = _admin(platform, own.tenant_id)

    assert [one.confirmation_code for one in await _seen(platform, metadata)] == [mine]
    for code in (theirs, shared, "x", ""):
        request = pb.CompleteAccountDataDeletionRequestRequest(confirmation_code=code)
        with pytest.raises(FrontdeskError) as error:
            await _team(platform, "CompleteAccountDataDeletionRequest", request, metadata)
        assert error.value.code == "unknown_request"
    assert {theirs, shared} <= (await _all(platform)).keys()

    request = pb.CompleteAccountDataDeletionRequestRequest(confirmation_code=mine)
    first = (await _team(platform, "CompleteAccountDataDeletionRequest", request, metadata)).request
    assert (first.done_by, first.account_id) == (str(claims.id), own.id)
    _, colleague = _admin(platform, own.tenant_id)
    assert (await _team(platform, "CompleteAccountDataDeletionRequest", request, colleague)).request == first
    assert await _seen(platform, metadata) == []
    assert await _seen(platform, metadata, include_done=True) == [first]

    by_operator = pb.CompleteDataDeletionRequestRequest(confirmation_code=theirs)
    await _operator(platform, "CompleteDataDeletionRequest", by_operator)
    await eventually(lambda: len(told) >= 2, what="two told")
    assert [(fact.tenant_id, fact.actor_id, fact.confirmation_code) for fact in told] == [
        (str(own.tenant_id), str(claims.id), mine),
        (str(other.tenant_id), "", theirs),
    ]


@pytest.mark.promise(5)
async def test_an_app_speaks_for_its_own_account_alone(platform: Platform) -> None:
    own, plain = page(platform, app_secret=unique("own-secret")), page(platform)
    user = unique("user")
    for account, secret, status in (
        (own.id, META_APP_SECRET, 401),
        (own.id, "", 401),
        (plain.id, META_APP_SECRET, 404),
        (unique("nobody"), META_APP_SECRET, 404),
    ):
        answer = await _post(platform, f"data-deletion/{account}", _signed(user, secret))
        assert answer.status_code == status, answer.text
    assert (await _post(platform, "data-deletion", _signed(user, own.app_secret))).status_code == 401
    assert not [one for one in (await _all(platform, include_done=True)).values() if one.user_id == user]


async def test_who_took_the_app_away_is_noted(platform: Platform) -> None:
    user = unique("user")
    answer = await _post(platform, "deauthorize", _signed(user))
    assert (answer.status_code, answer.json()) == (200, {})
    (entry,) = await _kept(platform, user)
    assert (entry.reason, entry.tenant_id) == ("deauthorized", "")
    with pytest.raises(FrontdeskError) as error:
        await platform.replay(entry)
    assert error.value.code == "cannot_replay"


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
    assert not [one for one in (await _all(platform)).values() if one.user_id == user]


@pytest.mark.parametrize("user_id", ["", "x" * 201, "a\0b"], ids=["empty", "long", "nul"])
async def test_a_request_of_nobody_is_refused(platform: Platform, user_id: str) -> None:
    assert (await _post(platform, "data-deletion", _signed(user_id))).status_code == 401


@pytest.mark.parametrize("code", ["0" * 24, "1790000000-" + "0" * 24, "x", ""], ids=["hex", "old", "short", "none"])
async def test_a_code_nobody_was_given_has_no_page(platform: Platform, code: str) -> None:
    assert (await platform.http.get(f"/webhooks/meta/data-deletion/{code}")).status_code == 404
    assert (await platform.http.get("/webhooks/meta/deauthorize")).status_code == 404


async def test_upkeep_tells_how_long_the_oldest_waits_and_forgets_what_was_done_a_year_ago(platform: Platform) -> None:
    account = page(platform, app_secret=unique("own-secret"))
    own, shared = await _asked(platform, unique("user"), account), await _asked(platform, unique("user"))
    complete = pb.CompleteDataDeletionRequestRequest(confirmation_code=own)
    later = datetime.now(UTC) + timedelta(days=26)
    try:
        await _upkeep(platform, later)
        assert 25.9 < _days("own") < 26.1
        assert 25.9 < _days("shared") < 26.1
        for code in await _all(platform):
            complete.confirmation_code = code
            await _operator(platform, "CompleteDataDeletionRequest", complete)
        await _upkeep(platform, later)
        assert (_days("own"), _days("shared")) == (0, 0)
        assert {own, shared} <= (await _all(platform, include_done=True)).keys()
        await _upkeep(platform, later + timedelta(days=340))
        assert await _all(platform, include_done=True) == {}
    finally:
        await _upkeep(platform, datetime.now(UTC))


async def _upkeep(platform: Platform, at: datetime) -> None:
    database = platform.stack.database.open("ingestion")
    await DeletionService(database, cast(Spool, None), FixedClock(at)).upkeep()


def _days(app: str) -> float:
    return measured(f'frontdesk_data_deletion_oldest_seconds{{app="{app}"}}') / 86400
