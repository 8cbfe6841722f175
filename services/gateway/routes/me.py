"""Who is signed in."""

from services.gateway.domain.present.people import Me, me
from services.gateway.routes.dependencies import SignedInDep, noun_router, operation

router = noun_router("teammates")


@router.get("/me", **operation("", 401))
async def get_me(acting: SignedInDep) -> Me:
    """The signed-in teammate, the tenant, and what the role allows right now."""
    return me(acting.who.principal)
