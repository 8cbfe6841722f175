"""The audit log: every administrative act, who did it, and nothing secret."""

from datetime import UTC, datetime

import asyncpg
import pytest

from frontdesk.ingestion.v1.events_pb2 import DataDeletionDone, LedgerReplayed
from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.auth.permissions import ROLE_PERMISSIONS, ROLES
from libs.clock.clock import SystemClock
from libs.clock.ids import new_id
from libs.clock.stamps import timestamp
from tests.services.tenants.facts import listening
from tests.services.tenants.mailbox import text_of
from tests.services.tenants.shop import LINE, PASSWORD, Shop, link_token, refused
from tests.support.wait import eventually


async def test_every_administrative_act_leaves_an_entry(shop: Shop) -> None:
    calls, admin = shop.calls, shop.calls.as_(shop.admin)
    agent = await shop.add("cs_agent")
    session = await calls.sign_in(shop.admin.email)
    email = f"nina@{shop.slug}.test"
    invited = await calls.team.InviteTeammate(
        pb.InviteTeammateRequest(email=email, name="Nina", role=pb.ROLE_CS_AGENT), metadata=admin
    )
    token = link_token(text_of(await calls.mailbox.wait_for(email)))
    await calls.sessions.AcceptInvitation(pb.AcceptInvitationRequest(token=token, name="Nina", password=PASSWORD))
    await calls.team.UpdateTeammate(
        pb.UpdateTeammateRequest(teammate_id=str(agent.id), name="Renamed", role=pb.ROLE_CS_MANAGER), metadata=admin
    )
    await calls.team.DisableTeammate(pb.DisableTeammateRequest(teammate_id=str(agent.id)), metadata=admin)
    await calls.team.EnableTeammate(pb.EnableTeammateRequest(teammate_id=str(agent.id)), metadata=admin)
    account = await shop.connect()
    await calls.accounts.RotateChannelCredentials(
        pb.RotateChannelCredentialsRequest(account_id=account.id, credentials=LINE), metadata=admin
    )
    await calls.accounts.DisconnectChannelAccount(
        pb.DisconnectChannelAccountRequest(account_id=account.id), metadata=admin
    )
    await shop.connect(account.provider_id)
    await calls.sessions.RequestPasswordReset(pb.RequestPasswordResetRequest(email=agent.email))
    reset = link_token(text_of(await calls.mailbox.wait_for(agent.email)))
    await calls.sessions.ResetPassword(pb.ResetPasswordRequest(token=reset, password="another password"))
    await calls.sessions.RevokeSession(pb.RevokeSessionRequest(session_id=session.principal.session_id), metadata=admin)

    entries = (await shop.audit())[::-1]
    me, nina, her = str(shop.admin.id), invited.teammate.id, str(agent.id)
    assert [(entry.action, entry.actor_id, entry.target) for entry in entries] == [
        ("tenant.created", "", str(shop.id)),
        ("teammate.created", "", me),
        ("teammate.created", "", her),
        ("session.created", me, session.principal.session_id),
        ("teammate.invited", me, nina),
        ("teammate.joined", nina, nina),
        ("teammate.updated", me, her),
        ("teammate.disabled", me, her),
        ("teammate.enabled", me, her),
        ("channel_account.created", me, account.id),
        ("channel_account.credentials_rotated", me, account.id),
        ("channel_account.disconnected", me, account.id),
        ("channel_account.reconnected", me, account.id),
        ("password.reset", her, her),
        ("session.revoked", me, session.principal.session_id),
    ]
    fields = {entry.action: dict(entry.fields) for entry in entries}
    assert fields["teammate.updated"] == {"name": "Renamed", "role": "cs_manager"}
    assert fields["teammate.invited"] == {"email": email, "role": "cs_agent"}
    assert fields["session.created"]["user_agent"] == "test"
    assert fields["channel_account.credentials_rotated"] == {"credentials": "access_token, channel_secret"}
    assert [entry.occurred_at.ToNanoseconds() for entry in entries] == sorted(
        entry.occurred_at.ToNanoseconds() for entry in entries
    )
    written = str(entries)
    for secret in (PASSWORD, "another password", token, reset, session.refresh_token, *LINE.values()):
        assert secret not in written


