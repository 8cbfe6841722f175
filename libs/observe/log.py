"""Structured logs: one JSON object a line, with the trace and tenant of the moment."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog
from opentelemetry import trace

# The tenant the current work is for; set at the edges (RPC interceptor, consumers, REST).
current_tenant: ContextVar[str] = ContextVar("current_tenant", default="")

_SECRET = re.compile(r"password|secret|token|authorization|credential|cookie|api_key", re.IGNORECASE)
# A password in an address, what follows "Bearer", a JWT, a private key.
_SECRET_TEXT = re.compile(
    r"(//[^\s:/@]*:)[^\s/@]+(?=@)|(Bearer )\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_REDACTED = "[redacted]"


def configure_logging(level: str = "info", console: bool = False) -> None:
    """Sets up structlog and the standard library's logging alike; console: for people instead of JSON."""
    people = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = people if console else structlog.processors.JSONRenderer(default=str)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_context,
        structlog.processors.format_exc_info,
        _redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "nats", "alembic", "uvicorn.access", "mail.log"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def get_logger(name: str) -> Any:
    """A structlog logger; log events as short fixed phrases with fields: log.info("message stored", count=3)."""
    return structlog.get_logger(logger_name=name)


def _add_context(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format(context.trace_id, "032x")
        event["span_id"] = format(context.span_id, "016x")
    if tenant := current_tenant.get():
        event.setdefault("tenant", tenant)
    return event


def _redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        event[key] = _without_secrets(key, value)
    return event


def _without_secrets(key: str, value: Any) -> Any:
    """Hides what is named as a secret at any depth, and in texts what looks like one."""
    if _SECRET.search(key):
        return _REDACTED
    if isinstance(value, str):
        return _SECRET_TEXT.sub(lambda found: f"{found[1] or found[2] or ''}{_REDACTED}", value)
    if isinstance(value, Mapping):
        return {name: _without_secrets(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets("", item) for item in value]
    return value
