"""WhatsApp's error numbers, in answers and in statuses, as failure codes of ours."""

# Told by Meta: try again, slower. 131056 counts messages to one person, 131048 those that were called spam.
RATES = frozenset({4, 17, 32, 613, 80007, 130429, 131048, 131056})
# 0 is WhatsApp's own: the token could not be read.
TOKENS = frozenset({0, 102, 190})
# Something on its side went wrong, it does not say before or after it took the message.
UNCERTAIN = frozenset({131000, 131016, 133004, 135000})
_CODES = {
    10: "not_permitted",
    368: "account_restricted",
    130472: "marketing_limited",
    130497: "account_restricted",
    131005: "not_permitted",
    131021: "invalid_recipient",
    131026: "blocked",
    131030: "invalid_recipient",
    131031: "account_restricted",
    131037: "account_restricted",
    131042: "account_restricted",
    131047: "window_closed",
    131049: "marketing_limited",
    131050: "opted_out",
    131051: "rejected",
    131052: "media_refused",
    131053: "media_refused",
    131057: "account_restricted",
    131063: "template_refused",
    131064: "account_restricted",
    133010: "account_restricted",
}


def code_of(number: int) -> str:
    """A key of outcomes.FAILURES; "rejected" for a number that nobody described."""
    if 132000 <= number < 133000:
        return "template_refused"
    if number in RATES:
        return "rate_limited"
    return "token_expired" if number in TOKENS else _CODES.get(number, "rejected")


REFUSED = (*_CODES, *range(132000, 132200))
