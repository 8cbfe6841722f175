"""The team: who sees it, and who may change whom."""

import asyncio
import base64

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.auth.permissions import ROLES
from tests.services.tenants.facts import listening
from tests.services.tenants.shop import Person, Shop, proto_role, refused
from tests.support.wait import eventually


async def _update(shop: Shop, by: Person, whom: Person, **changes: object) -> pb.Teammate:
    request = pb.UpdateTeammateRequest(teammate_id=str(whom.id), **changes)  # type: ignore[arg-type]
    answer = await shop.calls.team.UpdateTeammate(request, metadata=shop.calls.as_(by))
    changed: pb.Teammate = answer.teammate
    return changed


async def _disable(shop: Shop, by: Person, whom: Person) -> pb.Teammate:
    request = pb.DisableTeammateRequest(teammate_id=str(whom.id))
    answer = await shop.calls.team.DisableTeammate(request, metadata=shop.calls.as_(by))
    changed: pb.Teammate = answer.teammate
    return changed


async def _enable(shop: Shop, by: Person, whom: Person) -> pb.Teammate:
    request = pb.EnableTeammateRequest(teammate_id=str(whom.id))
    answer = await shop.calls.team.EnableTeammate(request, metadata=shop.calls.as_(by))
    changed: pb.Teammate = answer.teammate
    return changed


async def _invite(shop: Shop, by: Person, email: str, role: str, claimed: str = "") -> pb.Teammate:
    request = pb.InviteTeammateRequest(email=email, name="Newcomer", role=proto_role(role), language="en")
    answer = await shop.calls.team.InviteTeammate(request, metadata=shop.calls.as_(by, claimed))
    invited: pb.Teammate = answer.teammate
    return invited


async def _list(shop: Shop, by: Person, size: int = 0, token: str = "", query: str = "") -> pb.ListTeammatesResponse:
    request = pb.ListTeammatesRequest(page_size=size, page_token=token, query=query)
    answer: pb.ListTeammatesResponse = await shop.calls.team.ListTeammates(request, metadata=shop.calls.as_(by))
    return answer


@pytest.mark.rule(106)
async def test_the_list_is_sorted_by_role_then_name_and_counts_everybody(shop: Shop) -> None:
    for role, name in (
        ("salesperson", "Ann"),
        ("cs_agent", "bob"),
        ("cs_agent", "Carol"),
        ("cs_agent", "Álvaro"),
        ("cs_agent", "王小明"),
        ("supervisor", "Zoe"),
        ("sales_manager", "Al"),
        ("cs_manager", "Mia"),
    ):
        await shop.add(role, name)
    agent = await shop.add("cs_agent", "aaron")

    names: list[str] = []
    token, pages = "", 0
    while pages == 0 or token:
        page = await _list(shop, agent, size=4, token=token)
        assert page.total == 10
        names += [teammate.name for teammate in page.teammates]
        token, pages = page.next_page_token, pages + 1

    assert names == ["The admin", "Zoe", "Mia", "aaron", "bob", "Carol", "Álvaro", "王小明", "Al", "Ann"]
    assert pages == 3


@pytest.mark.rule(106)
async def test_search_finds_names_and_addresses_in_whatever_case(shop: Shop) -> None:
    carol = await shop.add("cs_agent", "Carol Wáng")
    await shop.add("cs_agent", "Dan 50%_off")

    async def found(query: str) -> list[str]:
        page = await _list(shop, shop.admin, query=query)
        assert page.total == len(page.teammates)
        return [teammate.name for teammate in page.teammates]

    assert await found("cAROL") == ["Carol Wáng"]
    assert await found("  wáng ") == ["Carol Wáng"]
    assert await found(carol.email.upper()) == ["Carol Wáng"]
    assert await found("%_") == ["Dan 50%_off"]
    assert await found("nobody") == []
    assert len(await found("\x00")) == 3


@pytest.mark.rule(111)
@pytest.mark.parametrize("role", ROLES)
async def test_everybody_edits_their_own_name_and_phone(shop: Shop, role: str) -> None:
    person = await shop.add(role)

    changed = await _update(shop, person, person, name="  New Name ", phone="+886 912-345-678")

    assert (changed.name, changed.phone, changed.version) == ("New Name", "+886 912-345-678", 2)
    assert await shop.find(person) == changed
    # Unset fields stay.
    assert (await _update(shop, person, person, phone="")).name == "New Name"


