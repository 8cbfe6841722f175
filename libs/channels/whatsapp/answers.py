"""What WhatsApp's answer to a call means."""

from dataclasses import replace

from libs.channels.fields import Fields
from libs.channels.meta import errors
from libs.channels.meta.errors import Reading
from libs.channels.outcomes import Outcome, SentMessage, Verdict
from libs.channels.whatsapp.refusals import PAIR_RATE, RATES, REFUSED, TOKENS, UNCERTAIN, code_of
from libs.channels.wire import Answer, NoAnswer

_PAIR_SECONDS = 6.0


def classify(result: Answer | NoAnswer) -> Outcome:
    """The outcome of a call that sends. Accepted means taken: whether it arrives, statuses tell."""
    error = errors.read_error(result) if isinstance(result, Answer) else None
    outcome = errors.classify(result, _READING if error is None or _is_numbered(result) else _NUMBERLESS)
    if error and error.code in UNCERTAIN:
        return Outcome(Verdict.AMBIGUOUS, "timeout", outcome.detail, maybe_sent=True)
    if error and error.code == PAIR_RATE:
        return replace(outcome, contact_only=True, retry_after=outcome.retry_after or _PAIR_SECONDS)
    return outcome


def asked(result: Answer | NoAnswer) -> Fields | Outcome:
    """The object in the answer to a question. Questions change nothing, so what was lost can be asked again."""
    content = None if isinstance(result, NoAnswer) else result.json_object()
    if isinstance(result, Answer) and 200 <= result.status < 300 and content is not None and "error" not in content:
        return Fields(content)
    outcome = classify(result)
    if outcome.verdict in (Verdict.AMBIGUOUS, Verdict.ACCEPTED):
        return Outcome(Verdict.RETRY, "platform_error", outcome.detail)
    return outcome


def _sent(content: Fields) -> tuple[SentMessage, ...]:
    return tuple(SentMessage(message.text("id")) for message in content.sections("messages") if message.text("id"))


def _is_numbered(result: Answer | NoAnswer) -> bool:
    """Whether an error has a number: 0 is one, and means something else than none."""
    content = result.json_object() if isinstance(result, Answer) else None
    return content is not None and type(Fields(content).section("error").values.get("code")) is int


_READING = Reading(
    refusals={(number, None): code_of(number) for number in REFUSED}, sent=_sent, rates=RATES, tokens=TOKENS
)
_NUMBERLESS = replace(_READING, tokens=TOKENS - {0})
