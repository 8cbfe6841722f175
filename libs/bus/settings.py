"""What operators may set about the bus."""

from libs.app.settings import CommonSettings

_UNLIMITED = -1


class BusSettings(CommonSettings):
    """FRONTDESK_NATS_*: limits of the streams. Bytes of -1 mean: as much as the server's storage allows. JetStream
    reserves what is named here, so the sum of all must fit into the file storage of each server that keeps them."""

    nats_replicas: int = 1
    nats_max_age_days: float = 7
    nats_dead_letters_max_age_days: float = 30
    nats_duplicate_window_seconds: float = 120
    nats_inbound_live_max_bytes: int = _UNLIMITED
    nats_inbound_bulk_max_bytes: int = _UNLIMITED
    nats_events_max_bytes: int = _UNLIMITED
    nats_dead_letters_max_bytes: int = _UNLIMITED
