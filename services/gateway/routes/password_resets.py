"""Forgotten passwords."""

from fastapi import Request, Response

from frontdesk.tenants.v1 import tenants_pb2 as pb
from services.gateway.domain.present.sessions import NewPassword, PasswordReset
from services.gateway.routes.dependencies import DeskDep, noun_router, operation

router = noun_router("sessions")
_SERVICE = "frontdesk.tenants.v1.SessionsService"


@router.post(
    "/password-resets",
    status_code=202,
    response_class=Response,
    **operation(f"{_SERVICE}/RequestPasswordReset", body=True),
)
async def request_password_reset(reset: PasswordReset, request: Request, desk: DeskDep) -> Response:
    """Have a mail with a link sent. The answer is the same whether the address is known or not."""
    await desk.sessions.RequestPasswordReset(
        pb.RequestPasswordResetRequest(
            email=reset.email, client_ip=request.scope["state"]["address"], language=reset.language
        )
    )
    return Response(status_code=202)


@router.post("/password-resets:complete", status_code=204, **operation(f"{_SERVICE}/ResetPassword", body=True))
async def complete_password_reset(new: NewPassword, desk: DeskDep) -> None:
    """Set the password with the token of the mail's link. Every session of the teammate ends."""
    await desk.sessions.ResetPassword(pb.ResetPasswordRequest(token=new.token, password=new.password))
