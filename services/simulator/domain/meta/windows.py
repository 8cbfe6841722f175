"""Who can be written to now, and why not: windows, blocks, restrictions, the pace to one person."""

from services.simulator.domain.meta.accounts import MetaAccount, MetaCustomer
from services.simulator.domain.meta.errors import GraphError, whatsapp_error
from services.simulator.domain.meta.sends import Sending

_HOUR = 3_600_000
WINDOW = 24 * _HOUR
PERSON_WINDOW = 7 * 24 * _HOUR
_OUTSIDE = {"facebook": 2018278, "instagram": 2534022}


def refusal(account: MetaAccount, person: MetaCustomer, sending: Sending, now_ms: int) -> GraphError | None:
    """Why this message cannot go to this person now; None when it can."""
    if account.channel == "whatsapp":
        return _whatsapp(account, person, sending, now_ms)
    if account.settings.restricted:
        return GraphError(400, "(#10) This Page is restricted from sending messages.", 10, 1893063)
    if person.blocked:
        return GraphError(400, "(#551) This person isn't available right now.", 551, 1545041)
    age = now_ms - person.wrote_at
    if age <= WINDOW or sending.template is not None:
        return None
    if sending.tag and not account.settings.human_agent:
        return GraphError(400, "(#10) To use the Human Agent tag, your use of it has to be approved.", 10, 2018300)
    if sending.tag and age <= PERSON_WINDOW:
        return None
    return GraphError(400, "(#10) This message is sent outside of allowed window.", 10, _OUTSIDE[account.channel])


def _whatsapp(account: MetaAccount, person: MetaCustomer, sending: Sending, now_ms: int) -> GraphError | None:
    if not account.settings.registered:
        return whatsapp_error(133010, "Phone number not registered", "Register the number first.")
    if account.settings.restricted:
        return whatsapp_error(131031, "Account has been locked", "The account was locked for a violation of policy.")
    if _too_fast(account, person, now_ms):
        title = "(Business Account, Consumer Account) pair rate limit hit"
        return whatsapp_error(131056, title, "Too many messages from this number to this user in a short time.")
    if person.blocked:
        return whatsapp_error(131026, "Message undeliverable", "The user cannot be reached.")
    if sending.template is None and now_ms - person.wrote_at > WINDOW:
        details = "More than 24 hours have passed since the customer last replied to this number."
        return whatsapp_error(131047, "Re-engagement message", details)
    return None


def _too_fast(account: MetaAccount, person: MetaCustomer, now_ms: int) -> bool:
    """Counts a message; a burst is let through, then one in so many seconds."""
    settings, now = account.settings, now_ms / 1000
    if not settings.pair_seconds:
        return False
    busy_until = max(account.pair_until.get(person.user_id, 0), now)
    if busy_until - now > settings.pair_seconds * (settings.pair_burst - 1):
        return True
    account.pair_until[person.user_id] = busy_until + settings.pair_seconds
    return False
