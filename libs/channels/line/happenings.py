"""What happened around the messages: follows, groups, postbacks and what is kept for the history alone."""

from collections.abc import Callable, Mapping

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields
from libs.channels.line.source import members_of, sender_of
from libs.channels.text import clean_text


def followed(event: Fields, reply_token: str) -> pb.Followed:
    """Somebody became a friend, or is one again after blocking."""
    return pb.Followed(reply_token=reply_token, unblocked=event.optional("follow").flag("isUnblocked"))


def unfollowed(event: Fields, reply_token: str) -> pb.Unfollowed:
    """Somebody blocked the account."""
    return pb.Unfollowed()


def postback(event: Fields, reply_token: str) -> pb.Postback:
    """A button of ours was pressed."""
    content = event.section("postback")
    params = content.optional("params").values
    return pb.Postback(
        data=clean_text(content.raw_text("data")),
        reply_token=reply_token,
        sender=sender_of(event),
        params={clean_text(name): clean_text(value) for name, value in params.items() if isinstance(value, str)},
    )


def chat_changed(change: str, people: str = "") -> Callable[[Fields, str], pb.ChatChanged]:
    """Somebody, or the account, came or went; `people` names the field that lists them."""

    def read(event: Fields, reply_token: str) -> pb.ChatChanged:
        members = members_of(event, people) if people else []
        return pb.ChatChanged(change=change, members=members, reply_token=reply_token)

    return read


def notice(kind: str, section: str = "", fields: Mapping[str, str] | None = None) -> Callable[[Fields, str], pb.Notice]:
    """Kept for the history: the named fields of one section, under names of ours, where they are there."""

    def read(event: Fields, reply_token: str) -> pb.Notice:
        content = event.section(section).values if section else {}
        shown = {ours: _shown(content.get(theirs)) for theirs, ours in (fields or {}).items()}
        return pb.Notice(
            kind=kind, reply_token=reply_token, fields={name: text for name, text in shown.items() if text}
        )

    return read


def _shown(value: object) -> str:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return " ".join(_shown(item) for item in value if isinstance(item, str))
    return str(value) if type(value) is int else ""