async def test_what_is_refused_leaves_none(shop: Shop) -> None:
    before = len(await shop.audit())
    with refused("last_admin"):
        await shop.calls.team.DisableTeammate(
            pb.DisableTeammateRequest(teammate_id=str(shop.admin.id)), metadata=shop.calls.as_(shop.admin)
        )
    assert len(await shop.audit()) == before


async def test_entries_come_in_pages_newest_first(shop: Shop) -> None:
    for number in range(5):
        await shop.calls.team.UpdateTeammate(
            pb.UpdateTeammateRequest(teammate_id=str(shop.admin.id), name=f"Name {number}"),
            metadata=shop.calls.as_(shop.admin),
        )
    found: list[str] = []
    token, pages = "", 0
    while pages == 0 or token:
        page = await shop.calls.team.ListAuditEntries(
            pb.ListAuditEntriesRequest(page_size=3, page_token=token), metadata=shop.calls.as_(shop.admin)
        )
        found += [entry.fields["name"] for entry in page.entries if entry.action == "teammate.updated"]
        token, pages = page.next_page_token, pages + 1

    assert found == [f"Name {number}" for number in (4, 3, 2, 1, 0)]
    assert pages == 3


@pytest.mark.rule(105)
@pytest.mark.parametrize("role", ROLES)
async def test_only_who_manages_settings_reads_it(shop: Shop, role: str) -> None:
    person = await shop.add(role)
    call = shop.calls.team.ListAuditEntries(pb.ListAuditEntriesRequest(), metadata=shop.calls.as_(person))
    if "manage_settings" in ROLE_PERMISSIONS[role]:
        assert (await call).entries
    else:
        with refused("permission_denied"):
            await call


async def test_what_is_written_cannot_be_changed_by_the_service_itself(shop: Shop) -> None:
    connection = await asyncpg.connect(shop.calls.stack.database.url("tenants"))
    try:
        for statement in ("UPDATE tenants.audit_entries SET action = 'x'", "DELETE FROM tenants.audit_entries"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_who_replayed_the_ledger_is_noted_once(shop: Shop) -> None:
    fact = LedgerReplayed(
        tenant_id=str(shop.id),
        id=str(new_id(SystemClock(None))),
        occurred_at=timestamp(datetime.now(UTC)),
        actor_id=str(shop.admin.id),
        entries=3,
        published=4,
        wanted={"verdict": "stored", "kind": "message"},
    )
    by_operator = LedgerReplayed()
    by_operator.CopyFrom(fact)
    by_operator.id, by_operator.actor_id, by_operator.entry_id = str(new_id(SystemClock(None))), "", "an entry"
    async with listening(shop) as facts:
        for number, told in enumerate((fact, fact, by_operator)):
            await facts.publish(told, f"{fact.id}:{number}")

        async def noted() -> bool:
            return any(entry.target == "an entry" for entry in await shop.audit())

        await eventually(noted)
    entries = [entry for entry in await shop.audit() if entry.action == "ledger.replayed"]
    assert sorted(entry.actor_id for entry in entries) == ["", str(shop.admin.id)]
    (several,) = [entry for entry in entries if entry.actor_id]
    assert dict(several.fields) == {"entries": "3", "published": "4", "wanted": "kind message, verdict stored"}
    assert several.occurred_at == fact.occurred_at


async def test_who_ended_a_request_for_deletion_is_noted_once(shop: Shop) -> None:
    fact = DataDeletionDone(
        tenant_id=str(shop.id),
        id=str(new_id(SystemClock(None))),
        occurred_at=timestamp(datetime.now(UTC)),
        actor_id=str(shop.admin.id),
        confirmation_code="a-code",
    )
    by_operator = DataDeletionDone()
    by_operator.CopyFrom(fact)
    by_operator.id, by_operator.actor_id = str(new_id(SystemClock(None))), ""
    by_operator.confirmation_code = "another-code"
    async with listening(shop) as facts:
        for number, told in enumerate((fact, fact, by_operator)):
            await facts.publish(told, f"{fact.id}:{number}")

        async def noted() -> bool:
            return any(entry.target == "another-code" for entry in await shop.audit())

        await eventually(noted)
    entries = [entry for entry in await shop.audit() if entry.action == "data_deletion.completed"]
    assert sorted((entry.target, entry.actor_id) for entry in entries) == [
        ("a-code", str(shop.admin.id)),
        ("another-code", ""),
    ]
