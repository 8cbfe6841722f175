"""What an answer of the Graph API means, as far as Messenger, Instagram and WhatsApp agree.

None of them has an idempotency key. So nothing is called again by itself but what Meta says it did not take: rate
limits and "temporary send failure". Any other failure on its side leaves open whether the message went out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from libs.channels.fields import Fields
from libs.channels.outcomes import Outcome, SentMessage, Verdict
from libs.channels.wire import Answer, NoAnswer

# (code, subcode) or (code, None) → key of outcomes.FAILURES: certainly not sent, and it would be refused again.
Refusals = Mapping[tuple[int, int | None], str]

# Calls of the app, of the user, of the page, of an endpoint.
_RATES = frozenset({4, 17, 32, 613})
# The token expired or was taken back; the session ended.
_TOKENS = frozenset({102, 190})
_TEMPORARY_SEND_FAILURE = 1200
# "Unknown" and "service": Meta asks to try again, and does not say what became of the first call.
_ON_METAS_SIDE = frozenset({-1, 1, 2})
_REFUSALS: Refusals = {(368, None): "account_restricted", (551, None): "blocked"}
_LONGEST_WAIT = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class GraphError:
    """The `error` of an answer; subcode is 0 where there is none."""

    code: int
    subcode: int
    message: str
    transient: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What differs between the channels: which refusals they know, and how an accepted call names its messages."""

    refusals: Refusals
    sent: Callable[[Fields], tuple[SentMessage, ...]]
    rates: frozenset[int] = _RATES
    tokens: frozenset[int] = _TOKENS


def classify(result: Answer | NoAnswer, reading: Reading) -> Outcome:
    """The outcome of a call that sends."""
    if isinstance(result, NoAnswer):
        return _no_answer(result)
    error = read_error(result)
    if error is not None:
        return refused(result, error, reading)
    if 200 <= result.status < 300:
        return _accepted(result, reading)
    return _without_words(result)


def refused(answer: Answer, error: GraphError, reading: Reading) -> Outcome:
    """The outcome of a call that Meta answered with an error of its own."""
    detail = error.message
    if error.code in reading.tokens:
        return Outcome(Verdict.AUTH_FAILED, "token_expired", detail)
    if error.code in reading.rates:
        return Outcome(Verdict.RETRY, "rate_limited", detail, retry_after=wait_of(answer))
    known = _refusal(error, reading.refusals)
    if known:
        return Outcome(Verdict.REJECTED, known, detail)
    if error.code == _TEMPORARY_SEND_FAILURE:
        return Outcome(Verdict.RETRY, "platform_error", detail, retry_after=wait_of(answer))
    if answer.status >= 500 or error.transient or error.code in _ON_METAS_SIDE:
        return Outcome(Verdict.AMBIGUOUS, "timeout", detail, maybe_sent=True)
    # 3, 10 and the two hundreds: a permission is missing, or was never given for this.
    permission = error.code in (3, 10) or 200 <= error.code < 300
    return Outcome(Verdict.REJECTED, "not_permitted" if permission else "rejected", detail)


def read_error(answer: Answer) -> GraphError | None:
    """The error in an answer; None without one."""
    content = answer.json_object()
    if content is None or not isinstance(content.get("error"), dict):
        return None
    error = Fields(content["error"])
    return GraphError(
        error.signed("code"), error.whole("error_subcode"), _words(error, answer), error.flag("is_transient")
    )


def wait_of(answer: Answer) -> float | None:
    """Seconds until the next call, as Retry-After or as the minutes in the usage header; None where neither tells."""
    given = answer.header("Retry-After").strip()
    if given.isascii() and given.isdigit() and len(given) < 7:
        return min(float(given), _LONGEST_WAIT)
    usage = Answer(200, {}, answer.header("X-Business-Use-Case-Usage").encode()).json_object() or {}
    limits = (limit for name in usage for limit in Fields(usage).sections(name))
    minutes = max((limit.whole("estimated_time_to_regain_access") for limit in limits), default=0)
    return min(minutes * 60.0, _LONGEST_WAIT) if minutes else None


def _words(error: Fields, answer: Answer) -> str:
    """Meta's words for people, its numbers and its own name of the call, for its support."""
    detail = error.optional("error_data").text("details") or error.text("error_user_msg")
    said = "; ".join(filter(None, (error.text("message"), detail))) or f"HTTP {answer.status}"
    numbers = "/".join(str(number) for number in (error.signed("code"), error.whole("error_subcode")) if number)
    trace = error.text("fbtrace_id")
    return f"{said} ({', '.join(filter(None, (numbers, trace)))})"[:1000] if numbers or trace else said[:1000]


def _refusal(error: GraphError, refusals: Refusals) -> str:
    pairs = ((error.code, error.subcode), (error.code, None))
    return next((table[pair] for table in (refusals, _REFUSALS) for pair in pairs if pair in table), "")


def _no_answer(result: NoAnswer) -> Outcome:
    if result is NoAnswer.NEVER_SENT:
        return Outcome(Verdict.RETRY, "platform_error", "Meta could not be reached")
    return Outcome(Verdict.AMBIGUOUS, "timeout", "Meta's answer was lost", maybe_sent=True)


def _accepted(answer: Answer, reading: Reading) -> Outcome:
    content = answer.json_object()
    sent = reading.sent(Fields(content)) if content is not None else ()
    if not sent:
        # Something between answered in Meta's place; nothing counts as sent without an id.
        return Outcome(Verdict.AMBIGUOUS, "timeout", "the answer was not Meta's", maybe_sent=True)
    return Outcome(Verdict.ACCEPTED, sent=sent, request_id=answer.header("X-FB-Trace-ID"))


def _without_words(answer: Answer) -> Outcome:
    """An answer without an error of Meta's: something between spoke, or Meta broke down."""
    said = f"HTTP {answer.status}"
    if answer.status == 429:
        return Outcome(Verdict.RETRY, "rate_limited", said, retry_after=wait_of(answer))
    if answer.status >= 500 or answer.status == 408:
        return Outcome(Verdict.AMBIGUOUS, "timeout", said, maybe_sent=True)
    if answer.status == 401:
        return Outcome(Verdict.AUTH_FAILED, "token_expired", said)
    return Outcome(Verdict.REJECTED, "platform_error" if answer.status == 404 else "rejected", said)
