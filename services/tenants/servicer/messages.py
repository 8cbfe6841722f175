"""Between rows and the messages of the proto."""

from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.auth.permissions import ROLE_PERMISSIONS, ROLES
from libs.clock.stamps import timestamp
from libs.rpc.errors import InvalidArgumentError
from services.tenants import models
from services.tenants.domain.plans import plan_of
from services.tenants.service.grants import Principal

_ROLE, _STATE = "ROLE_", "TEAMMATE_STATE_"
_ROLE_NAMES: dict[int, str] = {value: name.removeprefix(_ROLE).lower() for name, value in pb.Role.items() if value}


def role_name(value: int) -> str:
    """The role's name; InvalidArgumentError for unspecified and unknown ones."""
    if value not in _ROLE_NAMES:
        raise InvalidArgumentError(f"role must be one of {', '.join(ROLES)}.", field="role")
    return _ROLE_NAMES[value]


def teammate(row: models.Teammate) -> pb.Teammate:
    """A teammate without anything secret."""
    return pb.Teammate(
        id=str(row.id),
        tenant_id=str(row.tenant_id),
        email=row.email,
        name=row.name,
        phone=row.phone,
        role=f"{_ROLE}{row.role.upper()}",
        state=f"{_STATE}{row.state.upper()}",
        version=row.version,
        created_at=timestamp(row.created_at),
    )


def tenant(row: models.Tenant) -> pb.Tenant:
    """A tenant with what its plan gives."""
    return pb.Tenant(
        id=str(row.tenant_id),
        slug=row.slug,
        name=row.name,
        region=row.region,
        plan=row.plan,
        entitlements=sorted(plan_of(row.plan).entitlements),
    )


def principal(found: Principal) -> pb.Principal:
    """Who a session is, with the permissions of the role."""
    return pb.Principal(
        session_id=str(found.session.id),
        teammate=teammate(found.teammate),
        tenant=tenant(found.tenant),
        permissions=sorted(ROLE_PERMISSIONS[found.teammate.role]),
        generation=found.session.generation,
    )


def channel_account(row: models.ChannelAccount) -> pb.ChannelAccount:
    """An account without its credentials."""
    return pb.ChannelAccount(
        id=row.id,
        tenant_id=str(row.tenant_id),
        channel=row.channel,
        name=row.name,
        state=row.state,
        state_reason=row.state_reason,
        provider_id=row.provider_id,
        created_at=timestamp(row.created_at),
        version=row.version,
        human_agent=row.human_agent,
        webhook_problem=row.webhook_problem,
    )


def audit_entry(row: models.AuditEntry) -> pb.AuditEntry:
    """One line of the audit log."""
    return pb.AuditEntry(
        id=str(row.id),
        occurred_at=timestamp(row.occurred_at),
        actor_id=str(row.actor_id or ""),
        action=row.action,
        target=row.target,
        fields=row.fields,
    )
