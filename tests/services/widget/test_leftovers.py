"""Pictures that no message came to hold do not lie there for ever, those of messages do."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from libs.clock.clock import FixedClock
from libs.storage.store import MediaStore
from libs.storage.wiring import media_store
from services.ingestion.service.widget.leftovers import Leftovers
from services.ingestion.settings import Settings
from tests.services.widget.conftest import MakeBrowser
from tests.services.widget.mailbox import Mailbox, answered, header
from tests.services.widget.site import Browser, Staff, picture, unique
from tests.support.stack import Stack
from tests.support.wait import eventually

_DUE = "SELECT key FROM ingestion.widget_uploads WHERE due_at > $1 ORDER BY due_at"


@pytest.fixture
def store(desk: Stack) -> MediaStore:
    """Where the desk keeps files."""
    return media_store(desk.runtime("ingestion"))


def upkeep(desk: Stack, store: MediaStore, **later: float) -> Leftovers:
    """The service's own, as it runs that much later."""
    days = desk.runtime("ingestion").settings(Settings).ledger_days
    clock = FixedClock(datetime.now(UTC) + timedelta(**later))
    return Leftovers(desk.database.open("ingestion"), store, clock, days)


async def uploaded(browser: Browser) -> tuple[str, str]:
    """A picture: its id, and where it lies."""
    image_id: str = (await browser.uploads(picture())).raise_for_status().json()["id"]
    said = image_id.partition(".")[0]
    return image_id, json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))[0]


async def test_a_picture_that_no_message_holds_is_thrown_away_after_a_day(
    make_browser: MakeBrowser, desk: Stack, store: MediaStore
) -> None:
    guest = make_browser()
    await guest.session()
    image_id, key = await uploaded(guest)
    await upkeep(desk, store, hours=23).clear()
    assert await store.stat(key) is not None
    # Replicas do it at the same time.
    await asyncio.gather(*(upkeep(desk, store, hours=25).clear() for _ in range(3)))
    assert await store.stat(key) is None
    late = await guest.writes("with a picture", images=[image_id])
    assert (late.status_code, late.json()["code"]) == (422, "unknown_image")


async def test_a_picture_that_a_message_holds_stays(
    make_browser: MakeBrowser, staff: Staff, desk: Stack, store: MediaStore
) -> None:
    guest, text = make_browser(), unique("look")
    await guest.session()
    image_id, key = await uploaded(guest)
    (await guest.writes(text, images=[image_id])).raise_for_status()
    row = await staff.finds(text)

    async def moved() -> bool:
        (message,) = await staff.messages(row)
        return message["attachments"][0]["state"] == "ready" and await store.stat(key) is None

    await eventually(moved, 30, "the picture to be kept with its message")
    # What nobody came for, as when it could not be looked into.
    await store.put(key, b"left behind")
    await upkeep(desk, store, hours=25).clear()
    assert await store.stat(key) is not None
    await upkeep(desk, store, days=31).clear()
    assert await store.stat(key) is None
    (message,) = await staff.messages(row)
    file = await staff.api.get(f"{desk.url}{message['attachments'][0]['url']}")
    assert (file.status_code, file.headers["content-type"]) == (200, "image/png")


async def test_pictures_of_a_mail_that_comes_twice_go_with_the_ledgers_entries(
    make_browser: MakeBrowser, staff: Staff, mailbox: Mailbox, desk: Stack, store: MediaStore
) -> None:
    _, mail = await answered(make_browser, staff, mailbox)
    text = unique("with a picture")
    reply = mailbox.reply(header(mail, "reply-to"), text)
    reply.add_attachment(picture(), maintype="image", subtype="png", filename="me.png")
    for _ in range(2):
        assert (await mailbox.send(reply)).json() == {"result": "stored"}
    await staff.finds(text)
    *_, again = [row["key"] for row in await desk.database.fetch(_DUE, datetime.now(UTC) + timedelta(days=29))]
    assert await store.stat(again) is not None
    await upkeep(desk, store, days=31).clear()
    assert await store.stat(again) is None
