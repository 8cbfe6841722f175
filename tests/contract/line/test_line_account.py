"""Calls about an account and its chats, judged by LINE's specification under Prism, and what their answers mean."""

import json
from collections.abc import Iterator

import httpx
import pytest

from libs.channels.accounts import Account, Quota, WebhookState
from libs.channels.contacts import Address
from libs.channels.outcomes import Outcome
from libs.channels.wire import Answer, HttpRequest, NoAnswer
from tests.contract.line.payloads import LINE
from tests.support.prism import prism_mock
from tests.support.shared import shared

CREDENTIALS = {"access_token": "demo-line-token"}
ACCOUNT = Account("t", "a", "U0")
USER, GROUP = Address("line_user", "U" + "0" * 32), Address("line_group", "C" + "0" * 32)
URL = "https://desk.example.com/webhooks/line/demo"


@pytest.fixture(scope="module")
def prism() -> Iterator[httpx.Client]:
    """A client of Prism with the strict specification."""
    with (
        prism_mock(shared("specs", "line", "messaging-api.strict.yml")) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        yield client


def call(prism: httpx.Client, request: HttpRequest) -> Answer:
    """Make one of our calls."""
    answer = prism.request(request.method, request.path, headers=dict(request.headers), content=request.body)
    return Answer(answer.status_code, answer.headers, answer.content)


def said(content: object, status: int = 200) -> Answer:
    """An answer."""
    return Answer(status, {}, json.dumps(content).encode())


def test_signs_pass_and_are_given_only_where_line_has_them(prism: httpx.Client) -> None:
    read = LINE.build_read_mark(USER, "m1", "token", ACCOUNT, CREDENTIALS)
    typing = LINE.build_typing(USER, "m1", ACCOUNT, CREDENTIALS)
    for request in (read, typing):
        assert request is not None
        assert call(prism, request).status in {200, 202}
    assert LINE.build_read_mark(USER, "m1", "", ACCOUNT, CREDENTIALS) is None
    assert LINE.build_typing(GROUP, "m1", ACCOUNT, CREDENTIALS) is None


@pytest.mark.parametrize("url", [URL, ""], ids=["set", "as it is"])
def test_webhook_calls_pass(prism: httpx.Client, url: str) -> None:
    calls = LINE.build_webhook(url, True, CREDENTIALS)
    results = {request.operation: call(prism, request) for request in calls}
    assert all(answer.status == 200 for answer in results.values()), results
    assert isinstance(LINE.read_webhook(results), WebhookState)
    assert [request.operation for request in LINE.build_webhook("", False, CREDENTIALS)] == ["webhook"]


def test_quota_calls_pass(prism: httpx.Client) -> None:
    results = {request.operation: call(prism, request) for request in LINE.build_quota(CREDENTIALS)}
    assert isinstance(LINE.read_quota(results), Quota)


def test_a_webhook_is_told_with_its_test() -> None:
    state = said({"endpoint": URL, "active": True})
    assert LINE.read_webhook({"webhook": state}) == WebhookState(URL, True)
    failed = said({"success": False, "statusCode": 500, "reason": "ERROR_STATUS_CODE", "detail": "500"})
    tested = LINE.read_webhook({"set_webhook": said({}), "webhook": state, "test_webhook": failed})
    assert tested == WebhookState(URL, True, reached=False, detail="ERROR_STATUS_CODE 500")
    assert LINE.read_webhook({"webhook": said({"message": "Not found"}, 404)}) == WebhookState("", False)


@pytest.mark.parametrize("answer", [said({"message": "no"}, 400), said({}, 401), NoAnswer.LOST, said([], 500)])
def test_what_is_refused_is_an_outcome(answer: Answer | NoAnswer) -> None:
    state = said({"endpoint": URL, "active": True})
    assert isinstance(LINE.read_webhook({"set_webhook": answer, "webhook": state}), Outcome)
    assert isinstance(LINE.read_webhook({"webhook": state, "test_webhook": answer}), Outcome)
    assert isinstance(LINE.read_quota({"quota": answer, "quota_used": said({"totalUsage": 1})}), Outcome)
    assert isinstance(LINE.read_quota({"quota": said({"type": "none"}), "quota_used": answer}), Outcome)


def test_a_quota_may_have_no_limit() -> None:
    used = said({"totalUsage": 7})
    assert LINE.read_quota({"quota": said({"type": "limited", "value": 200}), "quota_used": used}) == Quota(200, 7)
    assert LINE.read_quota({"quota": said({"type": "none"}), "quota_used": used}) == Quota(None, 7)
