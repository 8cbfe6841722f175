"""What WhatsApp's answers mean."""

import json
from typing import Any

import pytest

from libs.channels.outcomes import FAILURES, Verdict
from libs.channels.whatsapp.channel import WhatsAppChannel
from libs.channels.whatsapp.refusals import RATES, REFUSED, TOKENS, UNCERTAIN, code_of
from libs.channels.wire import Answer, NoAnswer

WHATSAPP = WhatsAppChannel()
ACCEPTED = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": "16505551234", "wa_id": "16505551234"}],
    "messages": [{"id": "wamid.1", "message_status": "accepted"}],
}


def answer(status: int, content: Any, **headers: str) -> Answer:
    """An answer of Meta's."""
    return Answer(status, headers, json.dumps(content).encode())


def error(number: int, status: int = 400) -> Answer:
    """An answer with one of WhatsApp's errors."""
    return answer(
        status, {"error": {"message": "no", "code": number, "error_data": {"details": "why"}, "fbtrace_id": "T"}}
    )


def test_accepted_message_has_its_id() -> None:
    outcome = WHATSAPP.classify(answer(200, ACCEPTED))
    assert (outcome.verdict, outcome.provider_message_id) == (Verdict.ACCEPTED, "wamid.1")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (131026, "blocked"),
        (131047, "window_closed"),
        (131049, "marketing_limited"),
        (131050, "opted_out"),
        (131053, "media_refused"),
        (132000, "template_refused"),
        (132016, "template_refused"),
        (131030, "invalid_recipient"),
        (131031, "account_restricted"),
        (10, "not_permitted"),
        (100, "rejected"),
        (131009, "rejected"),
    ],
)
def test_refusals(number: int, code: str) -> None:
    outcome = WHATSAPP.classify(error(number))
    assert (outcome.verdict, outcome.code, outcome.maybe_sent) == (Verdict.REJECTED, code, False)
    assert f"no; why ({number}, T)" == outcome.detail


@pytest.mark.promise(7)
@pytest.mark.parametrize("number", [4, 80007, 130429, 131048])
def test_rates_of_the_account(number: int) -> None:
    outcome = WHATSAPP.classify(error(number))
    assert (outcome.verdict, outcome.code, outcome.contact_only) == (Verdict.RETRY, "rate_limited", False)


@pytest.mark.promise(7)
def test_rate_of_one_contact_holds_up_nobody_else() -> None:
    outcome = WHATSAPP.classify(error(131056))
    assert (outcome.verdict, outcome.contact_only, outcome.retry_after) == (Verdict.RETRY, True, 6.0)


@pytest.mark.parametrize("number", [190, 0])
def test_dead_tokens(number: int) -> None:
    assert WHATSAPP.classify(error(number, 401)).verdict is Verdict.AUTH_FAILED


@pytest.mark.parametrize(("status", "verdict"), [(400, Verdict.REJECTED), (500, Verdict.AMBIGUOUS)])
def test_error_without_a_number_says_nothing_about_the_token(status: int, verdict: Verdict) -> None:
    assert WHATSAPP.classify(answer(status, {"error": {"message": "no"}})).verdict is verdict
    assert WHATSAPP.classify(answer(status, {"error": {"message": "no", "code": "0"}})).verdict is verdict


@pytest.mark.promise(4)
@pytest.mark.parametrize(
    "result",
    [
        NoAnswer.LOST,
        error(131000, 500),
        error(131000, 400),
        error(131016, 503),
        error(2, 500),
        error(1, 200),
        answer(502, "<html>"),
        answer(200, {}),
        answer(200, {"messages": [{}]}),
        Answer(200, {}, b"<html>"),
    ],
    ids=lambda result: str(result)[:60],
)
def test_doubt_is_never_a_reason_to_send_again(result: Answer | NoAnswer) -> None:
    outcome = WHATSAPP.classify(result)
    assert (outcome.verdict, outcome.maybe_sent) == (Verdict.AMBIGUOUS, True)


def test_what_never_left_may_be_sent_again() -> None:
    outcome = WHATSAPP.classify(NoAnswer.NEVER_SENT)
    assert (outcome.verdict, outcome.maybe_sent) == (Verdict.RETRY, False)


def test_every_number_has_a_code_that_clients_know() -> None:
    assert {code_of(number) for number in (*REFUSED, *RATES, *TOKENS, *UNCERTAIN, -1)} <= set(FAILURES)
    assert not UNCERTAIN & set(REFUSED)
    assert not RATES & TOKENS
