"""WhatsApp's error numbers, in answers and in statuses, as failure codes of ours."""

# Messages to one person in a short time.
PAIR_RATE = 131056
# Try again, slower. 131048: too many people called the account's messages spam.
RATES = frozenset({4, 17, 32, 613, 80007, 130429, 131048, PAIR_RATE})
# 0 is WhatsApp's own: the token could not be read.
TOKENS = frozenset({0, 102, 190})
# Something on Meta's side went wrong; it does not say whether before or after it took the message.
UNCERTAIN = frozenset({131000, 131016, 133004, 135000})
_MEANINGS = {
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
    return "token_expired" if number in TOKENS else _MEANINGS.get(number, "rejected")


# Those that certainly sent nothing; templates have 132000 and the following.
REFUSED = (*_MEANINGS, *range(132000, 132200))
