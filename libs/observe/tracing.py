"""OpenTelemetry context through HTTP, gRPC and NATS alike: W3C traceparent in a mapping of headers."""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
_TRACER = trace.get_tracer("frontdesk")


def setup_tracing(process: str, otlp_url: str, environment: str) -> None:
    """Sends spans to an OTLP collector; without an address spans are not recorded, only passed on."""
    if not otlp_url:
        return
    # Loads slowly, and only where there is a collector.
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    about = {"service.name": f"frontdesk-{process}", "deployment.environment.name": environment}
    provider = TracerProvider(resource=Resource.create(about))
    exporter = OTLPSpanExporter(endpoint=otlp_url, insecure=otlp_url.startswith("http://"))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def inject(headers: MutableMapping[str, str]) -> None:
    """Adds the current trace to outgoing headers."""
    _PROPAGATOR.inject(headers)


def extract(headers: Mapping[str, str]) -> Context:
    """The trace that incoming headers carry; an empty one when they carry none."""
    return _PROPAGATOR.extract(headers)


@contextmanager
def span(name: str, context: Context | None = None, kind: SpanKind = SpanKind.INTERNAL) -> Iterator[Span]:
    """A span around the work inside; exceptions are recorded on it and go on. Where nothing records, the trace of the
    context is only carried on."""
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        # Cheaper than the API's own way of doing nothing, which every webhook and message would pay for.
        token = attach(context) if context else None
        try:
            yield trace.get_current_span()
        finally:
            if token is not None:
                detach(token)
        return
    with _TRACER.start_as_current_span(name, context=context, kind=kind) as current:
        yield current