@pytest.mark.rule(107)
@pytest.mark.parametrize("role", ROLES)
async def test_a_colleagues_data_takes_manage_team(shop: Shop, role: str) -> None:
    editor, colleague = await shop.add(role), await shop.add("salesperson")

    if role in ("admin", "supervisor"):
        assert (await _update(shop, editor, colleague, name="Edited")).name == "Edited"
    else:
        with refused("permission_denied") as error:
            await _update(shop, editor, colleague, name="Edited")
        assert error.value.fields["permission"] == "manage_team"
        assert (await shop.find(colleague)).version == 1


@pytest.mark.rule(105)
@pytest.mark.parametrize("role", ROLES)
async def test_nobody_gives_themselves_another_role_without_manage_team(shop: Shop, role: str) -> None:
    person = await shop.add(role)
    if role in ("admin", "supervisor"):
        assert (await _update(shop, person, person, role=pb.ROLE_CS_AGENT)).role == pb.ROLE_CS_AGENT
        return
    for wanted in ROLES:
        if wanted != role:
            with refused("permission_denied"):
                await _update(shop, person, person, role=proto_role(wanted))


@pytest.mark.rule(105)
async def test_a_supervisor_reaches_no_higher_than_supervisor(shop: Shop) -> None:
    supervisor, peer, agent = await shop.add("supervisor"), await shop.add("supervisor"), await shop.add("cs_agent")

    assert (await _update(shop, supervisor, peer, name="Peer")).name == "Peer"
    assert (await _update(shop, supervisor, agent, role=pb.ROLE_SUPERVISOR)).role == pb.ROLE_SUPERVISOR
    for whom, changes in (
        (agent, {"role": pb.ROLE_ADMIN}),
        (supervisor, {"role": pb.ROLE_ADMIN}),
        (shop.admin, {"name": "Demoted"}),
        (shop.admin, {"role": pb.ROLE_CS_AGENT}),
    ):
        with refused("role_above_own") as error:
            await _update(shop, supervisor, whom, **changes)
        assert error.value.http_status == 403
    with refused("role_above_own"):
        await _invite(shop, supervisor, f"boss@{shop.slug}.test", "admin")


async def test_a_role_taken_away_counts_at_once_whatever_the_token_says(shop: Shop) -> None:
    supervisor, agent = await shop.add("supervisor"), await shop.add("cs_agent")
    await _update(shop, shop.admin, supervisor, role=pb.ROLE_CS_AGENT)

    with refused("permission_denied"):
        await _update(shop, supervisor, agent, name="Edited")
    with refused("permission_denied"):
        await _invite(shop, supervisor, f"new@{shop.slug}.test", "cs_agent", claimed="admin")

    await _disable(shop, shop.admin, supervisor)
    with refused("unauthenticated"):
        await _update(shop, supervisor, supervisor, name="Back again")


async def test_the_last_active_admin_stays_one(shop: Shop) -> None:
    second = await shop.add("admin")
    await _invite(shop, shop.admin, f"invited-admin@{shop.slug}.test", "admin")
    await _disable(shop, shop.admin, second)

    # Neither the invited nor the disabled one counts.
    for attempt in (
        _disable(shop, shop.admin, shop.admin),
        _update(shop, shop.admin, shop.admin, role=pb.ROLE_SUPERVISOR),
    ):
        with refused("last_admin") as error:
            await attempt
        assert error.value.http_status == 409

    await _enable(shop, shop.admin, second)
    assert (await _update(shop, shop.admin, shop.admin, role=pb.ROLE_SUPERVISOR)).role == pb.ROLE_SUPERVISOR


async def test_two_admins_who_demote_each_other_at_once_leave_one(shop: Shop) -> None:
    second = await shop.add("admin")

    outcomes = await asyncio.gather(
        _update(shop, shop.admin, second, role=pb.ROLE_CS_AGENT),
        _update(shop, second, shop.admin, role=pb.ROLE_CS_AGENT),
        return_exceptions=True,
    )

    page = await _list(shop, shop.admin)
    assert [teammate.role for teammate in page.teammates].count(pb.ROLE_ADMIN) == 1
    assert [getattr(outcome, "code", "") for outcome in outcomes].count("") == 1


