"""What the Graph API's answers mean to Messenger and Instagram."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.channels.accounts import AccountInfo
from libs.channels.contacts import Profile
from libs.channels.outcomes import FAILURES, Outcome, SentMessage, Verdict
from libs.channels.registry import channel_named
from libs.channels.wire import Answer, NoAnswer

CHANNEL = channel_named("facebook")
PAGE_OF_A_PROXY = b"<html>welcome</html>"


def answer(status: int, content: object = None, **headers: str) -> Answer:
    """An answer with JSON content; None for an empty body."""
    body = b"" if content is None else json.dumps(content).encode()
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def error(code: Any, subcode: Any = None, status: int = 400, **more: Any) -> Answer:
    """An error in Meta's shape."""
    content = {"message": f"(#{code}) no", "type": "OAuthException", "code": code, "fbtrace_id": "Tr4ce", **more}
    return answer(status, {"error": content | ({"error_subcode": subcode} if subcode else {})})


REFUSED = [
    (error(190), Verdict.AUTH_FAILED, "token_expired"),
    (error(190, 463, status=401), Verdict.AUTH_FAILED, "token_expired"),
    (error(102), Verdict.AUTH_FAILED, "token_expired"),
    (answer(401), Verdict.AUTH_FAILED, "token_expired"),
    (error(4), Verdict.RETRY, "rate_limited"),
    (error(613, 1893015), Verdict.RETRY, "rate_limited"),
    (error(32, status=403), Verdict.RETRY, "rate_limited"),
    (answer(429), Verdict.RETRY, "rate_limited"),
    (error(1200), Verdict.RETRY, "platform_error"),
    (error(551), Verdict.REJECTED, "blocked"),
    (error(551, 1545041), Verdict.REJECTED, "blocked"),
    (error(200, 1545041), Verdict.REJECTED, "blocked"),
    (error(10, 2018108), Verdict.REJECTED, "blocked"),
    (error(10, 2018278), Verdict.REJECTED, "window_closed"),
    (error(10, 2534022), Verdict.REJECTED, "window_closed"),
    (error(10, 2534022, status=500), Verdict.REJECTED, "window_closed"),
    (error(10, 1893063), Verdict.REJECTED, "account_restricted"),
    (error(368), Verdict.REJECTED, "account_restricted"),
    (error(2022), Verdict.REJECTED, "account_restricted"),
    (error(10), Verdict.REJECTED, "not_permitted"),
    (error(200), Verdict.REJECTED, "not_permitted"),
    (error(230, status=403), Verdict.REJECTED, "not_permitted"),
    (error(100, 2018001), Verdict.REJECTED, "invalid_recipient"),
    (error(100, 2018047), Verdict.REJECTED, "media_refused"),
    (error(100, 2018109), Verdict.REJECTED, "media_refused"),
    (error(100), Verdict.REJECTED, "rejected"),
    (error("odd"), Verdict.REJECTED, "rejected"),
    (answer(404), Verdict.REJECTED, "platform_error"),
    (answer(302), Verdict.REJECTED, "rejected"),
    (NoAnswer.NEVER_SENT, Verdict.RETRY, "platform_error"),
]
DOUBTFUL = [
    NoAnswer.LOST,
    answer(500),
    answer(502),
    answer(408),
    Answer(200, {}, PAGE_OF_A_PROXY),
    answer(200, {}),
    answer(200, {"recipient_id": "1"}),
    error(1),
    error(1, 99, status=500),
    error(2, status=503),
    error(-1),
    error(100, status=500),
    error(99_999, is_transient=True),
]


@pytest.mark.parametrize(("result", "verdict", "code"), REFUSED, ids=range(len(REFUSED)))
def test_failures(result: Answer | NoAnswer, verdict: Verdict, code: str) -> None:
    outcome = CHANNEL.classify(result)
    assert (outcome.verdict, outcome.code, outcome.maybe_sent) == (verdict, code, False)
    assert outcome.detail
    assert not outcome.sent
    assert code in FAILURES


@pytest.mark.promise(4)
@pytest.mark.parametrize("result", DOUBTFUL, ids=range(len(DOUBTFUL)))
def test_what_may_have_been_sent_is_never_sent_again_by_itself(result: Answer | NoAnswer) -> None:
    outcome = CHANNEL.classify(result)
    assert (outcome.verdict, outcome.code, outcome.maybe_sent) == (Verdict.AMBIGUOUS, "timeout", True)


