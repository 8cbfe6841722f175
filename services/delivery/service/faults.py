"""Faults of ours: what fails though nothing it needs is away. It is tried again a few times, then set aside."""

from libs.observe.metrics import Counter

FAULTS = Counter("frontdesk_delivery_faults_total", "Work that failed for a fault of ours, by kind.", ["work"])
