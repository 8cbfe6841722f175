"""Staying signed in: tokens that succeed each other, lost answers, thefts, and the ways a session ends."""

import asyncio
import base64

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as pb
from tests.services.tenants.facts import listening
from tests.services.tenants.shop import PASSWORD, Calls, Shop, refused
from tests.support.wait import eventually

_DAY = 86400.0


async def test_each_refresh_gives_a_new_token_for_the_same_session(shop: Shop) -> None:
    first = await shop.calls.sign_in(shop.admin.email)

    second = await shop.calls.refresh(first.refresh_token)
    third = await shop.calls.refresh(second.refresh_token)

    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert {grant.principal.session_id for grant in (first, second, third)} == {first.principal.session_id}
    assert [grant.principal.generation for grant in (first, second, third)] == [1, 2, 3]


async def test_a_refresh_sees_the_role_of_now(shop: Shop) -> None:
    person = await shop.add("cs_agent")
    session = await shop.calls.sign_in(person.email)

    await shop.calls.team.UpdateTeammate(
        pb.UpdateTeammateRequest(teammate_id=str(person.id), role=pb.ROLE_SUPERVISOR),
        metadata=shop.calls.as_(shop.admin),
    )

    assert "manage_team" in (await shop.calls.principal(session.principal)).permissions
    assert "manage_team" in (await shop.calls.refresh(session.refresh_token)).principal.permissions


async def test_tabs_that_refresh_at_once_get_the_same_successor(shop: Shop) -> None:
    session = await shop.calls.sign_in(shop.admin.email)

    answers = await asyncio.gather(*(shop.calls.refresh(session.refresh_token) for _ in range(8)))
    # One tab uses its answer at once; another comes a few seconds later.
    await shop.calls.principal(answers[0].principal)
    shop.calls.stack.set_clock(9)
    late = await shop.calls.refresh(session.refresh_token)

    assert {answer.refresh_token for answer in (*answers, late)} == {answers[0].refresh_token}
    assert (await shop.calls.refresh(late.refresh_token)).principal.generation == 3


async def test_a_client_whose_answer_was_lost_is_not_locked_out(shop: Shop) -> None:
    session = await shop.calls.sign_in(shop.admin.email)
    await shop.calls.principal(session.principal)
    lost = await shop.calls.refresh(session.refresh_token)

    # It goes on with the access token it has, wakes up much later, and asks again with the refresh token it has.
    await shop.calls.principal(session.principal)
    shop.calls.stack.set_clock(5 * 3600)
    again = await shop.calls.refresh(session.refresh_token)

    assert again.refresh_token == lost.refresh_token
    assert (await shop.calls.refresh(again.refresh_token)).principal.session_id == session.principal.session_id


async def test_a_lost_answer_is_not_repeated_for_ever(shop: Shop) -> None:
    session = await shop.calls.sign_in(shop.admin.email)
    await shop.calls.refresh(session.refresh_token)

    shop.calls.stack.set_clock(_DAY + 60)

    with refused("session_ended"):
        await shop.calls.refresh(session.refresh_token)


async def test_a_spent_token_after_its_answer_arrived_ends_the_session_for_thief_and_owner(shop: Shop) -> None:
    stolen = await shop.calls.sign_in(shop.admin.email)
    mine = await shop.calls.refresh(stolen.refresh_token)
    await shop.calls.principal(mine.principal)
    other = await shop.calls.sign_in(shop.admin.email)

    shop.calls.stack.set_clock(11)
    async with listening(shop) as facts:
        with refused("session_ended"):
            await shop.calls.refresh(stolen.refresh_token)
        await eventually(lambda: facts.sessions() == {mine.principal.session_id})

    with refused("session_ended"):
        await shop.calls.refresh(mine.refresh_token)
    with refused("session_ended"):
        await shop.calls.principal(mine.principal)
    # Another session of the same person goes on.
    await shop.calls.principal(other.principal)
    noted = [entry for entry in await shop.audit() if entry.action == "session.reuse_detected"]
    assert [(entry.target, entry.actor_id) for entry in noted] == [(mine.principal.session_id, "")]


async def test_a_thief_who_is_first_is_found_out_when_the_owner_comes(shop: Shop) -> None:
    owner = await shop.calls.sign_in(shop.admin.email)
    thief = await shop.calls.refresh(owner.refresh_token)
    await shop.calls.principal(thief.principal)

    shop.calls.stack.set_clock(600)
    with refused("session_ended"):
        await shop.calls.refresh(owner.refresh_token)

    with refused("session_ended"):
        await shop.calls.principal(thief.principal)


async def test_a_gateway_that_tells_no_generation_errs_on_the_safe_side(shop: Shop) -> None:
    session = await shop.calls.sign_in(shop.admin.email)
    await shop.calls.refresh(session.refresh_token)
    await shop.calls.principal(session.principal, generation=0)

    shop.calls.stack.set_clock(11)

    with refused("session_ended"):
        await shop.calls.refresh(session.refresh_token)


