"""What one platform event does to one conversation."""

from datetime import timedelta

import pytest

from frontdesk.channels.v1 import inbound_pb2 as pb
from services.conversations.domain.keys import effect_key, makes_message
from tests.unit.conversations.rows import CUSTOMER, NOW, TENANT, Desk, after, conversation


@pytest.mark.promise(3)
def test_a_conversation_has_one_case_while_it_is_open() -> None:
    desk = Desk()
    messages = [desk.message(CUSTOMER.wrote()) for _ in range(3)]
    assert len(desk.effects.cases) == 1
    assert {message.case_id for message in messages} == {desk.effects.cases[0].id} == {desk.row.case_id}
    assert desk.history == ["case_opened"]


def test_a_message_to_a_closed_conversation_opens_a_new_case_that_nobody_handles() -> None:
    desk = Desk()
    first = desk.message(CUSTOMER.wrote())
    desk.row.status, desk.row.assignee_id = "closed", TENANT
    second = desk.message(CUSTOMER.wrote())
    assert second.case_id != first.case_id
    assert desk.row.status == "open"
    assert desk.row.assignee_id is None
    assert desk.row.case_id == second.case_id
    assert [case.opened_by for case in desk.effects.cases] == ["customer", "customer"]


@pytest.mark.rule(6)
def test_a_message_brings_a_conversation_back_from_the_archive() -> None:
    desk = Desk(conversation(archived=True, starred=True))
    desk.apply(CUSTOMER.wrote())
    assert (desk.row.archived, desk.row.starred) == (False, True)


@pytest.mark.rule(6)
def test_an_answer_brings_a_conversation_back_from_the_archive() -> None:
    desk = Desk(conversation(archived=True))
    desk.answer()
    assert not desk.row.archived


def test_the_archive_keeps_what_is_no_message() -> None:
    desk = Desk(conversation(archived=True))
    desk.apply(CUSTOMER.followed(), CUSTOMER.blocked(), CUSTOMER.noticed("beacon"))
    assert desk.row.archived
    assert desk.row.sort_at is None


def test_messages_and_pressed_buttons_count_as_unread() -> None:
    desk = Desk()
    desk.apply(CUSTOMER.wrote(), CUSTOMER.pressed("buy=1"), CUSTOMER.followed())
    assert desk.row.unread_count == 2
    assert desk.row.last_type == "postback"


@pytest.mark.promise(3)
def test_a_late_message_is_unread_but_does_not_replace_what_the_inbox_shows() -> None:
    desk = Desk()
    newest = desk.message(CUSTOMER.wrote("new", at=after(0)))
    desk.row.unread_count = 0
    desk.clock.advance(timedelta(seconds=30))
    desk.apply(CUSTOMER.wrote("late", at=after(-60)))
    assert (desk.row.last_message_id, desk.row.last_preview) == (newest.id, "new")
    assert desk.row.unread_count == 1
    # It happened now, so the conversation comes to the top.
    assert desk.row.sort_at == after(30)


def test_the_preview_is_one_short_line() -> None:
    desk = Desk()
    desk.apply(CUSTOMER.wrote("  two\n\nlines\tof " + "x" * 300))
    assert desk.row.last_preview is not None
    assert desk.row.last_preview.startswith("two lines of xxx")
    assert len(desk.row.last_preview) == 200


def test_a_platform_clock_far_ahead_is_not_believed() -> None:
    desk = Desk()
    message = desk.message(CUSTOMER.wrote(at=after(3600)))
    assert message.sent_at == NOW


def test_whether_answers_arrive_is_what_the_newest_event_tells() -> None:
    desk = Desk()
    desk.apply(CUSTOMER.wrote(at=after(0)), CUSTOMER.blocked(at=after(20)))
    assert desk.row.reach == "blocked"
    desk.apply(CUSTOMER.wrote(at=after(10)))
    assert desk.row.reach == "blocked", "written before blocking, came after"
    desk.apply(CUSTOMER.followed(at=after(30)))
    assert desk.row.reach == ""
    desk.apply(CUSTOMER.blocked(at=after(20)))
    assert desk.row.reach == "", "an old block that comes late"


def test_a_newer_event_that_changes_nothing_still_outdates_older_ones() -> None:
    desk = Desk()
    desk.apply(CUSTOMER.wrote(at=after(30)), CUSTOMER.blocked(at=after(20)))
    assert desk.row.reach == ""


