"""One address for all pages of an app: each event finds its account, and one that finds none harms nobody."""

import uuid

import pytest

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from libs.rpc.errors import FrontdeskError
from tests.services.ingestion.pages import Page, body_of, delivered, entry, page, post, written
from tests.services.ingestion.platform import Platform
from tests.support.wait import eventually


async def _nobodys(platform: Platform, provider_id: str) -> list[pb.LedgerEntry]:
    """Entries for a page nobody has connected."""
    request = pb.ListLedgerEntriesRequest(verdict="parked", page_size=100)
    found = (await platform.ledger.ListLedgerEntries(request)).entries
    return [one for one in found if one.recipient == provider_id]


@pytest.mark.promise(5)
async def test_one_call_carries_events_of_many_accounts_and_tenants(platform: Platform) -> None:
    pages = [page(platform) for _ in range(20)]
    entries = [entry(one.provider_id, *(written(f"{one.id} {number}") for number in range(3))) for one in pages]

    assert (await post(platform, body_of(*entries))).status_code == 200

    for one in pages:
        published = await platform.heard(one, 3)
        assert [event.message.text for event in published] == [f"{one.id} {number}" for number in range(3)]
        assert {event.tenant_id for event in published} == {str(one.tenant_id)}
    assert len({one.tenant_id for one in pages}) == 20


async def test_all_accounts_of_a_call_are_asked_for_with_one_question_and_remembered(platform: Platform) -> None:
    pages = [page(platform) for _ in range(50)]
    for _ in range(3):
        await post(platform, body_of(*(entry(one.provider_id, written()) for one in pages)))
    assert [one.provider_id for one in pages] in platform.tenants.searched
    asked = [ids for ids in platform.tenants.searched if pages[0].provider_id in ids]
    assert len(asked) == 1


async def test_one_bad_update_spoils_nothing(platform: Platform) -> None:
    one, stranger = page(platform), Page()
    odd = [None, 17, {"sender": {"id": "4"}, "message": {"is_hologram": True}}, {"sender": {}, "timestamp": 1}]
    body = body_of(
        entry(stranger.provider_id, written("lost")),
        entry(one.provider_id, written("first"), *odd, written("second")),
        {"id": one.provider_id, "surprise": True},
        "no entry at all",
        entry(one.provider_id, written("third")),
    )

    assert (await post(platform, body)).status_code == 200

    def texts() -> list[str]:
        return [event.message.text for event in platform.published(one) if event.message.text]

    await eventually(lambda: texts() == ["first", "second", "third"], what="the good ones")
    (kept,) = await _nobodys(platform, stranger.provider_id)
    assert (kept.reason, kept.tenant_id, kept.account_id) == ("unknown_account", "", "")
    assert "lost" in (await platform.body(kept)).decode()


async def test_events_for_nobodys_page_are_replayed_once_it_is_connected(platform: Platform) -> None:
    one = Page()
    body = body_of(entry(one.provider_id, written("early")))
    for _ in range(2):
        # Kept once, however often it comes.
        assert (await post(platform, body)).status_code == 200
    (kept,) = await _nobodys(platform, one.provider_id)
    with pytest.raises(FrontdeskError) as error:
        await platform.replay(kept)
    assert error.value.code == "cannot_replay"

    platform.tenants.accounts[one.id] = one
    await platform.change(one)

    async def replayed() -> bool:
        return await platform.replay(kept) == 1

    await eventually(replayed, what="the page is known")
    (published,) = await platform.heard(one, 1)
    assert published.message.text == "early"


async def test_a_page_connected_a_moment_ago_is_known_at_once(platform: Platform) -> None:
    one = Page()
    await post(platform, body_of(entry(one.provider_id, written("too early"))))
    platform.tenants.accounts[one.id] = one
    await platform.change(one)

    async def arrives() -> bool:
        await post(platform, body_of(entry(one.provider_id, written("now"))))
        return bool(platform.published(one))

    await eventually(arrives, what="its events arrive")
    assert platform.published(one)[0].message.text == "now"


