"""Whether the desk works."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from services.gateway.service.readiness import Readiness

router = APIRouter(tags=["health"], generate_unique_id_function=lambda route: route.name)


class Ready(BaseModel):
    """What is not ready, and why."""

    ready: bool
    problems: dict[str, str] = Field(examples=[{"gateway.conversations": "does not answer"}])


async def _readiness(request: Request) -> Readiness:
    readiness: Readiness = request.app.state.readiness
    return readiness


@router.get("/livez")
async def livez() -> dict[str, bool]:
    """The process answers."""
    return {"live": True}


@router.get("/readyz", responses={503: {"model": Ready, "description": "Something is not ready; problems says what."}})
async def readyz(readiness: Annotated[Readiness, Depends(_readiness)], response: Response) -> Ready:
    """Whether the gateway and every service behind it can work."""
    problems = await readiness.problems()
    response.status_code = 503 if problems else 200
    return Ready(ready=not problems, problems=problems)
