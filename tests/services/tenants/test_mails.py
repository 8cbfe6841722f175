"""Invitations and password resets: the mails, their links, and what the links do."""

import base64
import re

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as pb
from tests.services.tenants.facts import listening
from tests.services.tenants.mailbox import html_of, text_of
from tests.services.tenants.shop import PASSWORD, Calls, Shop, link_token, refused
from tests.support.wait import eventually

_HOUR, _DAY = 3600.0, 86400.0
NEW = "a new password"


async def _forget(calls: Calls, email: str, language: str = "en", ip: str = "") -> None:
    request = pb.RequestPasswordResetRequest(email=email, language=language, client_ip=ip)
    await calls.sessions.RequestPasswordReset(request)


async def _reset(calls: Calls, token: str, password: str = NEW) -> None:
    await calls.sessions.ResetPassword(pb.ResetPasswordRequest(token=token, password=password))


async def _invite(shop: Shop, email: str, language: str = "en", role: pb.Role = pb.ROLE_CS_AGENT) -> pb.Teammate:
    request = pb.InviteTeammateRequest(email=email, name="Nina", role=role, language=language)
    answer = await shop.calls.team.InviteTeammate(request, metadata=shop.calls.as_(shop.admin))
    invited: pb.Teammate = answer.teammate
    return invited


async def _accept(calls: Calls, token: str, name: str = "Nina New", password: str = NEW) -> None:
    await calls.sessions.AcceptInvitation(pb.AcceptInvitationRequest(token=token, name=name, password=password))


async def _queued(calls: Calls) -> int:
    return len(await calls.stack.database.fetch("SELECT 1 FROM tenants.mails"))


async def test_an_invited_person_joins_with_the_link_of_the_mail(shop: Shop) -> None:
    email = f"Nina@{shop.slug}.test"
    invited = await _invite(shop, email)
    assert (invited.state, invited.email) == (pb.TEAMMATE_STATE_INVITED, email)

    mail = await shop.calls.mailbox.wait_for(email)
    text = text_of(mail)
    assert re.search(r"^https://desk\.example/accept-invitation\?token=[\w-]+$", text, re.MULTILINE)
    token = link_token(text)
    shown = await shop.calls.sessions.GetInvitation(pb.GetInvitationRequest(token=token))
    assert (shown.email, shown.name, shown.tenant_name) == (email, "Nina", f"Shop {shop.slug}")

    async with listening(shop) as facts:
        await _accept(shop.calls, token)
        await eventually(lambda: [fact.teammate_id for fact in facts.teammates()] == [invited.id])
    session = await shop.calls.sign_in(email, NEW)
    assert session.principal.teammate.name == "Nina New"
    assert session.principal.teammate.role == pb.ROLE_CS_AGENT
    with refused("invitation_not_found"):
        await _accept(shop.calls, token)
    with refused("invitation_not_found"):
        await shop.calls.sessions.GetInvitation(pb.GetInvitationRequest(token=token))


async def test_an_invitation_sent_again_brings_a_new_link_name_and_role(shop: Shop) -> None:
    email = f"again@{shop.slug}.test"
    first = await _invite(shop, email)
    second = await _invite(shop, email.upper(), role=pb.ROLE_CS_MANAGER)

    assert (second.id, second.role, second.version) == (first.id, pb.ROLE_CS_MANAGER, 2)
    mail = await shop.calls.mailbox.wait_for(email, count=2)
    await _accept(shop.calls, link_token(text_of(mail)))
    # Joining spends the link of the first mail as well.
    with refused("invitation_not_found"):
        await _accept(shop.calls, link_token(text_of(shop.calls.mailbox.to(email)[0])))


async def test_an_address_that_signs_in_is_not_invited_here_or_elsewhere(shop: Shop) -> None:
    other = await shop.calls.shop()
    for taken in (shop.admin.email, other.admin.email, other.admin.email.upper()):
        with refused("email_taken") as error:
            await _invite(shop, taken)
        assert error.value.fields["field"] == "email"
        # Where it signs in is nobody's business.
        assert other.slug not in error.value.message


async def test_an_invitation_ends_after_a_week_and_when_its_teammate_is_disabled(shop: Shop) -> None:
    calls = shop.calls
    late, disabled = f"late@{shop.slug}.test", f"disabled@{shop.slug}.test"
    await _invite(shop, late)
    teammate = await _invite(shop, disabled)
    tokens = {email: link_token(text_of(await calls.mailbox.wait_for(email))) for email in (late, disabled)}

    await calls.team.DisableTeammate(pb.DisableTeammateRequest(teammate_id=teammate.id), metadata=calls.as_(shop.admin))
    with refused("invitation_not_found"):
        await _accept(calls, tokens[disabled])
    calls.stack.set_clock(7 * _DAY + 60)
    with refused("invitation_not_found"):
        await _accept(calls, tokens[late])

    # Enabled again without a password, the person is invited, not active.
    enabled = await calls.team.EnableTeammate(
        pb.EnableTeammateRequest(teammate_id=teammate.id), metadata=calls.as_(shop.admin)
    )
    assert enabled.teammate.state == pb.TEAMMATE_STATE_INVITED