async def test_ids_nobody_connected_are_not_asked_for_again_at_once(platform: Platform) -> None:
    stranger = Page()
    for _ in range(3):
        await post(platform, body_of(entry(stranger.provider_id, written())))
    assert len([ids for ids in platform.tenants.searched if stranger.provider_id in ids]) == 1


@pytest.mark.parametrize("secret", ["wrong", ""])
async def test_only_the_app_may_call_its_address(platform: Platform, secret: str) -> None:
    one = page(platform)
    answer = await post(platform, body_of(entry(one.provider_id, written())), secret=secret)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert platform.published(one) == []


@pytest.mark.promise(5)
async def test_a_tenants_own_app_speaks_for_its_own_page_alone(platform: Platform) -> None:
    own, other = page(platform, app_secret="own-app-secret"), page(platform)
    body = body_of(entry(own.provider_id, written("mine")), entry(other.provider_id, written("forged")))

    assert (await post(platform, body, own, "own-app-secret")).status_code == 200

    (published,) = await platform.heard(own, 1)
    assert published.message.text == "mine"
    assert platform.published(other) == []
    (kept,) = await platform.entries(own, "refused")
    assert (kept.reason, kept.recipient, kept.tenant_id) == (
        "foreign_recipient",
        other.provider_id,
        str(own.tenant_id),
    )
    with pytest.raises(FrontdeskError) as error:
        await platform.replay(kept)
    assert error.value.code == "cannot_replay"
    assert platform.published(other) == []


async def test_the_shared_secret_does_not_open_the_address_of_an_own_app(platform: Platform) -> None:
    own = page(platform, app_secret="own-app-secret")
    body = body_of(entry(own.provider_id, written()))
    assert (await post(platform, body, own)).status_code == 401
    # Nor the other way round.
    assert (await post(platform, body, secret="own-app-secret")).status_code == 401


async def test_an_account_without_an_own_app_is_called_by_the_shared_one_at_its_own_address_too(
    platform: Platform,
) -> None:
    one = page(platform)
    assert (await post(platform, body_of(entry(one.provider_id, written())), one)).status_code == 200
    await platform.heard(one, 1)


@pytest.mark.promise(7)
async def test_receipts_take_the_slow_lane_and_no_quota(platform: Platform) -> None:
    one = page(platform, quota=2)
    updates = [*(delivered() for _ in range(10)), written(), written()]
    await post(platform, body_of(entry(one.provider_id, *updates)))
    await platform.heard(one, 12)
    lanes = sorted(subject.split(".")[1] for subject in platform.subjects(one))
    assert lanes == ["bulk"] * 10 + ["live"] * 2


@pytest.mark.promise(1)
async def test_while_the_tenants_service_is_away_a_call_is_kept_whole(platform: Platform) -> None:
    known, unknown = page(platform), page(platform)
    await post(platform, body_of(entry(known.provider_id, written("before"))))
    await platform.tenants.stop()
    try:
        assert (await post(platform, body_of(entry(known.provider_id, written("known"))))).status_code == 200
        await platform.heard(known, 2)
        both = body_of(entry(known.provider_id, written("later")), entry(unknown.provider_id, written("later")))
        assert (await post(platform, both)).status_code == 200
        forged = body_of(entry(unknown.provider_id, written("forged")))
        assert (await post(platform, forged, secret="forged")).status_code == 401
    finally:
        await platform.tenants.start()
    (published,) = await platform.heard(unknown, 1)
    assert published.message.text == "later"
    await platform.heard(known, 3)


async def test_a_thousand_updates_of_a_thousand_pages_are_taken_in_one_call(platform: Platform) -> None:
    tenant = uuid.uuid4()
    pages = [page(platform, tenant_id=tenant) for _ in range(1000)]
    body = body_of(*(entry(one.provider_id, written(one.id)) for one in pages))
    assert (await post(platform, body)).status_code == 200
    wanted = {one.id for one in pages}

    def arrived() -> bool:
        return {event.account_id for event in platform.everything() if event.account_id in wanted} == wanted

    await eventually(arrived, 20, "all of them")
