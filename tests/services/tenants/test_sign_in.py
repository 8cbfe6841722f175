"""Signing in: who gets a session, who does not, and how often one may try."""

import asyncio
import secrets

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.auth.permissions import ROLE_PERMISSIONS, ROLES
from tests.services.tenants.shop import PASSWORD, Calls, Shop, refused


@pytest.mark.rule(105)
@pytest.mark.parametrize("role", ROLES)
async def test_a_session_carries_what_the_role_permits(shop: Shop, role: str) -> None:
    person = await shop.add(role)

    session = await shop.calls.sign_in(person.email)

    assert session.principal.teammate.id == str(person.id)
    assert session.principal.tenant.slug == shop.slug
    assert set(session.principal.permissions) == ROLE_PERMISSIONS[role]
    assert await shop.calls.principal(session.principal) == session.principal


@pytest.mark.rule(121)
async def test_a_plan_gives_its_entitlements(calls: Calls) -> None:
    found = {}
    for plan in ("basic", "standard", "pro"):
        slug = f"{plan}-{secrets.token_hex(3)}"
        request = pb.EnsureTenantRequest(slug=slug, name=plan, region="tw", plan=plan)
        found[plan] = list((await calls.operator.EnsureTenant(request)).tenant.entitlements)

    assert found["basic"] == []
    assert found["standard"] == ["coupons", "referral_analytics"]
    assert found["pro"] == ["coupons", "referral_analytics", "stores"]


async def test_address_and_password_are_compared_as_people_mean_them(shop: Shop) -> None:
    # Capital letters, blanks around, and full-width letters as an input method leaves them.
    written = f"  {shop.admin.email.upper().replace('ADMIN', 'ＡＤＭＩＮ')} "

    session = await shop.calls.sign_in(written, "ｃorrect horse")

    assert session.principal.teammate.id == str(shop.admin.id)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("nobody@nowhere.test", PASSWORD),
        ("not an address", PASSWORD),
        ("\x00admin@\x00.test", PASSWORD),
        ("a" * 5000 + "@x.test", "p" * 5000),
        ("nobody@nowhere.test", "pass\x00word"),
    ],
)
async def test_what_can_be_no_login_is_refused_like_a_wrong_password(calls: Calls, email: str, password: str) -> None:
    with refused("wrong_credentials") as error:
        await calls.sign_in(email, password)
    assert error.value.http_status == 401


async def test_wrong_passwords_disabled_and_invited_teammates_get_the_same_answer(shop: Shop) -> None:
    disabled = await shop.add("cs_agent")
    await shop.calls.team.DisableTeammate(
        pb.DisableTeammateRequest(teammate_id=str(disabled.id)), metadata=shop.calls.as_(shop.admin)
    )
    invited = f"invited@{shop.slug}.test"
    await shop.calls.team.InviteTeammate(
        pb.InviteTeammateRequest(email=invited, name="Ina", role=pb.ROLE_CS_AGENT),
        metadata=shop.calls.as_(shop.admin),
    )

    messages = set()
    for email, password in ((shop.admin.email, "wrong"), (disabled.email, PASSWORD), (invited, PASSWORD)):
        with refused("wrong_credentials") as error:
            await shop.calls.sign_in(email, password)
        messages.add(error.value.message)
    assert len(messages) == 1


