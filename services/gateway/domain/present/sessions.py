"""Signing in and staying signed in."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from frontdesk.tenants.v1 import tenants_pb2 as pb
from services.gateway.domain.present.common import Model, Text, moment
from services.gateway.domain.present.people import EMAIL, Language, Me, me


class SignIn(Model):
    """What somebody types to sign in."""

    email: Text = Field(min_length=1, max_length=320)
    password: Text = Field(min_length=1, max_length=1000)


class Refresh(Model):
    """Browsers leave it empty: their cookie carries the token."""

    refresh_token: Text | None = Field(None, min_length=1, max_length=500)


class SessionAnswer(Me):
    """A session: the access token goes into `Authorization: Bearer …`."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds the access token lives.")
    expires_at: datetime
    refresh_token: str = Field(description="Good for one POST /sessions:refresh.")
    refresh_expires_at: datetime
    session_id: str


class PasswordReset(Model):
    """Who forgot it."""

    email: str = Field(max_length=320, pattern=EMAIL)
    language: Language = Field("zh-TW", description="Of the mail.")


class NewPassword(Model):
    """The token of the mail's link, and the password to set."""

    token: Text = Field(min_length=1, max_length=500)
    password: Text = Field(min_length=1, max_length=200)


def session_answer(
    message: pb.CreateSessionResponse | pb.RefreshSessionResponse, token: str, expires_at: datetime, lives: float
) -> SessionAnswer:
    """token: the access token; lives: its seconds."""
    who = me(message.principal)
    return SessionAnswer(
        teammate=who.teammate,
        tenant=who.tenant,
        permissions=who.permissions,
        access_token=token,
        token_type="Bearer",  # noqa: S106 - the scheme's name, no secret
        expires_in=round(lives),
        expires_at=expires_at,
        refresh_token=message.refresh_token,
        refresh_expires_at=moment(message.refresh_expires_at),
        session_id=message.principal.session_id,
    )
