"""What may be sent, how long, and what delivery is told of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged
from tests.services.conversations.shop import ReadByStaff, Requested, Shop, attempt, refused

_HOUR = 3600
_TEMPLATE = pb.OutgoingTemplate(name="hello", language="zh_TW", components_json='[{"type":"body"}]', text="Hi Bo")


def _upload(
    kind: str = "image", content_type: str = "image/jpeg", size: int = 1000, upload: str = "u1"
) -> pb.OutgoingAttachment:
    return pb.OutgoingAttachment(
        upload_id=upload, kind=kind, content_type=content_type, size_bytes=size, storage_key="t/f", thumbnail_key="t/t"
    )


async def _wrote(shop: Shop, channel: str, **fields: Any) -> pb.Conversation:
    kind = {"line": "line_user", "whatsapp": "whatsapp_phone"}.get(channel, f"{channel}_user")
    await shop.receive(shop.customer(channel=channel, kind=kind).wrote(**fields))
    return await shop.only()


async def _approve(shop: Shop, approved: bool = True, version: int = 1) -> None:
    await shop.apply(
        ChannelAccountChanged(
            tenant_id=str(shop.id), account_id=shop.account_id, human_agent=approved, version=version, state="active"
        )
    )


async def test_on_line_an_answer_is_always_allowed(shop: Shop) -> None:
    row = await _wrote(shop, "line")
    assert not row.HasField("reply_window")
    shop.stack.set_clock(30 * 24 * _HOUR)
    assert (await shop.get(row.id)).can_reply
    await shop.send(row.id)


async def test_a_window_closes_a_day_after_the_customers_last_message(shop: Shop) -> None:
    row = await _wrote(shop, "instagram")
    assert row.reply_window.state == "open"
    left = row.reply_window.closes_at.ToDatetime(UTC) - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    await shop.send(row.id)
    asked = (await shop.told(Requested, 1))[0]
    assert asked.window_closes_at_ms == row.reply_window.closes_at.ToMilliseconds()
    assert not asked.human_agent
    shop.stack.set_clock(24 * _HOUR + 5)
    row = await shop.only()
    assert (row.reply_window.state, row.can_reply, row.cannot_reply_reason) == ("closed", False, "window_closed")
    assert not row.reply_window.HasField("closes_at")
    with refused("window_closed"):
        await shop.send(row.id)


async def test_approved_accounts_have_a_week_for_people_to_answer(shop: Shop) -> None:
    row = await _wrote(shop, "instagram")
    await _approve(shop)
    await _approve(shop, approved=False, version=0)
    shop.stack.set_clock(24 * _HOUR + 5)
    row = await shop.only()
    assert (row.reply_window.state, row.can_reply) == ("human_agent", True)
    await shop.send(row.id)
    asked = (await shop.told(Requested, 1))[0]
    assert (asked.human_agent, asked.window_closes_at_ms) == (True, row.reply_window.closes_at.ToMilliseconds())
    shop.stack.set_clock(7 * 24 * _HOUR + 5)
    with refused("window_closed"):
        await shop.send(row.id)


@pytest.mark.rule(45)
@pytest.mark.parametrize("channel", ["facebook", "whatsapp"])
async def test_after_the_window_only_templates_go(shop: Shop, channel: str) -> None:
    row = await _wrote(shop, channel)
    shop.stack.set_clock(24 * _HOUR + 5)
    row = await shop.only()
    assert (row.reply_window.state, row.can_reply) == ("templates", True)
    with refused("window_closed") as error:
        await shop.send(row.id)
    assert "template" in str(error.value)
    sent = (await shop.send_more(row.id, "template", template=_TEMPLATE)).message
    assert (sent.type, sent.text) == ("template", "Hi Bo")
    assert sent.details_json == '{"template": {"name": "hello", "language": "zh_TW"}}'
    (asked,) = await shop.told(Requested, 1)
    assert (asked.template.name, asked.template.components_json) == ("hello", '[{"type":"body"}]')
    assert asked.window_closes_at_ms == 0


async def test_a_retry_after_the_window_is_refused_too(shop: Shop) -> None:
    row = await _wrote(shop, "facebook")
    sent = (await shop.send(row.id)).message
    await shop.apply(attempt(sent, "failed", failure_code="rejected"))
    shop.stack.set_clock(24 * _HOUR + 5)
    with refused("window_closed"):
        await shop.retry(sent)


_MATRIX = {
    "line": {"image", "video", "audio"},
    "facebook": {"image", "video", "audio", "file"},
    "instagram": {"image", "video", "audio", "file"},
    "whatsapp": {"image", "video", "audio", "file"},
}
_TYPES = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/mp4", "file": "application/pdf"}


@pytest.mark.rule(52, 53, 54, 55)
@pytest.mark.parametrize("channel", _MATRIX)
async def test_each_channel_sends_the_kinds_it_has(shop: Shop, channel: str) -> None:
    row = await _wrote(shop, channel)
    for kind, content_type in _TYPES.items():
        if kind in _MATRIX[channel]:
            sent = (await shop.send_more(row.id, kind, attachments=[_upload(kind, content_type)])).message
            assert (sent.type, sent.attachments[0].state, sent.attachments[0].storage_key) == (kind, "ready", "t/f")
        else:
            with refused("media_not_allowed"):
                await shop.send_more(row.id, kind, attachments=[_upload(kind, content_type)])
    asked = (await shop.told(Requested, len(_MATRIX[channel])))[0]
    assert (asked.attachments[0].storage_key, asked.attachments[0].thumbnail_key) == ("t/f", "t/t")
    assert asked.attachments[0].size_bytes == 1000


async def test_what_the_channel_would_refuse_is_refused_here_with_the_reason(shop: Shop) -> None:
    row = await _wrote(shop, "instagram")
    with refused("media_too_large") as error:
        await shop.send_more(row.id, "image", attachments=[_upload(size=8_400_000)])
    assert error.value.message == "It has 8.4 MB; 8 MB are taken here. Send a smaller one."
    assert (error.value.fields["size_bytes"], error.value.fields["most_bytes"]) == (8_400_000, 8_000_000)
    with refused("media_not_allowed") as error:
        await shop.send_more(row.id, "image", attachments=[_upload(content_type="image/heic")])
    assert error.value.message.startswith("This channel takes pictures as image/")
    with refused("caption_not_allowed"):
        await shop.send_more(row.id, "image", attachments=[_upload()], text="look")
    with refused("kind_not_allowed"):
        await shop.send_more(row.id, "template", template=_TEMPLATE)
    wrongs: list[dict[str, Any]] = [
        {},
        {"attachments": [_upload("video", "video/mp4")]},
        {"attachments": [_upload(), _upload()]},
    ]
    for wrong in wrongs:
        with refused("invalid_argument"):
            await shop.send_more(row.id, "image", **wrong)
    assert shop.facts(Requested) == []


async def test_a_caption_goes_along_where_the_channel_has_one(shop: Shop) -> None:
    row = await _wrote(shop, "whatsapp")
    await shop.send_more(row.id, "image", attachments=[_upload()], text="look")
    (asked,) = await shop.told(Requested, 1)
    assert (asked.type, asked.text, asked.attachments[0].kind) == ("image", "look", "image")


@pytest.mark.rule(46, 47)
async def test_an_answer_quotes_what_the_platform_can_show(shop: Shop) -> None:
    row = await _wrote(shop, "whatsapp", id="m1", text="which one?")
    (theirs,) = (await shop.thread(row.id)).messages
    template = (await shop.send_more(row.id, "template", template=_TEMPLATE, quoted_message_id=theirs.id)).message
    assert (template.quoted.id, template.quoted.preview) == (theirs.id, "which one?")
    with refused("cannot_quote"):
        await shop.send_more(row.id, "text", text="x", quoted_message_id=template.id)
    await shop.apply(attempt(template, "sent", provider_message_id="p1"))
    ours = (await shop.send_more(row.id, "text", text="this one", quoted_message_id=template.id)).message
    assert ours.quoted.direction == pb.DIRECTION_OUTBOUND
    asked = await shop.told(Requested, 2)
    assert [fact.quoted_provider_message_id for fact in asked] == ["m1", "p1"]
    with refused("invalid_argument"):
        await shop.send_more(row.id, "text", text="x", quoted_message_id="01900000-0000-7000-8000-000000000001")


async def test_line_quotes_by_token(shop: Shop) -> None:
    row = await _wrote(shop, "line", id="m1", quote_token="q1", mark_as_read_token="r1")
    (theirs,) = (await shop.thread(row.id)).messages
    sent = (await shop.send_more(row.id, "text", text="yes", quoted_message_id=theirs.id)).message
    assert (await shop.told(Requested, 1))[0].quote_token == "q1"
    await shop.apply(attempt(sent, "sent", provider_message_id="p1"))
    with refused("cannot_quote"):
        await shop.send_more(row.id, "text", text="x", quoted_message_id=sent.id)


async def test_looking_at_a_conversation_tells_the_platform_once(shop: Shop) -> None:
    row = await _wrote(shop, "line", id="m1", mark_as_read_token="r1")
    await shop.open(row.id, shop.agent)
    await shop.open(row.id)
    (told,) = await shop.told(ReadByStaff, 1)
    assert (told.provider_message_id, told.mark_as_read_token, told.recipient_kind) == ("m1", "r1", "line_user")


@pytest.mark.promise(2)
async def test_a_key_stands_for_all_of_the_request(shop: Shop) -> None:
    row = await _wrote(shop, "whatsapp")
    first = await shop.send_more(row.id, "image", "k", attachments=[_upload()], text="a")
    assert (await shop.send_more(row.id, "image", "k", attachments=[_upload()], text="a")).message == first.message
    (theirs,) = [one for one in (await shop.thread(row.id)).messages if one.direction == pb.DIRECTION_INBOUND]
    others: list[dict[str, Any]] = [
        {"attachments": [_upload(upload="u2")], "text": "a"},
        {"attachments": [_upload()], "text": "b"},
        {"attachments": [_upload()], "text": "a", "quoted_message_id": theirs.id},
    ]
    for other in others:
        with refused("idempotency_key_reused"):
            await shop.send_more(row.id, "image", "k", **other)


async def test_mails_keep_their_subject(shop: Shop) -> None:
    row = await _wrote(shop, "line", subject="Shoes")
    await shop.send(row.id)
    assert (await shop.told(Requested, 1))[0].subject == "Shoes"
