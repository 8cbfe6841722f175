"""What the bus counts."""

from libs.observe.metrics import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SIZES = (1, 2, 5, 10, 25, 50, 100, 200, 400)

HANDLED = Counter("frontdesk_bus_messages_handled_total", "Messages handled and acknowledged.", ["consumer"])
FAILED = Counter("frontdesk_bus_messages_failed_total", "Attempts at one message that failed by its own.", ["consumer"])
DEAD = Counter("frontdesk_bus_messages_dead_total", "Messages given up and written to the dead letters.", ["consumer"])
PAUSED = Counter("frontdesk_bus_pauses_total", "Pauses because something all messages need was away.", ["consumer"])
BATCH = Histogram("frontdesk_bus_batch_messages", "Messages a handler got at once.", ["consumer"], buckets=_SIZES)
HANDLER = Histogram("frontdesk_bus_handler_seconds", "Time a handler took for a batch.", ["consumer"], buckets=_SECONDS)
PENDING = Gauge("frontdesk_bus_pending_messages", "Messages behind the newest one delivered.", ["consumer"])
LEASES = Gauge("frontdesk_bus_leases_held", "Leases this process holds.", ["group"])
RELAYED = Counter("frontdesk_bus_outbox_relayed_total", "Outbox rows published and deleted.", ["service"])
BACKLOG = Gauge("frontdesk_bus_outbox_backlog", "Committed facts that are not published yet.", ["service"])
BACKLOG_AGE = Gauge("frontdesk_bus_outbox_age_seconds", "Age of the oldest fact not published yet.", ["service"])
SPOOLED = Counter("frontdesk_bus_spooled_total", "Events stored in the database because the broker was away.", [])
SPOOL_BACKLOG = Gauge("frontdesk_bus_spool_backlog", "Spooled events that are not published yet.", ["service"])
