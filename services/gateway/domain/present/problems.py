"""Errors as RFC 9457 problem+json."""

import math
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from libs.rpc.errors import FrontdeskError

CONTENT_TYPE = "application/problem+json"
_TYPES = "https://docs.frontdesk.dev/problems/"


class FieldError(BaseModel):
    """What is wrong with one field or parameter."""

    field: str = Field(description='Its name, dots between levels: "credentials.channel_secret".')
    message: str


class Problem(BaseModel):
    """Why a request was not done (RFC 9457). Further members may say more."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description='A URI for the kind of problem; "about:blank" when the status says it all.')
    title: str = Field(description="The kind of problem in a few words.")
    status: int
    detail: str = Field(description="What a person can do about it.")
    code: str = Field(description="Stable, for programs.", examples=["not_found"])
    errors: list[FieldError] | None = None
    retry_after_seconds: int | None = None


def of_error(error: FrontdeskError) -> Problem:
    """The problem a service's error is; its fields become members, "field" an entry of errors."""
    extra: dict[str, Any] = {key: value for key, value in error.fields.items() if key not in Problem.model_fields}
    field = extra.pop("field", None)
    errors = [FieldError(field=str(field), message=error.message)] if field else None
    retry = error.fields.get("retry_after_seconds")
    return Problem(
        type=_TYPES + error.code,
        title=error.code.replace("_", " ").capitalize(),
        status=error.http_status,
        detail=error.message,
        code=error.code,
        errors=errors,
        retry_after_seconds=max(1, math.ceil(retry)) if isinstance(retry, int | float) else None,
        **extra,
    )


def plain(status: int, title: str, detail: str, code: str, errors: list[FieldError] | None = None) -> Problem:
    """A problem that HTTP itself explains."""
    kind = "about:blank" if errors is None else _TYPES + code
    return Problem(type=kind, title=title, status=status, detail=detail, code=code, errors=errors)
