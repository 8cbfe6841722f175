"""Mails that are handed over: nothing is read that FRONTDESK_MAIL_SECRET's owner did not announce just now."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from libs.clock.clock import FixedClock
from libs.mail.handover import HEADER, sign
from services.ingestion.routes.mails import MailApp
from services.ingestion.service.mails import MailService

SECRET, NOW = "a-mail-secret", datetime(2036, 5, 1, 12, tzinfo=UTC)
MAIL = b"From: a@shop.test\n\nhello"


class _Mails(MailService):
    """The real signatures; what would be taken is noted down."""

    def __init__(self) -> None:
        nothing = cast(Any, None)
        super().__init__(nothing, nothing, nothing, nothing, FixedClock(NOW), SECRET)
        self.taken: list[bytes] = []

    async def receive(self, raw: bytes) -> str:
        self.taken.append(raw)
        return "stored"


class _Post:
    """A call that comes in pieces; how many of them were read."""

    def __init__(self, signature: str, *pieces: bytes) -> None:
        self._signature = signature
        self._pieces = [*pieces]
        self._all = len(pieces)
        self.mails = _Mails()
        self.status = 0

    @property
    def read(self) -> int:
        return self._all - len(self._pieces)

    async def sent(self) -> "_Post":
        name = HEADER.lower().encode()
        scope = {"type": "http", "method": "POST", "headers": [(name, self._signature.encode("latin-1"))]}
        await MailApp(self.mails)(scope, self._receive, self._send)
        return self

    async def _receive(self) -> Any:
        piece = self._pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(self._pieces)}

    async def _send(self, message: Any) -> None:
        self.status = message.get("status", self.status)


async def test_a_mail_that_was_announced_is_taken() -> None:
    post = await _Post(sign(SECRET, MAIL, NOW), MAIL[:5], MAIL[5:]).sent()
    assert (post.status, post.mails.taken) == (200, [MAIL])


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "0" * 64,
        sign("another secret", MAIL, NOW),
        sign(SECRET, MAIL, NOW - timedelta(seconds=301)),
        sign(SECRET, MAIL, NOW + timedelta(seconds=301)),
        sign(SECRET, MAIL, NOW).replace(f"n={len(MAIL)}", "n=24000000"),
        "\xff" * 200,
    ],
    ids=["none", "no-form", "strangers", "old", "early", "longer-than-signed", "odd"],
)
async def test_nothing_is_read_of_a_mail_that_nobody_announced(signature: str) -> None:
    post = await _Post(signature, MAIL).sent()
    assert (post.status, post.read, post.mails.taken) == (401, 0, [])


async def test_more_than_was_announced_is_not_read_to_its_end() -> None:
    post = await _Post(sign(SECRET, MAIL, NOW), MAIL, b"x", *[b"x" * 1000] * 50).sent()
    assert (post.status, post.read, post.mails.taken) == (401, 2, [])


@pytest.mark.parametrize("other", [MAIL[:-1], MAIL[:-1] + b"!"], ids=["shorter", "different"])
async def test_other_bytes_than_were_announced_are_refused(other: bytes) -> None:
    post = await _Post(sign(SECRET, MAIL, NOW), other).sent()
    assert (post.status, post.mails.taken) == (401, [])


async def test_a_mail_announced_as_too_large_is_refused_unread() -> None:
    huge = b"x" * 25_000_001
    post = await _Post(sign(SECRET, huge, NOW), b"x").sent()
    assert (post.status, post.read) == (413, 0)


async def test_without_a_secret_nothing_is_taken() -> None:
    post = _Post(sign("", MAIL, NOW), MAIL)
    post.mails._secret = ""
    assert (await post.sent()).status == 401
