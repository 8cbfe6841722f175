"""What LINE's answer to a call means."""

from collections.abc import Callable

from libs.channels.outcomes import Outcome, SentMessage, Verdict
from libs.channels.text import clean_text
from libs.channels.wire import Answer, NoAnswer

_MONTHLY_LIMIT = "You have reached your monthly limit"
# How LINE words a refusal (400) → what is wrong with the message.
_REFUSALS = {
    "Invalid reply token": "reply_expired",
    "Failed to send messages": "invalid_recipient",
    "The property, 'to'": "invalid_recipient",
}


def classify(result: Answer | NoAnswer) -> Outcome:
    """The outcome of a reply or push."""
    if isinstance(result, NoAnswer):
        return _no_answer(result)
    read = _BY_STATUS.get(result.status)
    if read:
        return read(result)
    if result.status >= 500:
        return Outcome(Verdict.RETRY, "platform_error", message_of(result), maybe_sent=True, retry_after=_wait(result))
    return Outcome(Verdict.REJECTED, "rejected", message_of(result))


def message_of(answer: Answer) -> str:
    """LINE's words for people, with the details it gives; the status where it says nothing readable."""
    content = answer.json_object() or {}
    message, details = content.get("message"), content.get("details")
    if not isinstance(message, str) or not message:
        return f"HTTP {answer.status}"
    parts = [detail for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []
    said = (f"{part.get('property', '')}: {part.get('message', '')}" for part in parts)
    return clean_text("; ".join((message, *said)))[:1000]


def _no_answer(result: NoAnswer) -> Outcome:
    if result is NoAnswer.NEVER_SENT:
        return Outcome(Verdict.RETRY, "platform_error", "LINE could not be reached")
    return Outcome(Verdict.AMBIGUOUS, "timeout", "LINE's answer was lost", maybe_sent=True)


def _accepted(answer: Answer) -> Outcome:
    content = answer.json_object()
    if content is None:
        # Something between answered in LINE's place; nothing counts as sent without LINE's word.
        return Outcome(Verdict.AMBIGUOUS, "timeout", "the answer was not LINE's", maybe_sent=True)
    return Outcome(Verdict.ACCEPTED, sent=_sent(content), request_id=answer.header("X-Line-Request-Id"))


def _accepted_before(answer: Answer) -> Outcome:
    """409: an earlier call with this retry key was accepted."""
    earlier = answer.header("X-Line-Accepted-Request-Id")
    if not earlier:
        return Outcome(Verdict.REJECTED, "rejected", message_of(answer))
    return Outcome(Verdict.ACCEPTED, sent=_sent(answer.json_object() or {}), request_id=earlier)


def _refused(answer: Answer) -> Outcome:
    message = message_of(answer)
    code = next((code for words, code in _REFUSALS.items() if message.startswith(words)), "rejected")
    return Outcome(Verdict.REJECTED, code, message)


def _too_many(answer: Answer) -> Outcome:
    message = message_of(answer)
    if message.startswith(_MONTHLY_LIMIT):
        return Outcome(Verdict.REJECTED, "quota_exceeded", message)
    return Outcome(Verdict.RETRY, "rate_limited", message, retry_after=_wait(answer))


def _unauthorised(answer: Answer) -> Outcome:
    return Outcome(Verdict.AUTH_FAILED, "token_expired", message_of(answer))


def _not_found(answer: Answer) -> Outcome:
    """A 404 in LINE's own words is about the customer; any other comes from a wrong address."""
    known = "message" in (answer.json_object() or {})
    return Outcome(Verdict.REJECTED, "invalid_recipient" if known else "platform_error", message_of(answer))


def _sent(content: dict[str, object]) -> tuple[SentMessage, ...]:
    listed = content.get("sentMessages")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return tuple(
        SentMessage(str(item["id"]), str(item.get("quoteToken", ""))) for item in items if item.get("id") is not None
    )


def _wait(answer: Answer) -> float | None:
    """Retry-After in seconds; a date in it is left to our own backoff."""
    given = answer.header("Retry-After").strip()
    return float(given) if given.isascii() and given.isdigit() and len(given) < 7 else None


_BY_STATUS: dict[int, Callable[[Answer], Outcome]] = {
    200: _accepted,
    400: _refused,
    401: _unauthorised,
    404: _not_found,
    409: _accepted_before,
    429: _too_many,
}
