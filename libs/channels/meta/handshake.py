"""The GET with which Meta asks whether an address wants its webhooks."""

import hmac
from collections.abc import Mapping

# Meta sends ten digits. Whoever else knows the token gets no page of their own making answered.
_LONGEST = 200


def answer_challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """hub.challenge when the token is the agreed one; None refuses, as does an address without a token."""
    challenge = query.get("hub.challenge", "")
    fits = challenge.isascii() and challenge.isalnum() and len(challenge) <= _LONGEST
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    agreed = bool(verify_token) and hmac.compare_digest(given, verify_token.encode())
    return challenge if query.get("hub.mode") == "subscribe" and agreed and fits else None
