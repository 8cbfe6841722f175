"""Configuration: FRONTDESK_* variables, read from a mapping so that tests build many stacks in one process."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

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
    # Tests move time with it (libs/clock), and have processes die (libs/app/crash.py). Refused in production.
    clock_file: Path | None = None
    crash_dir: str = ""
    # Shown in traces. "production" takes none of the above.
    environment: str = "development"
    otlp_url: str = ""
    # host:port of /metrics, /livez and /readyz of this process; empty serves none.
    ops_listen: str = ""
    # JSON file {service: public key in PEM}.
    identity_keys: Path | None = None

    @model_validator(mode="after")
    def _for_tests_only(self) -> Self:
        given = [name for name in ("clock_file", "crash_dir") if getattr(self, name)]
        if self.environment == "production" and given:
            names = ", ".join(PREFIX + name.upper() for name in given)
            raise ValueError(f"{names} is for tests: unset it, or name another environment than production.")
        return self


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
    return f"{PREFIX}{str(location[0]).upper()}: {message}" if location else message.removeprefix("Value error, ")
