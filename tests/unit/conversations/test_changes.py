"""Edits and unsends."""

import itertools

import pytest

from frontdesk.channels.v1 import inbound_pb2 as pb
from tests.unit.conversations.rows import CUSTOMER, Desk, after


def test_an_edit_shows_its_words_and_what_they_mean() -> None:
    desk = Desk()
    message = desk.message(CUSTOMER.wrote("helo", id="m1"))
    mention = pb.TextEntity(kind="mention", offset=0, length=5, value="Ub")
    assert desk.change(message, CUSTOMER.edited("m1", "hello", after(5), entities=[mention]))
    assert (message.text, message.edited_at, message.version) == ("hello", after(5), 2)
    assert message.details["entities"][0]["value"] == "Ub"
    assert desk.row.last_preview == "hello"


def test_an_older_edit_that_comes_late_changes_nothing() -> None:
    desk = Desk()
    message = desk.message(CUSTOMER.wrote(id="m1"))
    desk.change(message, CUSTOMER.edited("m1", "second", after(9)))
    row_version = desk.row.version
    assert not desk.change(message, CUSTOMER.edited("m1", "first", after(5)))
    assert not desk.change(message, CUSTOMER.edited("m1", "second", after(9)))
    assert (message.text, message.version, desk.row.version) == ("second", 2, row_version)


def test_an_edit_brings_a_new_reply_token() -> None:
    desk = Desk()
    message = desk.message(CUSTOMER.wrote(id="m1", at=after(0), reply_token="first"))
    desk.change(message, CUSTOMER.edited("m1", "again", after(5), reply_token="second", quote_token="q2"))
    assert (desk.row.reply_token, desk.row.reply_token_at) == ("second", after(5))
    assert message.details["quote_token"] == "q2"


def test_what_was_taken_back_is_forgotten() -> None:
    desk = Desk()
    message = desk.message(
        CUSTOMER.wrote(
            "my card number",
            id="m1",
            attachments=[pb.Attachment(kind="image", provider_content_id="7")],
            location=pb.Location(title="home"),
            quote_token="q",
        )
    )
    assert desk.change(message, CUSTOMER.unsent("m1", after(5)))
    assert (message.text, message.attachments, message.details) == ("", [], {})
    assert message.unsent_at == after(5)
    assert (desk.row.last_preview, desk.row.last_type) == ("", "unsent")
    assert message.type == "text", "the thread still tells what kind of message stood there"


def test_taking_back_twice_changes_nothing() -> None:
    desk = Desk()
    message = desk.message(CUSTOMER.wrote(id="m1"))
    desk.change(message, CUSTOMER.unsent("m1", after(5)))
    assert not desk.change(message, CUSTOMER.unsent("m1", after(6)))
    assert (message.unsent_at, message.version) == (after(5), 2)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_in_whatever_order_changes_come_nothing_brings_the_words_back(order: tuple[int, ...]) -> None:
    desk = Desk()
    message = desk.message(CUSTOMER.wrote("first", id="m1"))
    changes = [
        CUSTOMER.edited("m1", "second", after(1)),
        CUSTOMER.edited("m1", "third", after(2)),
        CUSTOMER.unsent("m1", after(3)),
    ]
    for index in order:
        desk.change(message, changes[index])
    assert message.text == ""
    assert message.unsent_at == after(3)


def test_a_change_of_an_older_message_leaves_the_preview_alone() -> None:
    desk = Desk()
    older = desk.message(CUSTOMER.wrote("older", id="m1"))
    desk.apply(CUSTOMER.wrote("newer", id="m2"))
    desk.change(older, CUSTOMER.unsent("m1"))
    assert (desk.row.last_preview, desk.row.last_type) == ("newer", "text")
