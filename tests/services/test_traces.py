"""One trace from a platform's call through the broker into the database and out to the screens."""

from collections.abc import AsyncIterator

import pytest
from nats.aio.msg import Msg
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from libs.observe import tracing
from tests.services.ingestion.platform import Platform, running_platform, text
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.wait import eventually

_TRACE = "0af7651916cd43dd8448eb211c80319c"
_PARENT = f"00-{_TRACE}-b7ad6b7169203331-01"


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Spans of every service in this process."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr(tracing, "_TRACER", provider.get_tracer("test"))
    return exporter


@pytest.fixture
async def platform(recorded: InMemorySpanExporter, databases: Databases, redis: LocalServer) -> AsyncIterator[Platform]:
    """Ingestion and conversations, between a platform and screens."""
    async with running_platform(databases, redis, names=["ingestion", "conversations"]) as around:
        yield around


async def test_a_webhooks_trace_reaches_the_fact_for_the_screens(
    platform: Platform, recorded: InMemorySpanExporter
) -> None:
    facts: list[Msg] = []

    async def hear(message: Msg) -> None:
        facts.append(message)

    await platform.bus.subscribe("events.*.conversations.message_stored", hear)
    account = platform.account()
    assert (await platform.call(account, text(), traceparent=_PARENT)).status_code == 200
    await eventually(lambda: facts, what="the fact")
    spans = {span.name: span for span in recorded.get_finished_spans() if _trace_of(span.context) == _TRACE}
    rpc = "/frontdesk.tenants.v1.ChannelAccountsService/GetChannelCredentials"
    assert {"webhook", rpc} <= spans.keys()
    (consumed,) = (span for name, span in spans.items() if name.startswith("consume conversations-"))
    assert _id(spans["webhook"].parent) in _PARENT
    assert _id(consumed.parent) == _id(spans[rpc].parent) == _id(spans["webhook"].context)
    assert (facts[0].headers or {})["traceparent"].split("-")[1] == _TRACE


def _trace_of(context: trace.SpanContext | None) -> str:
    return f"{context.trace_id:032x}" if context else ""


def _id(context: trace.SpanContext | None) -> str:
    return f"{context.span_id:016x}" if context else "none"
