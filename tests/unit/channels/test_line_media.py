"""Media on LINE: what goes out, what is refused before it leaves, and the way to what customers sent."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from libs.channels.accounts import Account
from libs.channels.contacts import Address
from libs.channels.contents import ContentLater, ContentRef, ContentRequest
from libs.channels.line.channel import LineChannel
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingTemplate, Part, Send
from libs.channels.wire import Answer, NoAnswer

LINE = LineChannel()
ACCOUNT = Account("t", "a", "U0")
CREDENTIALS = {"access_token": "token"}
FILES = "https://desk.example.com/media/public/token"
IMAGE = OutgoingMedia("image", f"{FILES}/a.jpg", "image/jpeg", preview_url=f"{FILES}/b.jpg")
VIDEO = OutgoingMedia("video", f"{FILES}/a.mp4", "video/mp4", preview_url=f"{FILES}/b.jpg")
AUDIO = OutgoingMedia("audio", f"{FILES}/a.m4a", "audio/mp4", duration_ms=61_000)


def sent(part: Part) -> Any:
    send = Send(Address("line_user", "U1"), [part], UUID(int=1))
    return json.loads(LINE.build_send(send, ACCOUNT, CREDENTIALS).body)["messages"][0]


@pytest.mark.rule(52)
@pytest.mark.rule(53)
@pytest.mark.parametrize("part", [IMAGE, VIDEO], ids=["image", "video"])
def test_pictures_and_videos_go_by_address_with_a_preview(part: OutgoingMedia) -> None:
    assert sent(part) == {"type": part.kind, "originalContentUrl": part.url, "previewImageUrl": f"{FILES}/b.jpg"}


@pytest.mark.rule(54)
def test_recordings_tell_their_length() -> None:
    assert sent(AUDIO) == {"type": "audio", "originalContentUrl": AUDIO.url, "duration": 61_000}


@pytest.mark.rule(55)
@pytest.mark.parametrize(
    ("part", "says"),
    [
        (replace(AUDIO, kind="file", content_type="application/pdf"), "takes no files"),
        (replace(IMAGE, content_type="image/heic"), "image/jpeg"),
        (replace(IMAGE, size_bytes=10_000_001), "10000000"),
        (replace(IMAGE, url="http://desk.example.com/a.jpg"), "https"),
        (replace(IMAGE, preview_url=""), "https"),
        (replace(IMAGE, url="https://["), "https"),
        (replace(IMAGE, url=f"{FILES}/{'x' * 2000}"), "https"),
        (OutgoingTemplate("t", "en", []), "no templates"),
    ],
    ids=["file", "type", "size", "http", "no preview", "broken address", "long address", "template"],
)
def test_what_line_would_refuse_never_leaves(part: Part, says: str) -> None:
    with pytest.raises(CannotSend, match=says):
        sent(part)


@pytest.mark.parametrize("kind", ["image", "file"])
def test_pictures_and_files_are_fetched_at_once(kind: str) -> None:
    found = LINE.build_content(ContentRef(kind, "77"), ACCOUNT, CREDENTIALS)
    assert found is not None
    assert found.final
    assert (found.request.host, found.request.path) == ("line_data", "/v2/bot/message/77/content")
    assert found.request.headers["Authorization"] == "Bearer token"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(200, {}, b'{"status":"processing"}'), ContentLater),
        (Answer(200, {}, b'{"status":"succeeded"}'), ContentRequest),
        (Answer(404, {}, b'{"message":"Not found"}'), ContentRequest),
        (Answer(200, {}, b'{"status":"failed"}'), Verdict.REJECTED),
        (Answer(410, {}, b'{"message":"Gone"}'), Verdict.REJECTED),
        (Answer(401, {}, b"{}"), Verdict.AUTH_FAILED),
        (Answer(500, {}, b""), Verdict.RETRY),
        (NoAnswer.NEVER_SENT, Verdict.RETRY),
    ],
    ids=["processing", "succeeded", "not prepared", "failed", "gone", "token", "fault", "away"],
)
def test_videos_are_asked_for_first(answer: Answer | NoAnswer, expected: Any) -> None:
    content = ContentRef("video", "77")
    first = LINE.build_content(content, ACCOUNT, CREDENTIALS)
    assert first is not None
    assert not first.final
    assert first.request.path.endswith("/content/transcoding")
    found = LINE.read_content_place(answer, content, CREDENTIALS)
    if isinstance(expected, Verdict):
        assert isinstance(found, Outcome)
        assert found.verdict is expected
    else:
        assert isinstance(found, expected)


def test_what_another_provider_holds_is_fetched_with_every_caution() -> None:
    found = LINE.build_content(ContentRef("image", url="https://cdn.example.com/a.jpg"), ACCOUNT, CREDENTIALS)
    assert found is not None
    assert (found.request.host, found.request.path) == ("foreign", "https://cdn.example.com/a.jpg")
    assert not found.request.headers


def test_without_a_place_there_is_nothing_to_fetch() -> None:
    assert LINE.build_content(ContentRef("image"), ACCOUNT, CREDENTIALS) is None
