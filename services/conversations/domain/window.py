"""How long an answer is allowed after the customer's last message, by the channel's rules."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.channels.limits import ReplyWindow as Rule
from libs.channels.registry import CHANNELS
from services.conversations.models import Conversation

_NOBODY: Set[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """state: "open" (anything), "human_agent" (a person may still answer), "templates" (only those) or "closed".
    closes_at: when the state ends, None for the last two."""

    state: str
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Windows:
    """Tells every conversation's window at one moment. approved: accounts (tenant, account) whose people may answer
    after the first window."""

    now: datetime
    approved: Set[tuple[str, str]] = _NOBODY

    def of(self, row: Conversation) -> Window | None:
        """None where answers are always allowed."""
        rule = rule_of(row.channel)
        if rule is None:
            return None
        return window(rule, row.last_inbound_at, (str(row.tenant_id), row.account_id) in self.approved, self.now)

    def reason(self, row: Conversation) -> str:
        """Why nothing at all can be sent, as a code; "" where something can."""
        found = self.of(row)
        return row.reach or ("window_closed" if found is not None and found.state == "closed" else "")


def rule_of(channel: str) -> Rule | None:
    """The channel's rule, None where it has none."""
    known = CHANNELS.get(channel)
    return known.limits.window if known is not None else None


def window(rule: Rule, last_inbound_at: datetime | None, approved: bool, now: datetime) -> Window:
    """What may be sent now."""
    if last_inbound_at is not None:
        closes_at = last_inbound_at + timedelta(hours=rule.hours)
        if now < closes_at:
            return Window("open", closes_at)
        closes_at = last_inbound_at + timedelta(hours=rule.human_agent_hours)
        if approved and now < closes_at:
            return Window("human_agent", closes_at)
    return Window("templates" if rule.templates else "closed")
