"""What the simulator sends as Messenger and Instagram is what the adapters take it for, and it takes what they send."""

from typing import Any
from uuid import UUID

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.accounts import Account
from libs.channels.contacts import Address
from libs.channels.references import reference
from libs.channels.sending import OutgoingMedia, OutgoingText, Send
from libs.channels.wire import HttpRequest
from services.simulator.domain.meta import messenger, messenger_send, sends
from services.simulator.domain.meta.accounts import MetaAccount, MetaSettings
from services.simulator.domain.meta.drafts import Ad, MetaDraft
from tests.contract.messaging.samples import samples

KEY = UUID("123e4567-e89b-12d3-a456-426614174000")
MEDIA = "https://media.example/1"
# A draft → what must come of it, type and all.
DRAFTS: list[tuple[dict[str, Any], str]] = [
    ({"type": kind}, f"message.{kind}")
    for kind in ("text", "image", "video", "audio", "file", "location", "template", "unsupported")
] + [
    ({"type": "voice"}, "message.audio"),
    ({"type": "quick_reply"}, "message.text"),
    ({"type": "fallback"}, "message.post"),
    ({"type": "share"}, "message.post"),
    ({"type": "ig_post"}, "message.post"),
    ({"type": "reel"}, "message.post"),
    ({"type": "story_mention"}, "message.story"),
    ({"type": "story_reply"}, "message.story"),
    ({"kind": "echo"}, "echoed.text"),
    ({"kind": "edit", "message_id": "m_0", "text": "new"}, "edited"),
    ({"kind": "unsend", "message_id": "m_0"}, "unsent"),
    ({"kind": "reaction", "message_id": "m_0"}, "reacted"),
    ({"kind": "postback"}, "postback"),
    ({"kind": "referral", "ad": Ad()}, "referred"),
    ({"kind": "take_thread_control"}, "notice"),
]
SENDS = [
    OutgoingText("您好", quoted_id="m_0"),
    OutgoingMedia("image", "https://desk.example/a.jpg", "image/jpeg"),
    OutgoingMedia("file", "https://desk.example/a.pdf", "application/pdf"),
]


def account(channel: str) -> MetaAccount:
    """An account of the simulator."""
    return MetaAccount(
        MetaSettings.model_validate(
            {
                "account_id": "a",
                "channel": channel,
                "provider_id": "100000000000001",
                "app_secret": "secret",
                "access_token": "token",
                "webhook_url": "http://127.0.0.1:1/webhooks",
            }
        )
    )


@pytest.mark.parametrize("folder", ["messenger", "instagram"])
@pytest.mark.parametrize(("draft", "expected"), DRAFTS, ids=range(len(DRAFTS)))
def test_drafts(folder: str, draft: dict[str, Any], expected: str) -> None:
    chosen = samples(folder)
    given = MetaDraft(user_id="200000000000001", **draft)
    event = messenger.make(given, account(chosen.channel.name), "m_1", MEDIA, 1_795_000_000_000)
    (outcome,) = chosen.outcomes([event.body])
    assert isinstance(outcome, InboundEvent)
    field, _, kind = expected.partition(".")
    assert outcome.WhichOneof("event") == field
    assert [alias.value for alias in outcome.contact.aliases] == ["200000000000001"]
    if kind:
        assert (outcome.echoed.message if field == "echoed" else outcome.message).type == kind


@pytest.mark.parametrize("folder", ["messenger", "instagram"])
@pytest.mark.parametrize("state", ["delivered", "read"])
def test_receipts(folder: str, state: str) -> None:
    chosen = samples(folder)
    told = messenger.receipt(
        account(chosen.channel.name), "200000000000001", state, "m_1", 1_795_000_000_000, 1_795_000_001_000
    )
    (outcome,) = chosen.outcomes([told.body])
    assert isinstance(outcome, InboundEvent)
    assert outcome.receipt.state == state
    assert outcome.receipt.watermark_ms == 1_795_000_000_000 or list(outcome.receipt.provider_message_ids) == ["m_1"]


@pytest.mark.parametrize("folder", ["messenger", "instagram"])
@pytest.mark.parametrize("part", SENDS, ids=range(len(SENDS)))
@pytest.mark.parametrize("human_agent", [False, True])
def test_sends(folder: str, part: OutgoingText | OutgoingMedia, human_agent: bool) -> None:
    channel = samples(folder).channel
    to = Address(f"{channel.name}_user", "200000000000001")
    send = Send(to, [part], KEY, reference=reference(KEY, 1), human_agent=human_agent)
    request = channel.build_send(send, Account("t", "a", "100000000000001"), {"access_token": "token"})
    assert isinstance(request, HttpRequest)
    body = sends.parse(request.body, request.headers["Content-Type"])
    taken = messenger_send.check(body, channel.name)
    assert (taken.recipient, taken.reference, taken.about) == ("200000000000001", reference(KEY, 1), part.quoted_id)
    assert taken.tag == ("HUMAN_AGENT" if human_agent else "")
