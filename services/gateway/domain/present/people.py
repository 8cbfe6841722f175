"""Teammates, tenants, and who is signed in."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from frontdesk.tenants.v1 import tenants_pb2 as pb
from services.gateway.domain.present.common import Model, Page, Text, moment, names, values

Role = Literal["admin", "supervisor", "cs_manager", "cs_agent", "sales_manager", "salesperson"]
Language = Literal["zh-TW", "zh-CN", "en"]
EMAIL = r"^[^@\s\u0000]+@[^@\s\u0000]+$"

ROLE_NAMES = names(pb.Role, "ROLE_")
ROLE_VALUES = values(pb.Role, "ROLE_")
_STATES = names(pb.TeammateState, "TEAMMATE_STATE_")


class Teammate(Model):
    """A member of the team."""

    id: str = Field(description="A UUID.")
    email: str
    name: str
    phone: str
    role: Role
    state: Literal["invited", "active", "disabled"]
    created_at: datetime
    version: int = Field(description="Raised by every change; of two copies the higher one is true.")


class Tenant(Model):
    """The shop a team works for."""

    id: str = Field(description="A UUID.")
    slug: str
    name: str
    region: str
    plan: str
    entitlements: list[str] = Field(description="What the plan includes beyond the basics.", examples=[["coupons"]])


class Me(Model):
    """The signed-in teammate."""

    teammate: Teammate
    tenant: Tenant
    permissions: list[str] = Field(description="What the role allows.", examples=[["send_messages"]])


class TeammatePage(Page):
    """Sorted by role, then name."""

    teammates: list[Teammate]
    total: int = Field(description="Of all pages together.")


class Invitation(Model):
    """Who is to be invited."""

    email: str = Field(max_length=320, pattern=EMAIL)
    name: Text = Field(min_length=1, max_length=100)
    role: Role
    language: Language = Field("zh-TW", description="Of the invitation's mail.")


class TeammateChange(Model):
    """What is left out, or null, stays."""

    name: Text | None = Field(None, min_length=1, max_length=100)
    phone: Text | None = Field(None, max_length=40)
    role: Role | None = None


class TeammateAnswer(Model):
    """The teammate after the change."""

    teammate: Teammate


class OpenInvitation(Model):
    """What an invitation's link shows before it is accepted."""

    email: str
    name: str
    tenant_name: str


class Acceptance(Model):
    """How the invited person wants to be called, and a first password."""

    name: Text = Field(min_length=1, max_length=100)
    password: Text = Field(min_length=1, max_length=200)


def teammate(message: pb.Teammate) -> Teammate:
    """A teammate of the team list."""
    return Teammate(
        id=message.id,
        email=message.email,
        name=message.name,
        phone=message.phone,
        role=ROLE_NAMES[message.role],
        state=_STATES[message.state],
        created_at=moment(message.created_at),
        version=message.version,
    )


def tenant(message: pb.Tenant) -> Tenant:
    """The signed-in teammate's tenant."""
    return Tenant(
        id=message.id,
        slug=message.slug,
        name=message.name,
        region=message.region,
        plan=message.plan,
        entitlements=list(message.entitlements),
    )


def me(message: pb.Principal) -> Me:
    """Who is signed in."""
    return Me(
        teammate=teammate(message.teammate),
        tenant=tenant(message.tenant),
        permissions=sorted(message.permissions),
    )


def teammates(message: pb.ListTeammatesResponse) -> TeammatePage:
    """One page of the team list."""
    return TeammatePage(
        teammates=[teammate(one) for one in message.teammates],
        total=message.total,
        next_page_token=message.next_page_token or None,
    )
