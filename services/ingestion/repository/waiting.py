"""SQL of what waits, for the operator."""

UNVERIFIED_WAITING = "SELECT count(*) AS waiting, min(received_at) AS oldest_at FROM unverified"
