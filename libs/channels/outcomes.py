"""What can become of an attempt to send, in one vocabulary for every channel."""

from dataclasses import dataclass
from enum import StrEnum


class Retry(StrEnum):
    """Who may try again."""

    AUTOMATIC = "automatic"  # the desk, by itself: the platform did not take the message, or can tell a repetition
    BY_HAND = "by_hand"  # a person, once something has changed or knowing that it may arrive twice
    NEVER = "never"  # the same message to the same place cannot succeed


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure code: stable, told to clients, translated by the console."""

    code: str
    meaning: str
    retry: Retry


FAILURES: dict[str, Failure] = {
    failure.code: failure
    for failure in (
        Failure("text_too_long", "The text is longer than the channel allows.", Retry.NEVER),
        Failure("invalid_recipient", "The platform does not know this customer under this account.", Retry.NEVER),
        Failure("reply_expired", "The free reply was used or too late; a push can still be sent.", Retry.AUTOMATIC),
        Failure("rate_limited", "The platform asks to send slower.", Retry.AUTOMATIC),
        Failure("quota_exceeded", "The account's monthly message quota is used up.", Retry.BY_HAND),
        Failure("token_expired", "The platform refuses the account's access token; reconnect it.", Retry.BY_HAND),
        Failure("blocked", "The customer blocked the account or cannot be reached.", Retry.BY_HAND),
        Failure("platform_error", "The platform failed or could not be reached.", Retry.AUTOMATIC),
        Failure("timeout", "The platform's answer was lost; it may have sent the message.", Retry.BY_HAND),
        Failure("unconfirmed", "Whether it was sent cannot be found out; a person decides.", Retry.BY_HAND),
        Failure("account_disconnected", "The channel account is disconnected.", Retry.BY_HAND),
        Failure("window_closed", "The time in which the platform allows an answer is over.", Retry.NEVER),
        Failure("account_restricted", "The platform restricts the account; its own page says why.", Retry.BY_HAND),
        Failure("not_permitted", "The account lacks a permission of the platform for this.", Retry.BY_HAND),
        Failure("media_refused", "The platform could not take the file.", Retry.BY_HAND),
        Failure("template_refused", "The platform refused the template or its variables.", Retry.BY_HAND),
        Failure("opted_out", "The customer wants no such messages.", Retry.NEVER),
        Failure("marketing_limited", "The platform sends this customer no more marketing for now.", Retry.BY_HAND),
        Failure("address_not_allowed", "The account's address for answers is none that may be called.", Retry.BY_HAND),
        Failure("rejected", "The platform refused the message.", Retry.BY_HAND),
    )
}


class Verdict(StrEnum):
    """What is known after a call."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"  # certainly not sent, and the same call would be refused again
    RETRY = "retry"  # the platform took no decision: call again later, with the same key
    AUTH_FAILED = "auth_failed"  # certainly not sent; nothing of this account will be until it is reconnected
    AMBIGUOUS = "ambiguous"  # the answer was lost


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message the platform accepted; the quote token is "" where it cannot be quoted."""

    provider_message_id: str
    quote_token: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A call's result. `code` is a key of FAILURES ("" when accepted), `detail` the platform's own words."""

    verdict: Verdict
    code: str = ""
    detail: str = ""
    sent: tuple[SentMessage, ...] = ()
    # The platform's id of the request it accepted, for its support.
    request_id: str = ""
    # Seconds the platform asks to wait, None where it does not say.
    retry_after: float | None = None
    # The platform may have sent the message all the same: never try another way than with the same key or token.
    maybe_sent: bool = False
    # "rate_limited" means this contact alone; others of the account are written to as before.
    contact_only: bool = False

    @property
    def provider_message_id(self) -> str:
        """Id of the first accepted message, "" without one."""
        return self.sent[0].provider_message_id if self.sent else ""
