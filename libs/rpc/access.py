"""Who may call an RPC, read from the option its proto declares. What declares nothing is refused."""

from functools import cache
from typing import Any

from google.protobuf import descriptor_pool

from frontdesk.options.v1 import access_pb2
from libs.auth.permissions import permission_name
from libs.auth.tokens import Caller
from libs.rpc.errors import PermissionDeniedError, UnauthenticatedError


@cache
def declared_access(method: str) -> access_pb2.Access:
    """The access option of "/package.Service/Method"; an empty one, which allows nobody, when there is none."""
    service_name, _, method_name = method.removeprefix("/").partition("/")
    try:
        service = descriptor_pool.Default().FindServiceByName(service_name)
        options = service.methods_by_name[method_name].GetOptions()
    except KeyError:
        return access_pb2.Access()
    extensions: Any = options.Extensions
    access: access_pb2.Access = extensions[access_pb2.access]
    return access


def check_access(method: str, caller: Caller) -> None:
    """Raises unless the method's proto lets this caller in."""
    access = declared_access(method)
    if caller.service not in access.callers:
        raise PermissionDeniedError(f"{caller.service} may not call {method}.")
    needs_teammate = access.teammate or bool(access.permission)
    if needs_teammate and (caller.teammate is None or caller.tenant_id is None):
        raise UnauthenticatedError("Sign in to do this.")
    if access.permission:
        _check_permission(permission_name(access.permission), caller)


def _check_permission(needed: str, caller: Caller) -> None:
    if caller.teammate is None or needed not in caller.teammate.permissions:
        raise PermissionDeniedError(
            f'Your role lacks the permission "{needed}". Ask an admin of your team for it.', permission=needed
        )
