"""The rows this service owns, as the code holds them. Column names are field names."""

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Tenant:
    """A company that uses the desk. plan is a key of domain/plans.py."""

    tenant_id: UUID
    slug: str
    name: str
    region: str
    plan: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Teammate:
    """A person of a tenant. email_key is what sign-in compares, name_key what lists sort by."""

    tenant_id: UUID
    id: UUID
    email: str
    email_key: str
    name: str
    name_key: str
    phone: str
    role: str
    state: str
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in: a family of refresh tokens that succeed each other; see domain/sessions.py."""

    tenant_id: UUID
    id: UUID
    teammate_id: UUID
    family_hash: bytes
    current_hash: bytes
    previous_hash: bytes | None
    salt: bytes | None
    generation: int
    confirmed_generation: int
    created_at: datetime
    rotated_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    client_ip: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """A link in a mail: kind is "invitation" or "password_reset". Only the secret's hash is kept."""

    tenant_id: UUID
    id: UUID
    teammate_id: UUID
    kind: str
    secret_hash: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ChannelAccount:
    """A platform account that is or was connected. state: active, reconnect or disconnected. human_agent: the platform
    lets people answer after its first window. webhook_problem: why no events come from there, "" while none is known.
    """

    tenant_id: UUID
    id: str
    channel: str
    name: str
    provider_id: str
    state: str
    state_reason: str
    state_at: datetime
    human_agent: bool
    webhook_problem: str
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SealedCredentials:
    """Credentials as they lie in the table: JSON under AES-256-GCM."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Connection:
    """One opening of a platform's dialog. state_hash, browser_hash: of what must come back from it and from the browser
    that opened it. state: waiting for the dialog, ready with what was found, or failed. spent: the dialog came back."""

    tenant_id: UUID
    id: UUID
    teammate_id: UUID
    session_id: UUID
    channel: str
    state_hash: bytes
    browser_hash: bytes
    state: str
    failure_code: str
    failure_detail: str
    spent: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One administrative act. actor_id is None for the operator and for what happens by itself."""

    tenant_id: UUID
    id: UUID
    occurred_at: datetime
    actor_id: UUID | None
    action: str
    target: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail still to be written and sent. A password reset knows only the address, an invitation its teammate."""

    id: UUID
    kind: str
    language: str
    email_key: str
    tenant_id: UUID | None
    teammate_id: UUID | None
    attempts: int
    created_at: datetime


def values(row: Any) -> dict[str, Any]:
    """A row as parameters of a statement."""
    return {item.name: getattr(row, item.name) for item in dataclasses.fields(row)}


def columns(kind: type[Any], alias: str = "") -> str:
    """The columns of a row class, for SELECT and RETURNING."""
    prefix = f"{alias}." if alias else ""
    return ", ".join(prefix + item.name for item in dataclasses.fields(kind))