def test_another_module_answers_until_it_hands_the_chat_back() -> None:
    desk = Desk()
    waiting = CUSTOMER.wrote(at=after(0))
    waiting.standby = True
    desk.apply(waiting)
    assert desk.row.reach == "standby"
    desk.apply(CUSTOMER.wrote(at=after(1)))
    assert desk.row.reach == ""


def test_a_group_the_account_left_cannot_be_answered() -> None:
    desk = Desk(conversation(contact_kind="group"))
    desk.apply(CUSTOMER.chat_changed("account_joined", at=after(0)), CUSTOMER.chat_changed("account_left", at=after(1)))
    assert desk.row.reach == "left"
    desk.apply(CUSTOMER.chat_changed("account_joined", at=after(2)))
    assert desk.row.reach == ""
    assert desk.history == ["account_joined", "account_left", "account_joined"]


def test_members_who_come_are_named_in_the_history() -> None:
    desk = Desk(conversation(contact_kind="group"))
    desk.apply(CUSTOMER.chat_changed("members_joined", "Ua", "Ub"))
    assert desk.effects.history[0].fields == {"members": "Ua, Ub"}


def test_the_newest_reply_token_is_kept_whatever_order_events_come_in() -> None:
    desk = Desk()
    desk.apply(CUSTOMER.wrote(at=after(10), reply_token="new"), CUSTOMER.wrote(at=after(5), reply_token="old"))
    assert (desk.row.reply_token, desk.row.reply_token_at) == ("new", after(10))
    desk.apply(CUSTOMER.wrote(at=after(20)))
    assert desk.row.reply_token == "new", "an event without a token takes none away"
    desk.apply(CUSTOMER.pressed("x", at=after(21), reply_token="button"))
    assert desk.row.reply_token == "button"


def test_a_spent_reply_token_does_not_come_back_with_an_older_event() -> None:
    desk = Desk()
    desk.apply(CUSTOMER.wrote(at=after(10), reply_token="spent"))
    desk.row.reply_token = ""
    desk.apply(CUSTOMER.wrote(at=after(5), reply_token="older"))
    assert desk.row.reply_token == ""


def test_every_change_of_a_row_raises_its_version() -> None:
    desk, versions = Desk(), [0]
    for event in (
        CUSTOMER.wrote(),
        CUSTOMER.followed(),
        CUSTOMER.blocked(),
        CUSTOMER.pressed("x"),
        CUSTOMER.noticed("beacon"),
        CUSTOMER.chat_changed("members_joined", "Ua"),
    ):
        desk.apply(event)
        versions.append(desk.row.version)
    assert versions == sorted(set(versions))


def test_what_a_message_needs_to_be_drawn_is_kept() -> None:
    desk = Desk()
    message = desk.message(
        CUSTOMER.wrote(
            "hi @Bo",
            entities=[pb.TextEntity(kind="mention", offset=3, length=3, value="Ub")],
            location=pb.Location(title="shop", latitude=25.03, longitude=121.56),
            sticker=pb.Sticker(package_id="1", sticker_id="2"),
            quoted_provider_message_id="m0",
            attachments=[pb.Attachment(kind="image", provider_content_id="77", size_bytes=9)],
            sender=pb.Sender(provider_user_id="Ua", display_name="Al"),
        )
    )
    assert message.details["entities"] == [{"kind": "mention", "offset": 3, "length": 3, "value": "Ub"}]
    assert message.details["location"]["title"] == "shop"
    assert message.details["sticker"]["sticker_id"] == "2"
    assert message.details["quoted_provider_message_id"] == "m0"
    (picture,) = message.attachments
    assert (picture["kind"], picture["size_bytes"], picture["source"]["id"]) == ("image", 9, "77")
    assert (message.sender_id, message.sender_name) == ("Ua", "Al")


def test_each_kind_of_event_has_the_key_that_its_redelivery_repeats() -> None:
    wrote, pressed, followed = CUSTOMER.wrote(id="m1"), CUSTOMER.pressed("x"), CUSTOMER.followed()
    assert effect_key(wrote) == "message:m1"
    assert effect_key(pressed) == f"message:{pressed.postback.provider_event_id}"
    assert effect_key(followed) == f"event:{followed.dedup_key}"
    assert effect_key(CUSTOMER.edited("m1", "new")) == effect_key(CUSTOMER.unsent("m1")) == ""
    assert [makes_message(event) for event in (wrote, pressed, followed)] == [True, True, False]
