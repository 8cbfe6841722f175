"""Who may answer a conversation, and what that does to it."""

from uuid import UUID

from libs.auth.tokens import TeammateClaims
from libs.rpc.errors import FailedPreconditionError, PermissionDeniedError
from services.conversations.models import Conversation


class ConversationClosedError(FailedPreconditionError):
    """Answering a closed conversation takes a decision first: to reopen it."""

    code = "conversation_closed"


class HandledByColleagueError(PermissionDeniedError):
    """A colleague handles it, and the caller may not answer others' conversations."""

    code = "handled_by_colleague"


class CannotReplyError(FailedPreconditionError):
    """Nothing sent now would arrive; fields["reason"] is blocked, standby, left or phone_only."""

    code = "cannot_reply"


_REASONS = {
    "blocked": "The customer blocked this account. They must unblock it before messages arrive again.",
    "standby": "Another system answers this chat right now. You can answer when it hands the chat back.",
    "left": "The account is no longer a member of this group.",
    "phone_only": "The customer left a telephone number and no other address. Call them instead.",
}
_NO_REASON = "Messages do not reach this customer."


def check_may_answer(row: Conversation, teammate: TeammateClaims) -> None:
    """Raises unless the teammate may write here now."""
    if row.reach:
        raise CannotReplyError(_REASONS.get(row.reach, _NO_REASON), reason=row.reach)
    check_may_handle(row, teammate)


def check_may_handle(row: Conversation, teammate: TeammateClaims) -> None:
    """Raises unless the teammate may handle the conversation now."""
    if row.status == "closed":
        raise ConversationClosedError("This conversation is closed. Reopen it to answer.")
    if not may_answer(row, teammate):
        raise HandledByColleagueError(
            "A colleague handles this conversation. Ask them or a manager to transfer it to you.",
            assignee_id=str(row.assignee_id),
        )


def may_answer(row: Conversation, teammate: TeammateClaims) -> bool:
    """Whether the conversation is free, the teammate's own, or one they may answer for a colleague."""
    free = row.assignee_id is None or row.assignee_id == teammate.id
    return free or "answer_others" in teammate.permissions


def take_over(row: Conversation, teammate_id: UUID) -> bool:
    """Puts the conversation into the teammate's processing list (rule 22); False when it is there already."""
    if row.status == "processing" and row.assignee_id == teammate_id:
        return False
    row.status, row.assignee_id, row.handler = "processing", teammate_id, "person"
    row.version += 1
    return True
