"""The team."""

from uuid import UUID

from frontdesk.tenants.v1 import tenants_pb2 as pb
from services.gateway.domain.present.people import (
    ROLE_VALUES,
    TeammateAnswer,
    TeammateChange,
    TeammatePage,
    teammate,
    teammates,
)
from services.gateway.routes.dependencies import PageSize, PageToken, Search, SignedInDep, noun_router, operation
from services.gateway.service.desk import Acting

router = noun_router("teammates")
_SERVICE = "frontdesk.tenants.v1.TeamService"


@router.get("/teammates", **operation(f"{_SERVICE}/ListTeammates"))
async def list_teammates(
    acting: SignedInDep, query: Search = "", page_size: PageSize = 0, page_token: PageToken = ""
) -> TeammatePage:
    """The team by role, then name. query: only those whose name or email contains it."""
    request = pb.ListTeammatesRequest(page_size=page_size, page_token=page_token, query=query)
    return teammates(await acting.team.ListTeammates(request))


@router.patch("/teammates/{teammate_id:uuid}", **operation(f"{_SERVICE}/UpdateTeammate", 403, 404, 409, body=True))
async def update_teammate(teammate_id: UUID, change: TeammateChange, acting: SignedInDep) -> TeammateAnswer:
    """Change the own name and phone; a colleague's, and roles, need the permission "manage_team".

    Nobody gives a role above the own one, and the last admin stays admin (409). A new role counts at once.
    """
    request = pb.UpdateTeammateRequest(
        teammate_id=str(teammate_id),
        name=change.name,
        phone=change.phone,
        role=None if change.role is None else ROLE_VALUES[change.role],
    )
    answer = await acting.team.UpdateTeammate(request)
    return _changed(acting, answer.teammate)


@router.post("/teammates/{teammate_id:uuid}:disable", **operation(f"{_SERVICE}/DisableTeammate", 404, 409))
async def disable_teammate(teammate_id: UUID, acting: SignedInDep) -> TeammateAnswer:
    """Admins only: sign the teammate out everywhere, until enabled again."""
    answer = await acting.team.DisableTeammate(pb.DisableTeammateRequest(teammate_id=str(teammate_id)))
    return _changed(acting, answer.teammate)


@router.post("/teammates/{teammate_id:uuid}:enable", **operation(f"{_SERVICE}/EnableTeammate", 404, 409))
async def enable_teammate(teammate_id: UUID, acting: SignedInDep) -> TeammateAnswer:
    """Admins only: let a disabled teammate sign in again."""
    answer = await acting.team.EnableTeammate(pb.EnableTeammateRequest(teammate_id=str(teammate_id)))
    return _changed(acting, answer.teammate)


def _changed(acting: Acting, message: pb.Teammate) -> TeammateAnswer:
    """The change counts here before its event comes round."""
    acting.desk.live.teammate_changed(acting.who.tenant_id, UUID(message.id))
    return TeammateAnswer(teammate=teammate(message))
