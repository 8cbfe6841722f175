"""What LINE may add to an event and no sample shows."""

from typing import Any

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from tests.contract.line.events import GOOD
from tests.contract.line.payloads import body_of, outcomes_of

GROUP = {"type": "group", "groupId": "C1", "userId": "U1"}


def read(**fields: Any) -> InboundEvent:
    """GOOD with other fields, as an event of ours."""
    (outcome,) = outcomes_of(body_of([GOOD | fields]))
    assert isinstance(outcome, InboundEvent)
    return outcome


def test_tokens_and_quoted_message() -> None:
    more = {"quoteToken": "q", "quotedMessageId": "8000", "markAsReadToken": "r"}
    message = read(message=GOOD["message"] | more).message
    assert (message.quote_token, message.quoted_provider_message_id, message.mark_as_read_token) == ("q", "8000", "r")


def test_edit_brings_new_tokens_and_entities() -> None:
    content = {"id": "9001", "type": "text", "text": "😀@Bo", "quoteToken": "q2"}
    mention = {"mentionees": [{"index": 2, "length": 3, "type": "user", "userId": "U2"}]}
    event = read(type="messageEdited", replyToken="again", message=content | {"mention": mention})
    assert (event.edited.reply_token, event.edited.quote_token) == ("again", "q2")
    (entity,) = event.edited.entities
    assert (entity.offset, entity.length, entity.value) == (1, 3, "U2")


def test_mention_of_somebody_who_stays_hidden() -> None:
    mention = {"mentionees": [{"index": 0, "length": 2, "type": "user"}]}
    (entity,) = read(message=GOOD["message"] | {"mention": mention}).message.entities
    assert (entity.kind, entity.value) == ("mention", "")


@pytest.mark.parametrize("kind", ["message", "postback"])
def test_group_event_names_who_acted(kind: str) -> None:
    event = read(type=kind, source=GROUP, postback={"data": "buy=1"})
    assert [(alias.kind, alias.value) for alias in event.contact.aliases] == [("line_group", "C1")]
    assert getattr(event, kind).sender.provider_user_id == "U1"


def test_postback_params_that_are_no_texts_are_left_out() -> None:
    event = read(type="postback", postback={"data": "menu\x00", "params": {"newRichMenuAliasId": "a", "n": 5}})
    assert (event.postback.data, dict(event.postback.params)) == ("menu", {"newRichMenuAliasId": "a"})


@pytest.mark.parametrize("kind", ["deactivated", "botSuspended", "botResumed", "module"])
def test_event_of_the_account_needs_no_source(kind: str) -> None:
    event = read(type=kind, source=None, module={"type": "detached"})
    assert event.HasField("notice")
    assert not event.HasField("contact")


def test_standby_passes_no_reply_token_on() -> None:
    event = read(mode="standby")
    assert event.standby
    assert not event.message.reply_token
