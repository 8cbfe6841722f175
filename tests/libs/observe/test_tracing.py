"""Traces: one id through HTTP, gRPC and NATS, recorded where there is a collector and carried on where not."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from libs.observe import tracing
from libs.observe.tracing import extract, inject, span

_PARENT = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Spans that were recorded."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr(tracing, "_TRACER", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def _headers() -> dict[str, str]:
    headers: dict[str, str] = {}
    inject(headers)
    return headers


def test_without_a_collector_a_trace_is_carried_on() -> None:
    with span("work", extract(_PARENT)):
        assert _headers() == _PARENT
        with span("inner"):
            assert _headers() == _PARENT
    assert _headers() == {}


@pytest.mark.parametrize("headers", [{}, {"traceparent": "garbage"}, {"traceparent": ""}])
def test_without_a_trace_none_is_made_up(headers: dict[str, str]) -> None:
    with span("work", extract(headers)):
        assert _headers() == {}


def test_a_carried_trace_ends_with_its_work_also_when_that_fails() -> None:
    with pytest.raises(ValueError, match="on purpose"), span("work", extract(_PARENT)):
        raise ValueError("on purpose")
    assert _headers() == {}


def test_with_a_collector_work_becomes_spans_of_the_trace(recorded: InMemorySpanExporter) -> None:
    with span("outer", extract(_PARENT)), span("inner"):
        passed_on = _headers()["traceparent"]
    inner, outer = recorded.get_finished_spans()
    assert (inner.name, outer.name) == ("inner", "outer")
    assert inner.context is not None
    assert passed_on == f"00-0af7651916cd43dd8448eb211c80319c-{inner.context.span_id:016x}-01"
    assert outer.parent is not None
    assert outer.parent.span_id == 0xB7AD6B7169203331


def test_an_error_is_told_on_its_span(recorded: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="on purpose"), span("work"):
        raise ValueError("on purpose")
    (failed,) = recorded.get_finished_spans()
    assert not failed.status.is_ok
    assert failed.events[0].name == "exception"