@pytest.mark.rule(109)
@pytest.mark.parametrize("role", ROLES)
async def test_only_admins_disable_and_enable(shop: Shop, role: str) -> None:
    person, target = await shop.add(role), await shop.add("salesperson")

    if role == "admin":
        assert (await _disable(shop, person, target)).state == pb.TEAMMATE_STATE_DISABLED
        assert (await _enable(shop, person, target)).state == pb.TEAMMATE_STATE_ACTIVE
        return
    code = "admins_only" if role == "supervisor" else "permission_denied"
    for attempt in (_disable(shop, person, target), _enable(shop, person, target)):
        with refused(code):
            await attempt
    assert (await shop.find(target)).state == pb.TEAMMATE_STATE_ACTIVE


@pytest.mark.rule(109)
async def test_a_disabled_teammate_is_out_everywhere_at_once(shop: Shop) -> None:
    person = await shop.add("cs_agent")
    one, two = await shop.calls.sign_in(person.email), await shop.calls.sign_in(person.email)

    async with listening(shop) as facts:
        disabled = await _disable(shop, shop.admin, person)
        ended = {one.principal.session_id, two.principal.session_id}
        await eventually(lambda: facts.sessions() == ended and facts.teammates())
        assert [(fact.teammate_id, fact.version) for fact in facts.teammates()] == [(str(person.id), disabled.version)]

    for session in (one, two):
        with refused("session_ended"):
            await shop.calls.principal(session.principal)
        with refused("session_ended"):
            await shop.calls.refresh(session.refresh_token)
    with refused("wrong_credentials"):
        await shop.calls.sign_in(person.email)
    # Enabled again, the old sessions stay over.
    await _enable(shop, shop.admin, person)
    with refused("session_ended"):
        await shop.calls.principal(one.principal)
    await shop.calls.sign_in(person.email)


async def test_every_change_raises_the_version_and_is_announced_and_nothing_else(shop: Shop) -> None:
    person = await shop.add("cs_agent")
    async with listening(shop) as facts:
        await _update(shop, shop.admin, person, name="One")
        await _update(shop, shop.admin, person, name="One", phone="")
        await _update(shop, shop.admin, person, role=pb.ROLE_CS_MANAGER)
        await eventually(lambda: len(facts.teammates()) == 2)
        assert [fact.version for fact in facts.teammates()] == [2, 3]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "line\nbreak"}, "name"),
        ({"name": "exe\u202egpj"}, "name"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "1" * 33}, "phone"),
        ({"role": 0}, "role"),
        ({"role": 99}, "role"),
    ],
)
async def test_wrong_values_are_refused_by_field(shop: Shop, changes: dict[str, object], field: str) -> None:
    with refused("invalid_argument") as error:
        await _update(shop, shop.admin, shop.admin, **changes)
    assert error.value.fields["field"] == field
    assert field in error.value.message


@pytest.mark.parametrize("email", ["", "x", "a@b", "a@b@c.test", "a b@c.test", "a@c.test\x00", "a" * 250 + "@c.test"])
async def test_wrong_addresses_are_refused(shop: Shop, email: str) -> None:
    with refused("invalid_argument") as error:
        await _invite(shop, shop.admin, email, "cs_agent")
    assert error.value.fields["field"] == "email"


@pytest.mark.parametrize(
    "inside", ["", "null", '[1, "\\u0000", "x"]', '[1, "\\ud800", "x"]', '[1, "a", "x"]', f'[{2**70}, "a", "x"]']
)
async def test_page_tokens_of_somebodys_own_making_are_refused(shop: Shop, inside: str) -> None:
    token = base64.urlsafe_b64encode(inside.encode()).decode().rstrip("=") or "x"
    with refused("invalid_argument") as error:
        await _list(shop, shop.admin, token=token)
    assert error.value.fields["field"] == "page_token"


@pytest.mark.promise(5)
async def test_another_tenants_teammates_are_not_there(shop: Shop) -> None:
    other = await shop.calls.shop()

    for attempt in (_update(shop, shop.admin, other.admin, name="Mine"), _disable(shop, shop.admin, other.admin)):
        with refused("teammate_not_found"):
            await attempt

    assert (await other.find(other.admin)).version == 1
    page = await _list(shop, shop.admin)
    assert {teammate.tenant_id for teammate in page.teammates} == {str(shop.id)}


@pytest.mark.parametrize("text", ["", "nonsense", "\x00", "x" * 5000])
async def test_ids_that_are_none_are_no_teammates(shop: Shop, text: str) -> None:
    with refused("teammate_not_found"):
        await shop.calls.team.DisableTeammate(
            pb.DisableTeammateRequest(teammate_id=text), metadata=shop.calls.as_(shop.admin)
        )