async def test_a_forgotten_password_is_set_anew_and_every_session_ends(shop: Shop) -> None:
    calls, email = shop.calls, shop.admin.email
    session = await calls.sign_in(email)
    for _ in range(5):
        with refused("wrong_credentials"):
            await calls.sign_in(email, "forgotten")

    await _forget(calls, f" {email.upper()} ")
    text = text_of(await calls.mailbox.wait_for(email))
    assert re.search(r"^https://desk\.example/reset-password\?token=[\w-]+$", text, re.MULTILINE)
    async with listening(shop) as facts:
        await _reset(calls, link_token(text))
        await eventually(lambda: facts.sessions() == {session.principal.session_id})

    with refused("session_ended"):
        await calls.principal(session.principal)
    # The failed attempts are forgiven, too.
    await calls.sign_in(email, NEW)
    with refused("wrong_credentials"):
        await calls.sign_in(email, PASSWORD)
    with refused("link_spent") as error:
        await _reset(calls, link_token(text))
    assert error.value.fields["field"] == "token"


async def test_a_reset_link_lives_an_hour(shop: Shop) -> None:
    await _forget(shop.calls, shop.admin.email)
    token = link_token(text_of(await shop.calls.mailbox.wait_for(shop.admin.email)))

    shop.calls.stack.set_clock(_HOUR + 60)

    with refused("link_spent"):
        await _reset(shop.calls, token)


async def test_links_are_not_for_each_other(shop: Shop) -> None:
    email = f"mixed@{shop.slug}.test"
    await _invite(shop, email)
    await _forget(shop.calls, shop.admin.email)
    invitation = link_token(text_of(await shop.calls.mailbox.wait_for(email)))
    reset = link_token(text_of(await shop.calls.mailbox.wait_for(shop.admin.email)))

    with refused("link_spent"):
        await _reset(shop.calls, invitation)
    with refused("invitation_not_found"):
        await _accept(shop.calls, reset)


@pytest.mark.parametrize("token", ["", "x", "\x00", "a" * 86, "☃" * 86, "a" * 100_000])
async def test_links_of_somebodys_own_making_are_worthless(calls: Calls, token: str) -> None:
    with refused("link_spent"):
        await _reset(calls, token)
    with refused("invitation_not_found"):
        await calls.sessions.GetInvitation(pb.GetInvitationRequest(token=token))


async def test_an_unknown_address_gets_the_same_answer_and_no_mail(shop: Shop) -> None:
    calls = shop.calls
    disabled = await shop.add("cs_agent")
    await calls.team.DisableTeammate(
        pb.DisableTeammateRequest(teammate_id=str(disabled.id)), metadata=calls.as_(shop.admin)
    )
    invited = f"invited@{shop.slug}.test"
    await _invite(shop, invited)
    unknown = f"nobody@{shop.slug}.test"

    for email in (unknown, disabled.email, invited):
        await _forget(calls, email)
    # Known, unknown, disabled: one row each, and nothing looked up while the caller waits.
    await _forget(calls, shop.admin.email)
    await calls.mailbox.wait_for(shop.admin.email)
    await eventually(lambda: _nothing_queued(calls))
    assert not calls.mailbox.to(unknown)
    assert not calls.mailbox.to(disabled.email)
    assert len(calls.mailbox.to(invited)) == 1


async def _nothing_queued(calls: Calls) -> bool:
    return await _queued(calls) == 0


async def test_asking_for_resets_is_throttled_for_known_and_unknown_alike(shop: Shop) -> None:
    for email in (shop.admin.email, f"nobody@{shop.slug}.test"):
        for _ in range(3):
            await _forget(shop.calls, email)
        with refused("too_many_attempts") as error:
            await _forget(shop.calls, email)
        assert error.value.fields["retry_after_seconds"] == 60


async def test_nobody_is_invited_again_and_again(shop: Shop) -> None:
    email = f"stranger@{shop.slug}.test"
    for _ in range(5):
        await _invite(shop, email)
    with refused("too_many_attempts") as error:
        await _invite(shop, email.upper())
    assert error.value.fields["retry_after_seconds"] == 60
    await _invite(shop, f"somebody-else@{shop.slug}.test")


