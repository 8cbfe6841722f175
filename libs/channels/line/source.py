"""Who an event is from: the contact it belongs to and the person who acted."""

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields, Unreadable

# Source type → field of its id, alias kind, contact kind.
_SOURCES = {
    "user": ("userId", "line_user", pb.CONTACT_KIND_PERSON),
    "group": ("groupId", "line_group", pb.CONTACT_KIND_GROUP),
    "room": ("roomId", "line_room", pb.CONTACT_KIND_ROOM),
}


def contact_of(event: Fields) -> pb.Contact:
    """The person, group or room the conversation is with."""
    source = event.section("source")
    known = _SOURCES.get(source.text("type"))
    if known is None:
        raise Unreadable(f"source.type {source.text('type')[:40]!r} is not known")
    field, alias, kind = known
    return pb.Contact(kind=kind, aliases=[pb.Alias(kind=alias, value=source.identifier(field))])


def sender_of(event: Fields) -> pb.Sender | None:
    """Who acted in a group or room, where LINE tells; None in a conversation with one person."""
    source = event.section("source")
    user = source.text("userId")
    return pb.Sender(provider_user_id=user) if user and source.text("type") != "user" else None


def members_of(event: Fields, name: str) -> list[pb.Sender]:
    """The people of a memberJoined or memberLeft event."""
    people = (member.text("userId") for member in event.section(name).sections("members"))
    return [pb.Sender(provider_user_id=user) for user in people if user]
