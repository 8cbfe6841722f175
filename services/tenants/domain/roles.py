"""Who may do what to whom in a team (rules 105, 107, 109, 111)."""

from libs.auth.permissions import ROLE_PERMISSIONS, ROLES
from libs.rpc.errors import InvalidArgumentError, PermissionDeniedError
from services.tenants.domain.errors import AdminsOnlyError, LastAdminError, RoleAboveOwnError
from services.tenants.models import Teammate

ADMIN = "admin"
ACTIVE, INVITED, DISABLED = "active", "invited", "disabled"


def rank(role: str) -> int:
    """The role's place in a list of teammates: the first may do the most."""
    return ROLES.index(role)


def known(role: str) -> str:
    """The role itself; InvalidArgumentError for anything else."""
    if role not in ROLES:
        raise InvalidArgumentError(f"role must be one of {', '.join(ROLES)}.", field="role")
    return role


def require(actor: Teammate, permission: str) -> None:
    """Raises unless the actor's role gives the permission now, whatever an older token says."""
    if permission not in ROLE_PERMISSIONS[actor.role]:
        message = f'Your role lacks the permission "{permission}". Ask an admin of your team for it.'
        raise PermissionDeniedError(message, permission=permission)


def require_reach(actor: Teammate, role: str) -> None:
    """Raises when the role, given or held by whom the actor wants to change, is above the actor's own."""
    if rank(role) < rank(actor.role):
        raise RoleAboveOwnError


def require_update(actor: Teammate, target: Teammate, new_role: str | None) -> None:
    """Own name and phone: anybody (111). A colleague's, and roles: by "manage team" (107), up to the own role."""
    if actor.id == target.id and new_role in (None, target.role):
        return
    require(actor, "manage_team")
    require_reach(actor, target.role)
    if new_role is not None:
        require_reach(actor, new_role)


def require_admin(actor: Teammate) -> None:
    """Rule 109."""
    if actor.role != ADMIN:
        raise AdminsOnlyError


def keep_an_admin(target: Teammate, new_role: str, new_state: str, active_admins: int) -> None:
    """Raises when the change would leave nobody who is an active admin."""
    is_one = target.role == ADMIN and target.state == ACTIVE
    stays_one = new_role == ADMIN and new_state == ACTIVE
    if is_one and not stays_one and active_admins <= 1:
        raise LastAdminError