@pytest.mark.parametrize(("password", "code"), [("short", "invalid_argument"), ("x" * 201, "invalid_argument")])
async def test_weak_passwords_are_refused_before_the_link_is_spent(shop: Shop, password: str, code: str) -> None:
    await _forget(shop.calls, shop.admin.email)
    token = link_token(text_of(await shop.calls.mailbox.wait_for(shop.admin.email)))

    with refused(code) as error:
        await _reset(shop.calls, token, password)
    assert error.value.fields["field"] == "password"

    await _reset(shop.calls, token, "ｌong enough " + "長" * 100)
    await shop.calls.sign_in(shop.admin.email, "long enough " + "長" * 100)


@pytest.mark.parametrize(
    ("language", "subject", "label"),
    [
        ("en", "Set a new password for Frontdesk", "Set a new password"),
        ("zh-TW", "重新設定您的 Frontdesk 密碼", "設定新密碼"),
        ("zh-CN", "重新设置您的 Frontdesk 密码", "设置新密码"),
        ("", "重新設定您的 Frontdesk 密碼", "設定新密碼"),
        ("zh_Hant_HK", "重新設定您的 Frontdesk 密碼", "設定新密碼"),
        ("fr-FR\x00", "Set a new password for Frontdesk", "Set a new password"),
    ],
)
async def test_mails_speak_the_readers_language(shop: Shop, language: str, subject: str, label: str) -> None:
    person = await shop.add("cs_agent", "王 <小明> & Co")

    await _forget(shop.calls, person.email, language)
    mail = await shop.calls.mailbox.wait_for(person.email)

    assert mail["Subject"] == subject
    assert mail["Auto-Submitted"] == "auto-generated"
    assert label in text_of(mail)
    assert "王 <小明> & Co" in text_of(mail)
    assert "王 &lt;小明&gt; &amp; Co" in html_of(mail)
    assert f'href="https://desk.example/reset-password?token={link_token(text_of(mail))}"' in html_of(mail)
    assert "60" in text_of(mail)


async def test_a_mail_the_server_does_not_take_is_sent_again_later(shop: Shop) -> None:
    calls, email = shop.calls, shop.admin.email
    calls.mailbox.answer = lambda: "451 try again later"
    before = calls.mailbox.attempts
    await _forget(calls, email)
    await eventually(lambda: calls.mailbox.attempts == before + 1)
    await eventually(lambda: _postponed(calls))

    calls.mailbox.answer = lambda: ""
    calls.stack.set_clock(6)

    mail = await calls.mailbox.wait_for(email)
    await eventually(lambda: _nothing_queued(calls))
    await _reset(calls, link_token(text_of(mail)))


async def _postponed(calls: Calls) -> bool:
    rows = await calls.stack.database.fetch("SELECT next_attempt_at - created_at AS pause FROM tenants.mails")
    return [4 < row["pause"].total_seconds() < 20 for row in rows] == [True]


async def test_a_mail_the_server_refuses_for_good_is_given_up(shop: Shop) -> None:
    calls = shop.calls
    calls.mailbox.answer = lambda: "554 no such person"
    before = calls.mailbox.attempts
    await _forget(calls, shop.admin.email)
    await eventually(lambda: calls.mailbox.attempts == before + 1)
    await eventually(lambda: _nothing_queued(calls))


async def test_a_mail_that_waited_longer_than_its_link_would_live_is_dropped(shop: Shop) -> None:
    calls = shop.calls
    calls.mailbox.answer = lambda: "451 try again later"
    before = calls.mailbox.attempts
    await _forget(calls, shop.admin.email)
    await eventually(lambda: calls.mailbox.attempts == before + 1)
    await eventually(lambda: _postponed(calls))
    calls.mailbox.answer = lambda: ""

    calls.stack.set_clock(_HOUR + 60)

    await eventually(lambda: _nothing_queued(calls))
    assert not calls.mailbox.to(shop.admin.email)


async def test_neither_queue_nor_tokens_hold_a_secret(shop: Shop) -> None:
    calls = shop.calls
    calls.mailbox.answer = lambda: "451 try again later"
    before = calls.mailbox.attempts
    await _forget(calls, shop.admin.email)
    await eventually(lambda: calls.mailbox.attempts == before + 1)
    await eventually(lambda: _postponed(calls))
    calls.mailbox.answer = lambda: ""
    calls.stack.set_clock(30)
    token = link_token(text_of(await calls.mailbox.wait_for(shop.admin.email)))

    secret = base64.urlsafe_b64decode(token + "==")[32:]
    for table in ("mails", "one_time_tokens", "outbox", "audit_entries"):
        rows = await calls.stack.database.fetch(f"SELECT t::text AS row FROM tenants.{table} t")
        stored = "".join(row["row"] for row in rows)
        assert secret.hex() not in stored
        assert token not in stored
