"""Our calls pass LINE's strict specification under Prism; calls that are wrong do not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import httpx
import pytest

from libs.channels.accounts import Account, AccountInfo
from libs.channels.contacts import Address, Profile
from libs.channels.contents import ContentRef
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.sending import OutgoingMedia, OutgoingText, Send
from libs.channels.wire import Answer, HttpRequest
from tests.contract.line.payloads import LINE
from tests.support.prism import prism_mock
from tests.support.shared import shared

CREDENTIALS = {"access_token": "demo-line-token", "channel_secret": "demo-line-secret"}
ACCOUNT = Account("t", "a", "U0")
KEY = UUID("123e4567-e89b-12d3-a456-426614174000")
USER, GROUP, ROOM = (Address(f"line_{kind}", f"{kind[0].upper()}{'0' * 32}") for kind in ("user", "group", "room"))
PUSH = Send(USER, [OutgoingText("您好 😀", quote_token="quote")], KEY)
FIVE = [
    OutgoingText("x" * 5000),
    OutgoingText("\u0000a"),
    OutgoingText('"\n'),
    OutgoingText("e\u0301"),
    OutgoingText("5"),
]
FILES = "https://desk.example.com/media/public/token"
IMAGE = OutgoingMedia("image", f"{FILES}/photo.jpg", "image/jpeg", preview_url=f"{FILES}2/photo.jpg")
VIDEO = OutgoingMedia("video", f"{FILES}/clip.mp4", "video/mp4", duration_ms=9000, preview_url=f"{FILES}2/clip.jpg")
AUDIO = OutgoingMedia("audio", f"{FILES}/%E8%81%B2.m4a", "audio/mp4", duration_ms=3000)


@pytest.fixture(scope="module")
def prism() -> Iterator[httpx.Client]:
    """A client of Prism with the strict specification."""
    with (
        prism_mock(shared("specs", "line", "messaging-api.strict.yml")) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        yield client


def call(prism: httpx.Client, request: HttpRequest, **extra: str) -> Answer:
    """Make one of our calls."""
    headers = {**request.headers, **extra}
    answer = prism.request(request.method, request.path, headers=headers, content=request.body)
    return Answer(answer.status_code, answer.headers, answer.content)


@pytest.mark.parametrize(
    "send",
    [
        PUSH,
        replace(PUSH, parts=FIVE),
        replace(PUSH, recipient=GROUP),
        replace(PUSH, recipient=ROOM),
        replace(PUSH, reply_token="token"),
        replace(PUSH, parts=FIVE, reply_token="token"),
        replace(PUSH, parts=[IMAGE]),
        replace(PUSH, parts=[VIDEO], reply_token="token"),
        replace(PUSH, parts=[AUDIO, IMAGE]),
    ],
)
def test_sends_pass(prism: httpx.Client, send: Send) -> None:
    outcome = LINE.classify(call(prism, LINE.build_send(send, ACCOUNT, CREDENTIALS)))
    assert outcome.verdict is Verdict.ACCEPTED
    assert outcome.provider_message_id


@pytest.mark.parametrize(
    ("contact", "member"),
    [(USER, ""), (GROUP, ""), (GROUP, USER.value), (ROOM, USER.value)],
    ids=lambda value: str(value),
)
def test_profiles_pass(prism: httpx.Client, contact: Address, member: str) -> None:
    request = LINE.build_profile(contact, ACCOUNT, CREDENTIALS, member)
    assert request is not None
    profile = LINE.read_profile(call(prism, request))
    assert isinstance(profile, Profile)
    assert profile.display_name


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file"])
def test_questions_for_content_pass(prism: httpx.Client, kind: str) -> None:
    content = ContentRef(kind, "325708")
    found = LINE.build_content(content, ACCOUNT, CREDENTIALS)
    assert found is not None
    answer = call(prism, found.request)
    if found.final:
        assert answer.status == 200
    else:
        assert LINE.read_content_place(answer, content, CREDENTIALS) is not None


def test_the_question_about_the_account_passes(prism: httpx.Client) -> None:
    request = LINE.build_check(ACCOUNT, CREDENTIALS)
    assert request is not None
    info = LINE.read_check(call(prism, request))
    assert isinstance(info, AccountInfo)
    assert info.provider_id


@pytest.mark.parametrize("status", [400, 403, 409, 429])
def test_documented_refusals_are_understood(prism: httpx.Client, status: int) -> None:
    answer = call(prism, LINE.build_send(PUSH, ACCOUNT, CREDENTIALS), Prefer=f"code={status}")
    assert answer.status == status
    outcome = LINE.classify(answer)
    assert isinstance(outcome, Outcome)
    assert outcome.verdict is (Verdict.RETRY if status == 429 else Verdict.REJECTED)


@pytest.mark.parametrize(
    "content",
    [
        {"to": USER.value, "messages": [{"type": "text"}]},
        {"to": USER.value, "messages": [{"type": "text", "text": ""}]},
        {"to": USER.value, "messages": [{"type": "text", "text": "x" * 5001}]},
        {"to": USER.value, "messages": []},
        {"to": USER.value, "messages": [{"type": "text", "text": "x"}] * 6},
        {"messages": [{"type": "text", "text": "x"}]},
        {"to": USER.value, "messages": [{"type": "image", "originalContentUrl": FILES}]},
        {"to": USER.value, "messages": [{"type": "audio", "originalContentUrl": FILES}]},
        {"to": USER.value, "messages": [{"type": "file", "originalContentUrl": FILES}]},
    ],
)
def test_wrong_calls_are_refused_by_the_judge(prism: httpx.Client, content: object) -> None:
    request = replace(LINE.build_send(PUSH, ACCOUNT, CREDENTIALS), body=json.dumps(content).encode())
    assert call(prism, request).status in (400, 422)


def test_judge_wants_a_token_and_a_proper_key(prism: httpx.Client) -> None:
    request = LINE.build_send(PUSH, ACCOUNT, CREDENTIALS)
    keyless = replace(request, headers={"Content-Type": "application/json"})
    assert call(prism, keyless).status == 401
    assert call(prism, request, **{"X-Line-Retry-Key": "no uuid"}).status in (400, 422)
