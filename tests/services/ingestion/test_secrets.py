"""What is secret appears in no log, answer or metric, whatever goes wrong."""

import io
import sys
from collections.abc import Iterator

import pytest

from libs.observe.log import configure_logging
from libs.observe.metrics import exposition
from tests.services.ingestion.platform import LineAccount, Platform, body_of, sign, text
from tests.support.wait import eventually

pytestmark = pytest.mark.promise(8)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged from now on, at the most talkative level."""
    written = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        configure_logging("debug")
    yield written
    configure_logging()


async def _everything_that_can_happen(platform: Platform, account: LineAccount) -> list[str]:
    """Answers the service gave."""
    body = body_of(text("my address is here", replyToken="reply-token-of-a-customer"))
    answers = [
        await platform.post(account, body),
        await platform.post(account, body, "forged-signature"),
        await platform.post(account, b"no webhook"),
        await platform.post(account, b'{"events":[{"type":"odd"}]}'),
        await platform.post(LineAccount(), body),
    ]
    await platform.stack.nats.kill()
    answers.append(await platform.post(account, body))
    await platform.stack.nats.start()
    await platform.tenants.stop()
    answers.append(await platform.post(platform.account(), body))
    platform.stack.set_clock(400)
    answers.append(await platform.post(account, body))
    platform.stack.set_clock(0)
    await platform.tenants.start()
    assert await platform.bus.connection.connected(10)
    await eventually(lambda: _ready(platform))
    await platform.change(account, secret="a-secret-of-later")
    await eventually(lambda: _accepts(platform, account))
    statement = "ALTER TABLE ingestion.ledger RENAME TO ledger_gone"
    await platform.stack.database.fetch(statement)
    answers.append(await platform.post(account, b'{"events":[{"type":"strange"}]}'))
    await platform.stack.database.fetch("ALTER TABLE ingestion.ledger_gone RENAME TO ledger")
    return [answer.text for answer in answers]


async def _accepts(platform: Platform, account: LineAccount) -> bool:
    return (await platform.post(account, body_of())).status_code == 200


async def _ready(platform: Platform) -> bool:
    return (await platform.http.get("/readyz")).status_code == 200


async def test_no_secret_is_told(platform: Platform, logs: io.StringIO) -> None:
    account = platform.account()
    first = account.secret
    answers = await _everything_that_can_happen(platform, account)
    told = logs.getvalue() + "".join(answers) + exposition().decode()
    assert "events go to the spool" in told
    assert "events for the ledger go to the dead letters" in told
    for secret in (
        first,
        account.secret,
        account.access_token,
        "reply-token-of-a-customer",
        "my address is here",
        sign(first, b"no webhook"),
        "forged-signature",
        "BEGIN PRIVATE KEY",
        ":test@",
    ):
        assert secret not in told, secret


async def test_no_metric_is_a_tenants(platform: Platform) -> None:
    account = platform.account()
    await platform.call(account, text())
    assert account.id not in exposition().decode()
    assert str(account.tenant_id) not in exposition().decode()
