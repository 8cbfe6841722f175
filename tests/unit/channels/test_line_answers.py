"""What LINE's answers mean."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.channels.accounts import AccountInfo
from libs.channels.contacts import Profile
from libs.channels.outcomes import FAILURES, Outcome, Retry, SentMessage, Verdict
from libs.channels.registry import channel_named
from libs.channels.wire import Answer, NoAnswer

LINE = channel_named("line")
SENT = {"sentMessages": [{"id": "461230966842064897", "quoteToken": "q"}, {"id": "461230966842064898"}]}


def answer(status: int, content: object = None, **headers: str) -> Answer:
    """An answer with JSON content; None for an empty body."""
    body = b"" if content is None else json.dumps(content).encode()
    return Answer(status, {name.replace("_", "-").lower(): value for name, value in headers.items()}, body)


def says(status: int, message: str, **headers: str) -> Answer:
    """An error in LINE's shape."""
    return answer(status, {"message": message}, **headers)


@pytest.mark.parametrize(
    ("result", "verdict", "code"),
    [
        (says(400, "Invalid reply token"), Verdict.REJECTED, "reply_expired"),
        (says(400, "Failed to send messages"), Verdict.REJECTED, "invalid_recipient"),
        (says(400, "The property, 'to', in the request body is invalid"), Verdict.REJECTED, "invalid_recipient"),
        (says(400, "The request body has 1 error(s)"), Verdict.REJECTED, "rejected"),
        (says(401, "Authentication failed."), Verdict.AUTH_FAILED, "token_expired"),
        (says(403, "Not authorized to use this API"), Verdict.REJECTED, "rejected"),
        (says(404, "Not found"), Verdict.REJECTED, "invalid_recipient"),
        (answer(404), Verdict.REJECTED, "platform_error"),
        (says(409, "?"), Verdict.REJECTED, "rejected"),
        (answer(413), Verdict.REJECTED, "rejected"),
        (says(429, "The API rate limit has been exceeded. Try again later."), Verdict.RETRY, "rate_limited"),
        (says(429, "You have reached your monthly limit."), Verdict.REJECTED, "quota_exceeded"),
        (answer(429), Verdict.RETRY, "rate_limited"),
        (answer(500), Verdict.RETRY, "platform_error"),
        (answer(503, {"message": 5}), Verdict.RETRY, "platform_error"),
        (answer(302), Verdict.REJECTED, "rejected"),
        (NoAnswer.NEVER_SENT, Verdict.RETRY, "platform_error"),
        (NoAnswer.LOST, Verdict.AMBIGUOUS, "timeout"),
    ],
)
def test_failures(result: Answer | NoAnswer, verdict: Verdict, code: str) -> None:
    outcome = LINE.classify(result)
    assert (outcome.verdict, outcome.code) == (verdict, code)
    assert outcome.detail
    assert not outcome.sent


@pytest.mark.promise(4)
@pytest.mark.parametrize("result", [answer(500), answer(502), NoAnswer.LOST, Answer(200, {}, b"<html>welcome</html>")])
def test_lines_silence_is_not_taken_for_not_sent(result: Answer | NoAnswer) -> None:
    outcome = LINE.classify(result)
    assert outcome.maybe_sent
    assert outcome.verdict is not Verdict.ACCEPTED


def test_accepted_gives_the_ids() -> None:
    outcome = LINE.classify(answer(200, SENT, X_Line_Request_Id="r1"))
    sent = (SentMessage("461230966842064897", "q"), SentMessage("461230966842064898"))
    assert outcome == Outcome(Verdict.ACCEPTED, sent=sent, request_id="r1")
    assert outcome.provider_message_id == "461230966842064897"


def test_accepted_before_counts_as_accepted() -> None:
    repeated = answer(409, {"message": "The retry key is already accepted"} | SENT, X_Line_Accepted_Request_Id="r0")
    outcome = LINE.classify(repeated)
    assert (outcome.verdict, outcome.request_id) == (Verdict.ACCEPTED, "r0")
    assert outcome.provider_message_id == "461230966842064897"


def test_details_are_told() -> None:
    content = {"message": "1 error", "details": [{"message": "May not be empty", "property": "messages[0].text"}, 5]}
    assert LINE.classify(answer(400, content)).detail == "1 error; messages[0].text: May not be empty"


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("", None), ("soon", None), ("-1", None), ("²", None)])
def test_wait_asked_for(value: str, seconds: float | None) -> None:
    assert LINE.classify(says(429, "slow", Retry_After=value)).retry_after == seconds


@given(status=st.integers(100, 599), body=st.binary(), header=st.text())
def test_any_answer_has_an_outcome(status: int, body: bytes, header: str) -> None:
    result = Answer(status, {"Retry-After": header, "X-Line-Accepted-Request-Id": header}, body)
    outcome = LINE.classify(result)
    assert outcome.code in {"", *FAILURES}
    assert isinstance(LINE.read_profile(result), Profile | Outcome)


def test_profiles_and_account() -> None:
    profile = {
        "displayName": "林小姐",
        "userId": "U1",
        "pictureUrl": "https://p/1",
        "language": "zh-TW",
        "statusMessage": "",
    }
    assert LINE.read_profile(answer(200, profile)) == Profile("林小姐", "https://p/1", "zh-TW")
    assert LINE.read_profile(answer(200, {"groupId": "C1", "groupName": "團購"})) == Profile("團購")
    info = {"userId": "U9", "displayName": "Shop", "basicId": "@shop", "chatMode": "chat"}
    assert LINE.read_check(answer(200, info)) == AccountInfo("U9", "Shop")


def test_lookups_that_fail_say_why() -> None:
    for read in (LINE.read_profile, LINE.read_check):
        unauthorised, odd = read(says(401, "no")), read(answer(200, [1]))
        assert isinstance(unauthorised, Outcome)
        assert isinstance(odd, Outcome)
        assert (unauthorised.verdict, odd.verdict) == (Verdict.AUTH_FAILED, Verdict.RETRY)


def test_failures_say_what_they_mean() -> None:
    assert all(code == failure.code and failure.meaning.endswith(".") for code, failure in FAILURES.items())
    assert {failure.retry for failure in FAILURES.values()} == set(Retry)