def test_accepted_gives_the_id() -> None:
    outcome = CHANNEL.classify(answer(200, {"recipient_id": "1", "message_id": "m_1"}, X_FB_Trace_ID="Tr4ce"))
    assert outcome == Outcome(Verdict.ACCEPTED, sent=(SentMessage("m_1"),), request_id="Tr4ce")


def test_metas_words_numbers_and_trace_are_told() -> None:
    refused = error(10, 2018278, error_data={"details": "24 hours"})
    assert CHANNEL.classify(refused).detail == "(#10) no; 24 hours (10/2018278, Tr4ce)"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "soon"}, None),
        ({}, None),
        ({"X_Business_Use_Case_Usage": '{"1":[{"estimated_time_to_regain_access":5},{"call_count":100}]}'}, 300.0),
        ({"X_Business_Use_Case_Usage": '{"1":[{"estimated_time_to_regain_access":99999}]}'}, 86_400.0),
        ({"X_Business_Use_Case_Usage": '{"1":[{"estimated_time_to_regain_access":0}]}'}, None),
        ({"X_Business_Use_Case_Usage": "no"}, None),
    ],
    ids=["seconds", "words", "none", "minutes", "too_many", "zero", "odd"],
)
def test_wait_asked_for(headers: dict[str, str], seconds: float | None) -> None:
    assert CHANNEL.classify(answer(429, **headers)).retry_after == seconds


@given(
    status=st.integers(100, 599),
    body=st.binary()
    | st.builds(
        lambda code, sub: json.dumps({"error": {"code": code, "error_subcode": sub}}).encode(),
        st.integers() | st.text(),
        st.integers() | st.none(),
    ),
    header=st.text(),
)
def test_any_answer_has_an_outcome(status: int, body: bytes, header: str) -> None:
    result = Answer(status, {"Retry-After": header, "X-Business-Use-Case-Usage": header}, body)
    outcome = CHANNEL.classify(result)
    assert outcome.code in {"", *FAILURES}
    assert outcome.maybe_sent == (outcome.verdict is Verdict.AMBIGUOUS)
    assert isinstance(CHANNEL.read_profile(result), Profile | Outcome)
    assert isinstance(CHANNEL.read_check(result), AccountInfo | Outcome)


def test_profiles() -> None:
    names = {"first_name": "大文", "last_name": "陳", "profile_pic": "https://p/1", "id": "1"}
    assert CHANNEL.read_profile(answer(200, names)) == Profile("大文 陳", "https://p/1")
    assert CHANNEL.read_profile(answer(200, names | {"name": "陳大文"})) == Profile("陳大文", "https://p/1")
    assert CHANNEL.read_profile(answer(200, {"username": "bella"})) == Profile("bella")


def test_accounts() -> None:
    page = {"id": "104", "name": "Shop", "picture": {"data": {"url": "https://p/1"}}}
    assert CHANNEL.read_check(answer(200, page)) == AccountInfo("104", "Shop", "https://p/1")
    own = {"id": "9", "user_id": "178", "username": "shop", "profile_picture_url": "https://p/2"}
    assert CHANNEL.read_check(answer(200, own)) == AccountInfo("178", "shop", "https://p/2")


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        (error(190), Verdict.AUTH_FAILED),
        (error(4), Verdict.RETRY),
        (error(100, 33), Verdict.REJECTED),
        (error(2, status=500), Verdict.RETRY),
        (NoAnswer.LOST, Verdict.RETRY),
        (Answer(200, {}, PAGE_OF_A_PROXY), Verdict.RETRY),
        (answer(200, [1]), Verdict.RETRY),
    ],
    ids=["token", "rate", "unknown", "broken", "lost", "proxy", "odd"],
)
def test_questions_that_fail_say_why_and_can_be_asked_again(result: Answer | NoAnswer, verdict: Verdict) -> None:
    for read in (CHANNEL.read_profile, CHANNEL.read_check):
        outcome = read(result)
        assert isinstance(outcome, Outcome)
        assert (outcome.verdict, outcome.maybe_sent) == (verdict, False)
