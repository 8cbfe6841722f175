"""What all answers share."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import BaseModel, ConfigDict, Field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# PostgreSQL stores no NUL, and nobody means to write one.
NO_NUL = r"^[^\u0000]*$"
Text = Annotated[str, Field(pattern=NO_NUL)]


class Model(BaseModel):
    """The base of every shape in the API: snake_case, unknown fields of a request are left aside."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Page(Model):
    """One page of a list."""

    next_page_token: str | None = Field(description="Give it back as page_token for what follows; null at the end.")


class LivePage(Page):
    """One page of a list that the stream keeps up to date."""

    cursor: str = Field(
        description="Taken before the list was read: open /api/v1/stream with it and miss no change since.",
        examples=["1f3a9c04-1841"],
    )


def moment(stamp: Timestamp) -> datetime:
    """The same instant, aware, in UTC; in JSON it is RFC 3339 with "Z"."""
    return _EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1000)


def moment_or_none(message: Any, field: str) -> datetime | None:
    """The timestamp in a field of a protobuf message, None when it is unset."""
    return moment(getattr(message, field)) if message.HasField(field) else None


def names(enum: EnumTypeWrapper, prefix: str) -> Mapping[int, Any]:
    """Enum values as the API spells them: STATUS_OPEN is "open"; the unspecified one is None."""
    return {number: name.removeprefix(prefix).lower() if number else None for name, number in enum.items()}


def values(enum: EnumTypeWrapper, prefix: str) -> Mapping[str, Any]:
    """The way back: "open" is STATUS_OPEN."""
    return {name: number for number, name in names(enum, prefix).items() if name}
