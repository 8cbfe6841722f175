"""Prometheus metrics. Names start with frontdesk_, durations are seconds, and no label ever is a tenant's."""

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

__all__ = ["CONTENT_TYPE", "Counter", "Gauge", "Histogram", "exposition"]

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition() -> bytes:
    """Every metric of this process in Prometheus' text format."""
    return generate_latest(REGISTRY)
