"""Attempts and outcomes for tests of the rules."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st

from libs.channels.limits import Limits
from libs.channels.outcomes import FAILURES, Outcome, SentMessage, Verdict
from libs.channels.registry import channel_named
from services.delivery.models import Attempt

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LINE = channel_named("line").limits
# A platform without keys that tells later, and one that never does.
TELLS = Limits(1000, len, 1, 1000, 1, reply_token_seconds=0, confirms_later=True)
SILENT = Limits(1000, len, 1, 1000, 1, reply_token_seconds=0)
FINAL = {"sent", "failed", "unconfirmed"}

ACCEPTED = Outcome(Verdict.ACCEPTED, sent=(SentMessage("m1"),))
LOST = Outcome(Verdict.AMBIGUOUS, "timeout", "lost", maybe_sent=True)
BROKEN = Outcome(Verdict.RETRY, "platform_error", "HTTP 500", maybe_sent=True)
UNREACHED = Outcome(Verdict.RETRY, "platform_error", "unreachable")
TOO_MANY = Outcome(Verdict.RETRY, "rate_limited", "slow down")
UNAUTHORISED = Outcome(Verdict.AUTH_FAILED, "token_expired", "who are you")
SPENT = Outcome(Verdict.REJECTED, "reply_expired", "Invalid reply token")
QUOTA = Outcome(Verdict.REJECTED, "quota_exceeded", "monthly limit")
ODD = Outcome(Verdict.REJECTED, "rejected", "HTTP 403")

# "unconfirmed" is the desk's own word.
_CODES = sorted(FAILURES.keys() - {"unconfirmed"})
refusals = st.sampled_from(_CODES).map(lambda code: Outcome(Verdict.REJECTED, code, "no"))
outcomes = st.one_of(
    st.sampled_from([ACCEPTED, LOST, BROKEN, UNREACHED, TOO_MANY, UNAUTHORISED, SPENT]),
    refusals,
    st.floats(0, 1e6).map(lambda wait: Outcome(Verdict.RETRY, "rate_limited", "wait", retry_after=wait)),
)


def nowhere(key: str, _name: str) -> str:
    """Where platforms fetch files."""
    return f"https://desk.test/{key}"


def attempt(reply: bool = True, **fields: Any) -> Attempt:
    """One that was just queued. reply: with a token that lives."""
    values: dict[str, Any] = {
        "tenant_id": uuid4(),
        "message_id": UUID(int=7),
        "attempt": 1,
        "account_id": "shop",
        "channel": "line",
        "contact_id": uuid4(),
        "conversation_id": uuid4(),
        "recipient_kind": "line_user",
        "recipient": "U1",
        "type": "text",
        "text": "hi",
        "reply_token": "token" if reply else "",
        "reply_token_at": NOW - timedelta(seconds=1) if reply else None,
        "sequence": 1,
        "attempt_key": uuid4(),
        "queued_at": NOW,
    }
    return Attempt(**values | fields)
