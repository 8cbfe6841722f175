"""Who the call being served comes from."""

from contextvars import ContextVar
from uuid import UUID

from libs.auth.tokens import Caller, TeammateClaims
from libs.rpc.errors import UnauthenticatedError

_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)


def set_caller(caller: Caller) -> None:
    """Called by the server's interceptor, and by tests of servicers."""
    _caller.set(caller)


def current_caller() -> Caller:
    """The verified caller of the RPC being served."""
    caller = _caller.get()
    if caller is None:
        raise UnauthenticatedError("This call carries no identity.")
    return caller


def current_teammate() -> tuple[UUID, TeammateClaims]:
    """Tenant and teammate of the RPC being served; UnauthenticatedError when it is made for nobody."""
    caller = current_caller()
    if caller.tenant_id is None or caller.teammate is None:
        raise UnauthenticatedError("Sign in to do this.")
    return caller.tenant_id, caller.teammate
