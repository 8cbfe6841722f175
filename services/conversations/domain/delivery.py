"""How an outbound message's state moves."""

_RANK = {"queued": 0, "sending": 1, "unconfirmed": 2, "failed": 2, "sent": 3, "delivered": 4, "read": 5}
# The platform has it: true whichever attempt says so.
_ARRIVED = {"sent", "delivered", "read"}


def next_state(current: str, current_attempt: int, reported: str, reported_attempt: int) -> str | None:
    """The state after a report, None when it changes nothing. States only move forward; reports of an earlier
    attempt count only when they prove that the message went out."""
    if reported not in _RANK:
        return None
    if reported_attempt != current_attempt and reported not in _ARRIVED:
        return None
    if current == "unconfirmed" and reported == "failed":
        return reported
    return reported if _RANK[reported] > _RANK[current] else None


def may_retry(state: str) -> bool:
    """Whether a person may start a new attempt."""
    return state in {"failed", "unconfirmed"}
