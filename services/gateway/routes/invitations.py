"""Inviting people, and accepting."""

from frontdesk.tenants.v1 import tenants_pb2 as pb
from services.gateway.domain.present.people import (
    ROLE_VALUES,
    Acceptance,
    Invitation,
    OpenInvitation,
    TeammateAnswer,
    teammate,
)
from services.gateway.routes.dependencies import DeskDep, SignedInDep, Word, noun_router, operation

router = noun_router("teammates")
_SESSIONS = "frontdesk.tenants.v1.SessionsService"
_TEAM = "frontdesk.tenants.v1.TeamService"


@router.post("/invitations", status_code=201, **operation(f"{_TEAM}/InviteTeammate", 409, body=True))
async def invite_teammate(invitation: Invitation, acting: SignedInDep) -> TeammateAnswer:
    """Send an invitation by mail, anew when an earlier one was not accepted yet."""
    answer = await acting.team.InviteTeammate(
        pb.InviteTeammateRequest(
            email=invitation.email,
            name=invitation.name,
            role=ROLE_VALUES[invitation.role],
            language=invitation.language,
        )
    )
    return TeammateAnswer(teammate=teammate(answer.teammate))


@router.get("/invitations/{token}", **operation(f"{_SESSIONS}/GetInvitation", 404))
async def get_invitation(token: Word, desk: DeskDep) -> OpenInvitation:
    """What the link of an invitation shows before it is accepted."""
    answer = await desk.sessions.GetInvitation(pb.GetInvitationRequest(token=token))
    return OpenInvitation(email=answer.email, name=answer.name, tenant_name=answer.tenant_name)


@router.post(
    "/invitations/{token}:accept", status_code=204, **operation(f"{_SESSIONS}/AcceptInvitation", 404, 409, body=True)
)
async def accept_invitation(token: Word, acceptance: Acceptance, desk: DeskDep) -> None:
    """Join the team with a name and a first password; sign in with them afterwards."""
    await desk.sessions.AcceptInvitation(
        pb.AcceptInvitationRequest(token=token, name=acceptance.name, password=acceptance.password)
    )
