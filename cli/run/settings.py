"""What `frontdesk run` reads from the environment. Kept free of libraries: the supervisor stays small."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.run.trouble import Trouble

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


@dataclass(frozen=True)
class RunSettings:
    """FRONTDESK_* variables. A URL that is set names a real server; None has one started here."""

    data_dir: Path
    host: str
    port: int
    public_url: str
    database_url: str | None
    nats_url: str | None
    redis_url: str | None
    processes: str
    demo: bool
    build_console: bool

    @property
    def local_url(self) -> str:
        """Where the gateway answers on this machine."""
        host = "127.0.0.1" if self.host in ("", "0.0.0.0") else self.host
        return f"http://{host}:{self.port}"


def load(env: Mapping[str, str] | None = None) -> RunSettings:
    """Reads the variables; Trouble names the one that makes no sense."""
    values = {key.removeprefix("FRONTDESK_"): value for key, value in (env or os.environ).items() if value}
    host, port = values.get("HOST", "127.0.0.1"), _port(values.get("PORT", "8080"))
    database_url = values.get("DATABASE_URL")
    return RunSettings(
        data_dir=Path(values.get("DATA_DIR", ".frontdesk")).absolute(),
        host=host,
        port=port,
        public_url=values.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        database_url=database_url,
        nats_url=values.get("NATS_URL"),
        redis_url=values.get("REDIS_URL"),
        processes=_choice("PROCESSES", values.get("PROCESSES", "few"), ("few", "each")),
        demo=_flag("DEMO", values.get("DEMO"), default=database_url is None),
        build_console=_flag("BUILD_CONSOLE", values.get("BUILD_CONSOLE"), default=True),
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Trouble(f"FRONTDESK_PORT must be a port number from 1 to 65535, not {text!r}.")
    return int(text)


def _choice(name: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise Trouble(f"FRONTDESK_{name} must be {' or '.join(allowed)}, not {text!r}.")
    return text


def _flag(name: str, text: str | None, default: bool) -> bool:
    if text is None:
        return default
    if text.lower() not in _TRUE | _FALSE:
        raise Trouble(f"FRONTDESK_{name} must be 1 or 0, not {text!r}.")
    return text.lower() in _TRUE
