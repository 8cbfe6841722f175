"""Configuration: FRONTDESK_* variables, read from a mapping so that tests build many stacks in one process."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

PREFIX = "FRONTDESK_"


class SettingsError(Exception):
    """A variable is missing or wrong; the message names it and says what it should be."""


class CommonSettings(BaseModel):
    """What every service reads. Services subclass this with fields of their own."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    database_url: str = ""
    nats_url: str = "nats://127.0.0.1:4222"
    redis_url: str = ""
    storage_url: str = ""
    smtp_url: str = ""
    # The address customers, platforms and mails see, without a slash at the end.
    public_url: str = "http://127.0.0.1:8080"
    data_dir: Path = Path(".frontdesk")
    log_level: str = "info"
    log_console: bool = False
    # Tests move time with it; see libs/clock.
    clock_file: Path | None = None
    # Shown in traces.
    environment: str = "development"
    otlp_url: str = ""
    # host:port of /metrics, /livez and /readyz of this process; empty serves none.
    ops_listen: str = ""
    # JSON file {service: public key in PEM}.
    identity_keys: Path | None = None


S = TypeVar("S", bound=CommonSettings)


def load(kind: type[S], environment: Mapping[str, str]) -> S:
    """Settings of this kind from FRONTDESK_* variables; empty variables count as unset."""
    values = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value != ""
    }
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise SettingsError("; ".join(_explain(problem["loc"], problem["msg"]) for problem in error.errors())) from None


def _explain(location: tuple[int | str, ...], message: str) -> str:
    return f"{PREFIX}{str(location[0]).upper()}: {message}"