async def test_an_unknown_address_is_refused_with_the_same_work(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: the same statements and one hash verified, whether the address is known or not."""
    from argon2 import PasswordHasher

    from libs.db.unit import Unit

    done: list[str] = []
    execute, verify = Unit.execute, PasswordHasher.verify

    async def noted_execute(self: Unit, sql: object, params: object = None) -> object:
        done.append(str(sql))
        return await execute(self, sql, params)  # type: ignore[arg-type]

    def noted_verify(self: PasswordHasher, stored: str | bytes, password: str | bytes) -> bool:
        done.append("verify " + str(stored).rsplit("$", 2)[0])
        return verify(self, stored, password)

    monkeypatch.setattr(Unit, "execute", noted_execute)
    monkeypatch.setattr(PasswordHasher, "verify", noted_verify)
    work = []
    for email in (shop.admin.email, f"nobody@{shop.slug}.test"):
        done.clear()
        with refused("wrong_credentials"):
            await shop.calls.sign_in(email, "wrong password")
        # The mailer's and the outbox's own loops are not part of it.
        work.append([item for item in done if "mails" not in item and "outbox" not in item])
    assert work[0] == work[1]
    assert sum(item.startswith("verify") for item in work[0]) == 1


async def test_a_crowd_of_guesses_at_once_gets_no_more_tries(shop: Shop) -> None:
    outcomes = await asyncio.gather(
        *(shop.calls.sign_in(shop.admin.email, f"guess {number}") for number in range(25)), return_exceptions=True
    )

    codes = [getattr(outcome, "code", "") for outcome in outcomes]
    assert codes.count("wrong_credentials") == 5
    assert codes.count("too_many_attempts") == 20


async def test_an_address_waits_longer_with_every_wrong_password(shop: Shop) -> None:
    calls, waits = shop.calls, []
    for _ in range(5):
        with refused("wrong_credentials"):
            await calls.sign_in(shop.admin.email, "wrong")
    offset = 0.0
    for _ in range(9):
        with refused("too_many_attempts") as error:
            await calls.sign_in(shop.admin.email, PASSWORD)
        assert error.value.http_status == 429
        waits.append(error.value.fields["retry_after_seconds"])
        offset += waits[-1]
        calls.stack.set_clock(offset)
        with refused("wrong_credentials"):
            await calls.sign_in(shop.admin.email, "wrong")

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    calls.stack.set_clock(offset + 301)
    await calls.sign_in(shop.admin.email)
    # Forgiven: the next mistakes are free again.
    for _ in range(4):
        with refused("wrong_credentials"):
            await calls.sign_in(shop.admin.email, "wrong")
    await calls.sign_in(shop.admin.email)


async def test_an_unknown_address_is_throttled_like_a_known_one(shop: Shop) -> None:
    for _ in range(5):
        with refused("wrong_credentials"):
            await shop.calls.sign_in(f"nobody@{shop.slug}.test")
    with refused("too_many_attempts") as error:
        await shop.calls.sign_in(f"nobody@{shop.slug}.test")
    assert error.value.fields["retry_after_seconds"] == 2


async def test_one_origin_guessing_many_addresses_is_throttled_and_successes_do_not_count(shop: Shop) -> None:
    calls, ip = shop.calls, "203.0.113.7"
    for _ in range(3):
        await calls.sign_in(shop.admin.email, ip=ip)
    for number in range(100):
        with refused("wrong_credentials"):
            await calls.sign_in(f"{number}@{shop.slug}.test", ip=ip)

    with refused("too_many_attempts"):
        await calls.sign_in(shop.admin.email, ip=ip)
    await calls.sign_in(shop.admin.email, ip="203.0.113.8")


async def test_an_ipv6_host_cannot_hide_in_its_own_network(shop: Shop) -> None:
    for number in range(100):
        with refused("wrong_credentials"):
            await shop.calls.sign_in(f"{number}@v6.{shop.slug}.test", ip=f"2001:db8:ffff:1::{number:x}")
    with refused("too_many_attempts"):
        await shop.calls.sign_in(shop.admin.email, ip="2001:db8:ffff:1::beef")


async def test_nothing_readable_about_who_tried_is_stored(shop: Shop) -> None:
    with refused("wrong_credentials"):
        await shop.calls.sign_in(shop.admin.email, "wrong", ip="203.0.113.99")
    rows = await shop.calls.stack.database.fetch("SELECT t::text AS row FROM tenants.throttles t")
    assert rows
    assert not [row for row in rows if "203.0.113.99" in row["row"] or shop.admin.email in row["row"]]