async def test_a_token_two_generations_old_ends_the_session_at_once(shop: Shop) -> None:
    first = await shop.calls.sign_in(shop.admin.email)
    second = await shop.calls.refresh(first.refresh_token)
    third = await shop.calls.refresh(second.refresh_token)

    with refused("session_ended"):
        await shop.calls.refresh(first.refresh_token)

    with refused("session_ended"):
        await shop.calls.refresh(third.refresh_token)


async def test_knowing_a_session_is_not_enough_to_end_it(shop: Shop) -> None:
    """A made-up token that names tenant and session but not the family's secret is worth nothing, and does nothing."""
    session = await shop.calls.sign_in(shop.admin.email)
    raw = bytearray(base64.urlsafe_b64decode(session.refresh_token + "=="))
    for index in range(32, len(raw)):
        raw[index] ^= 0x55
    forged = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")

    with refused("session_ended"):
        await shop.calls.refresh(forged)

    await shop.calls.refresh(session.refresh_token)


@pytest.mark.parametrize("token", ["", "x", "\x00", "a" * 107, "☃" * 107, "a" * 100_000])
async def test_what_was_never_handed_out_is_refused(calls: Calls, token: str) -> None:
    with refused("session_ended"):
        await calls.refresh(token)


async def test_sessions_end_when_idle_and_in_any_case(shop: Shop) -> None:
    calls = shop.calls
    idle = await calls.sign_in(shop.admin.email)
    busy = await calls.sign_in(shop.admin.email)

    calls.stack.set_clock(13 * _DAY)
    await calls.principal(idle.principal)
    busy_again = await calls.refresh(busy.refresh_token)
    calls.stack.set_clock(15 * _DAY)
    with refused("session_ended"):
        await calls.principal(idle.principal)
    with refused("session_ended"):
        await calls.refresh(idle.refresh_token)

    for day in (26, 39, 52):
        calls.stack.set_clock(day * _DAY)
        busy_again = await calls.refresh(busy_again.refresh_token)
    left = busy_again.refresh_expires_at.seconds - busy.refresh_expires_at.seconds
    # Sixty days after the sign-in, of which the first answer promised fourteen.
    assert left == pytest.approx(46 * _DAY, abs=60)
    calls.stack.set_clock(61 * _DAY)
    with refused("session_ended"):
        await calls.refresh(busy_again.refresh_token)


async def test_signing_out_ends_that_session_alone(shop: Shop) -> None:
    one, two = await shop.calls.sign_in(shop.admin.email), await shop.calls.sign_in(shop.admin.email)

    async with listening(shop) as facts:
        for _ in range(2):
            await shop.calls.sessions.RevokeSession(
                pb.RevokeSessionRequest(session_id=one.principal.session_id), metadata=shop.calls.as_(shop.admin)
            )
        await eventually(lambda: facts.sessions() == {one.principal.session_id})

    with refused("session_ended"):
        await shop.calls.principal(one.principal)
    with refused("session_ended"):
        await shop.calls.refresh(one.refresh_token)
    await shop.calls.principal(two.principal)


async def test_nobody_signs_a_colleague_out_this_way(shop: Shop) -> None:
    person = await shop.add("cs_agent")
    session = await shop.calls.sign_in(person.email)

    await shop.calls.sessions.RevokeSession(
        pb.RevokeSessionRequest(session_id=session.principal.session_id), metadata=shop.calls.as_(shop.admin)
    )

    await shop.calls.principal(session.principal)


@pytest.mark.promise(5)
async def test_a_session_is_found_in_its_own_tenant_only(shop: Shop) -> None:
    other = await shop.calls.shop()
    session = await shop.calls.sign_in(shop.admin.email)

    with refused("session_ended"):
        await shop.calls.sessions.GetPrincipal(
            pb.GetPrincipalRequest(tenant_id=str(other.id), session_id=session.principal.session_id)
        )


@pytest.mark.parametrize("text", ["", "not-an-id", "\x00", "1" * 10_000])
async def test_ids_that_are_none_are_no_sessions(calls: Calls, text: str) -> None:
    with refused("session_ended"):
        await calls.sessions.GetPrincipal(pb.GetPrincipalRequest(tenant_id=text, session_id=text))


async def test_only_hashes_of_tokens_are_stored(shop: Shop) -> None:
    session = await shop.calls.sign_in(shop.admin.email)
    following = await shop.calls.refresh(session.refresh_token)
    rows = await shop.calls.stack.database.fetch("SELECT t::text AS row FROM tenants.sessions t")

    stored = "".join(row["row"] for row in rows)
    for token in (session.refresh_token, following.refresh_token):
        secret = base64.urlsafe_b64decode(token + "==")[32:]
        assert secret[:16].hex() not in stored
        assert secret[16:].hex() not in stored
    assert PASSWORD not in stored


async def test_what_expired_long_ago_is_thrown_away(shop: Shop) -> None:
    session = await shop.calls.sign_in(shop.admin.email)
    rows = "SELECT 1 FROM tenants.sessions WHERE id = $1::uuid"
    database = shop.calls.stack.database
    assert await database.fetch(rows, session.principal.session_id)

    await database.fetch("SELECT tenants.sweep(now() + interval '66 days')")
    assert await database.fetch(rows, session.principal.session_id)
    await database.fetch("SELECT tenants.sweep(now() + interval '68 days')")
    assert not await database.fetch(rows, session.principal.session_id)
