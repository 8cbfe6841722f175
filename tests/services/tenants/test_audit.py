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


async def _noted(shop: Shop, action: str, *told: DataDeletionDone | LedgerReplayed) -> list[pb.AuditEntry]:
    """What the log has of an act by a teammate that was told twice, and then of the operator's."""
    for fact in told:
        fact.tenant_id = str(shop.id)
        fact.occurred_at.CopyFrom(timestamp(datetime.now(UTC)))
        fact.id = str(new_id(SystemClock(None)))
    by_teammate, by_operator = told
    by_teammate.actor_id = str(shop.admin.id)
    async with listening(shop) as facts:
        for number, fact in enumerate((by_teammate, by_teammate, by_operator)):
            await facts.publish(fact, f"{by_teammate.id}:{number}")

        async def noted() -> list[pb.AuditEntry]:
            found = [entry for entry in await shop.audit() if entry.action == action]
            return found if "" in {entry.actor_id for entry in found} else []

        return await eventually(noted)


async def test_who_replayed_the_ledger_is_noted_once(shop: Shop) -> None:
    several = LedgerReplayed(entries=3, published=4, wanted={"verdict": "stored", "kind": "message"})
    entries = await _noted(shop, "ledger.replayed", several, LedgerReplayed(entries=1, entry_id="an entry"))
    assert sorted((entry.target, entry.actor_id) for entry in entries) == [("", str(shop.admin.id)), ("an entry", "")]
    (noted,) = [entry for entry in entries if entry.actor_id]
    assert dict(noted.fields) == {"entries": "3", "published": "4", "wanted": "kind message, verdict stored"}
    assert noted.occurred_at == several.occurred_at


async def test_who_ended_a_request_for_deletion_is_noted_once(shop: Shop) -> None:
    told = [DataDeletionDone(confirmation_code=code) for code in ("a-code", "another-code")]
    entries = await _noted(shop, "data_deletion.completed", *told)
    assert sorted((entry.target, entry.actor_id) for entry in entries) == [
        ("a-code", str(shop.admin.id)),
        ("another-code", ""),
    ]
