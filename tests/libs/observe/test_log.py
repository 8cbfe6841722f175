"""Logs: one JSON object a line, with trace and tenant, and without secrets."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from libs.observe.log import configure_logging, current_tenant, get_logger

_SECRETS = {
    "password": "hunter2",
    "channel_secret": "hunter2",
    "access_token": "hunter2",
    "Authorization": "hunter2",
    "cookies": {"a": "hunter2"},
    "credentials": ["hunter2"],
    "headers": {"authorization": "hunter2", "x": [{"refresh_token": "hunter2"}]},
    "error": "cannot connect to postgresql://frontdesk:hunter2@db.internal:5432/x",
    "url": "nats://user:hunter2@127.0.0.1:4222,nats://user:hunter2@[::1]:4222",
    "header": "Bearer hunter2",
    "text": "token eyJhbGciOiJFZERTQSJ9.eyJodW50ZXIyIjoxfQ.hunter2-signature of a caller",
    "pem": "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
    "cut": "-----BEGIN EC PRIVATE KEY-----\nhunter2",
}


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written."""
    written = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        configure_logging("info")
    yield written
    configure_logging()


def _only(lines: io.StringIO) -> dict[str, Any]:
    (line,) = lines.getvalue().splitlines()
    parsed: dict[str, Any] = json.loads(line)
    return parsed


def test_a_line_is_one_json_object(lines: io.StringIO) -> None:
    get_logger("here").info("two\nlines", count=3, name="名前")
    line = _only(lines)
    assert (line["event"], line["count"], line["name"], line["level"]) == ("two\nlines", 3, "名前", "info")
    assert line["timestamp"].endswith("Z")
    assert line["logger_name"] == "here"


def test_other_libraries_speak_the_same(lines: io.StringIO) -> None:
    logging.getLogger("somebody").warning("it is %s", "late")
    assert _only(lines)["event"] == "it is late"


def test_what_is_below_the_level_is_not_written(lines: io.StringIO) -> None:
    get_logger("here").debug("quiet")
    assert lines.getvalue() == ""


def test_trace_and_tenant_of_the_moment_are_told(lines: io.StringIO) -> None:
    context = SpanContext(trace_id=0xABC, span_id=0xDEF, is_remote=False, trace_flags=TraceFlags(1))
    token = current_tenant.set("tenant-1")
    with use_span(NonRecordingSpan(context)):
        get_logger("here").info("x")
    current_tenant.reset(token)
    line = _only(lines)
    assert (int(line["trace_id"], 16), int(line["span_id"], 16), line["tenant"]) == (0xABC, 0xDEF, "tenant-1")


@pytest.mark.promise(8)
@pytest.mark.parametrize("name", _SECRETS)
def test_secrets_are_not_written(lines: io.StringIO, name: str) -> None:
    get_logger("here").info("x", **{name: _SECRETS[name]})
    assert "hunter2" not in lines.getvalue()
    assert "[redacted]" in lines.getvalue()


@pytest.mark.promise(8)
def test_nor_are_those_in_exceptions_and_other_libraries_words(lines: io.StringIO) -> None:
    try:
        raise ConnectionError(_SECRETS["error"])
    except ConnectionError:
        get_logger("here").exception("failed")
        logging.getLogger("somebody").exception("also %s", _SECRETS["header"])
    assert "hunter2" not in lines.getvalue()
    assert lines.getvalue().count("db.internal") == 2


@pytest.mark.parametrize(
    "text", ["mail to a@b.c", "10:30 @ noon", "http://host:80/a@b", "file.py:12", "{'a': 1, 'b': '@'}", "ratio 3:4@5x"]
)
def test_what_is_no_secret_stays_readable(lines: io.StringIO, text: str) -> None:
    get_logger("here").info("x", text=text)
    assert _only(lines)["text"] == text
