"""Who may answer, and what answering does."""

from uuid import UUID, uuid4

import pytest

from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.rpc.errors import InvalidArgumentError
from services.conversations.domain.answering import (
    CannotReplyError,
    ConversationClosedError,
    HandledByColleagueError,
    check_may_answer,
    take_over,
)
from services.conversations.domain.text import TextTooLongError, checked_text
from tests.unit.conversations.rows import conversation

_ME = uuid4()
_COLLEAGUE = uuid4()


def _teammate(role: str) -> TeammateClaims:
    return TeammateClaims(_ME, role, ROLE_PERMISSIONS[role], 1)


@pytest.mark.rule(105)
@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
@pytest.mark.parametrize("assignee", [None, _ME, _COLLEAGUE])
def test_a_colleagues_conversation_takes_the_permission_to_answer_others(role: str, assignee: UUID | None) -> None:
    row = conversation(status="processing" if assignee else "open", assignee_id=assignee)
    if assignee != _COLLEAGUE or "answer_others" in ROLE_PERMISSIONS[role]:
        check_may_answer(row, _teammate(role))
        return
    with pytest.raises(HandledByColleagueError) as refused:
        check_may_answer(row, _teammate(role))
    assert refused.value.fields == {"assignee_id": str(_COLLEAGUE)}
    assert "transfer" in refused.value.message


def test_a_closed_conversation_is_not_answered() -> None:
    with pytest.raises(ConversationClosedError):
        check_may_answer(conversation(status="closed"), _teammate("admin"))


@pytest.mark.parametrize("reach", ["blocked", "standby", "left"])
def test_what_would_not_arrive_is_not_sent(reach: str) -> None:
    with pytest.raises(CannotReplyError) as refused:
        check_may_answer(conversation(reach=reach), _teammate("admin"))
    assert refused.value.fields == {"reason": reach}


@pytest.mark.rule(22)
def test_taking_over_puts_it_into_ones_processing_list_once() -> None:
    row = conversation(handler="bot")
    assert take_over(row, _ME)
    assert (row.status, row.assignee_id, row.handler, row.version) == ("processing", _ME, "person", 1)
    assert not take_over(row, _ME)
    assert row.version == 1
    assert take_over(row, _COLLEAGUE)


def test_a_text_is_cleaned_before_it_is_stored() -> None:
    assert checked_text("a\x00b\ud83d", "line") == "ab"


@pytest.mark.parametrize("text", ["", " \n\t", "\x00", "\u3000"])
def test_nothing_is_not_sent(text: str) -> None:
    with pytest.raises(InvalidArgumentError):
        checked_text(text, "line")


def test_length_counts_as_the_platform_counts() -> None:
    assert checked_text("😀" * 2500, "line") == "😀" * 2500
    with pytest.raises(TextTooLongError) as refused:
        checked_text("😀" * 2500 + "x", "line")
    assert refused.value.fields == {"field": "text", "limit": 5000, "length": 5001}
