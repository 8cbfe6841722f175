"""What a shop platform's answer to our call means."""

from libs.channels.outcomes import Outcome, SentMessage, Verdict
from libs.channels.text import clean_text
from libs.channels.wire import Answer, NoAnswer


def classify(result: Answer | NoAnswer) -> Outcome:
    """2xx is accepted. What may have arrived is sent again under the same webhook-id, by which the shop knows it."""
    if result is NoAnswer.FORBIDDEN:
        return Outcome(Verdict.REJECTED, "address_not_allowed", "answer_url is no https address on the public Internet")
    if isinstance(result, NoAnswer):
        lost = result is NoAnswer.LOST
        return Outcome(Verdict.RETRY, "platform_error", "the shop could not be reached", maybe_sent=lost)
    if 200 <= result.status < 300:
        return Outcome(Verdict.ACCEPTED, sent=(SentMessage(_id(result)),))
    said = f"HTTP {result.status}: {clean_text(result.body[:300].decode('utf-8', 'replace'))}"
    if result.status == 429:
        return Outcome(Verdict.RETRY, "rate_limited", said)
    if result.status >= 500:
        return Outcome(Verdict.RETRY, "platform_error", said, maybe_sent=True)
    if result.status in {401, 403}:
        return Outcome(Verdict.AUTH_FAILED, "token_expired", said)
    if result.status in {404, 410}:
        return Outcome(Verdict.REJECTED, "invalid_recipient", said)
    return Outcome(Verdict.REJECTED, "rejected", said)


def _id(answer: Answer) -> str:
    """The shop's id of the message, where it tells one."""
    given = (answer.json_object() or {}).get("id")
    return clean_text(given)[:200] if isinstance(given, str) else ""
