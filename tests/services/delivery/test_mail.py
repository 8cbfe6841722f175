"""Mails to customers: threaded, and never twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from cli.run.ports import free_port
from libs.channels.outcomes import Verdict
from libs.channels.wire import MailRequest
from libs.clock.clock import FixedClock
from libs.mail.smtp import SmtpServer
from services.delivery.service.mail import Mail
from tests.services.tenants.mailbox import Mailbox, text_of
from tests.support.measured import measured

CLOCK = FixedClock(datetime(2026, 11, 21, 9, 30, tzinfo=UTC))
LETTER = MailRequest(
    to="mei@shop.test",
    sender_name="好店 Our shop",
    reply_to="r+web+proof",
    subject="Your order",
    text="It is on its way.\n在路上",
    message_id="fd1.7.1",
    references=("thread.9", "<older@elsewhere.test>"),
)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server."""
    made = Mailbox()
    await made.open()
    yield made
    await made.close()


def mail(url: str, seconds: float = 5) -> Mail:
    """What sends to this server."""
    return Mail(SmtpServer(url, seconds / 2), CLOCK, seconds, "desk.test")


async def test_a_mail_names_its_thread_and_where_answers_go(mailbox: Mailbox) -> None:
    outcome = await mail(mailbox.url).send(LETTER)
    assert (outcome.verdict, outcome.provider_message_id) == (Verdict.ACCEPTED, "fd1.7.1")
    got = await mailbox.wait_for("mei@shop.test")
    assert got["From"].addresses[0].display_name == "好店 Our shop"
    assert got["From"].addresses[0].addr_spec == got["Reply-To"] == "r+web+proof@desk.test"
    assert (got["Subject"], got["Message-ID"]) == ("Your order", "<fd1.7.1@desk.test>")
    assert got["References"] == "<thread.9@desk.test> <older@elsewhere.test>"
    assert got["In-Reply-To"] == "<older@elsewhere.test>"
    assert text_of(got).strip() == LETTER.text


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("550 no such user", Verdict.REJECTED), ("451 later", Verdict.RETRY), ("421 busy", Verdict.RETRY)],
)
async def test_what_the_server_says_is_believed(mailbox: Mailbox, answer: str, verdict: Verdict) -> None:
    mailbox.answer = lambda: answer
    series = f'frontdesk_mails_out_total{{result="{verdict.value}"}}'
    before = measured(series)
    outcome = await mail(mailbox.url).send(LETTER)
    assert (outcome.verdict, outcome.maybe_sent) == (verdict, False)
    assert measured(series) == before + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": ""},
        {"to": "a@shop.test, b@shop.test"},
        {"to": "a@shop..test"},
        {"to": "=?utf-8?q?victim=40shop.test=2C?=thief@evil.test"},
        {"subject": "a\r\nBcc: all@shop.test"},
    ],
)
async def test_what_cannot_be_a_mail_is_refused(mailbox: Mailbox, wrong: dict[str, str]) -> None:
    fields = {name: getattr(LETTER, name) for name in ("to", "sender_name", "reply_to", "subject", "text")}
    outcome = await mail(mailbox.url).send(MailRequest(**(fields | wrong), message_id="fd1.7.1"))
    assert outcome.verdict is Verdict.REJECTED
    assert mailbox.mails == []


@pytest.mark.promise(4)
async def test_a_server_that_is_away_is_told_from_one_whose_answer_was_lost() -> None:
    away = await mail(f"smtp://127.0.0.1:{free_port()}").send(LETTER)
    assert (away.verdict, away.maybe_sent) == (Verdict.RETRY, False)
    nobody = await Mail(None, CLOCK, 5, "desk.test").send(LETTER)
    assert (nobody.verdict, nobody.maybe_sent) == (Verdict.RETRY, False)

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while (await reader.readline())[:4].upper() != b"DATA":
            writer.write(b"250 fine\r\n")
        writer.write(b"354 go on\r\n")
        await reader.readuntil(b"\r\n.\r\n")
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    lost = await mail(f"smtp://127.0.0.1:{port}", seconds=1).send(LETTER)
    server.close()
    assert (lost.verdict, lost.maybe_sent) == (Verdict.AMBIGUOUS, True)
