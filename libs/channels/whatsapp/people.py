"""Who an event is from.

Since 2026 a person has an id of this business, and shows a number only to those who know it. The id comes first: it is
in every event, the number in some, and both change together. A contact that came with its number alone is known again
by that once an event carries both.
"""

import re
from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields, Unreadable

USER, PHONE, GROUP = "whatsapp_user", "whatsapp_phone", "whatsapp_group"
_NUMBER = re.compile(r"\+?([0-9]{5,20})")


class Event(Fields):
    """An event as envelope.py hands it over: `item` and what came around it."""

    @property
    def item(self) -> Fields:
        """The event itself."""
        return self.section("item")

    @property
    def known(self) -> Fields:
        """What the envelope says of the person."""
        return self.optional("contact")


def author_of(event: Event) -> pb.Contact:
    """Who wrote, or the group that was written to."""
    item = event.item
    if item.text("group_id"):
        return _group(item.text("group_id"))
    return person(event, item.text("from"), item.text("from_user_id"), item.text("from_parent_user_id"))


def sender_of(event: Event) -> pb.Sender | None:
    """Who wrote in a group; None in a conversation with one person."""
    item = event.item
    if not item.text("group_id"):
        return None
    writer = item.text("from_user_id") or item.text("from") or event.known.text("user_id")
    return pb.Sender(provider_user_id=writer, display_name=_name(event.known)) if writer else None


def addressee_of(event: Event) -> pb.Contact:
    """Whom the account wrote to, in an echo."""
    item, own = event.item, event.optional("metadata").text("display_phone_number")
    phone = item.text("to")
    return person(event, "" if phone == own else phone, item.text("to_user_id"), item.text("to_parent_user_id"))


def recipient_of(event: Event) -> pb.Contact:
    """Whom a status is about: the person, or the group."""
    item = event.item
    if item.text("recipient_type") == "group":
        return _group(item.identifier("recipient_id"))
    return person(
        event, item.text("recipient_id"), item.text("recipient_user_id"), item.text("recipient_parent_user_id")
    )


def named_of(event: Event) -> pb.Contact:
    """Whom a setting is about."""
    item = event.item
    return person(event, item.text("wa_id"), item.text("user_id"), item.text("parent_user_id"))


def former_of(event: Event) -> pb.Contact:
    """Who a system message is about, by what they had before: the envelope may tell what they have now."""
    item = event.item
    aliases = aliases_of(item.text("from"), item.text("from_user_id"), item.text("from_parent_user_id"))
    if not aliases:
        return author_of(event)
    return pb.Contact(kind=pb.CONTACT_KIND_PERSON, aliases=aliases, display_name=_name(event.known))


def renamed_of(event: Event) -> pb.Contact:
    """Who has another id now, by the old one."""
    item = event.item
    old = item.section("user_id").identifier("previous"), item.optional("parent_user_id").text("previous")
    aliases = aliases_of(item.text("wa_id"), *old)
    return pb.Contact(kind=pb.CONTACT_KIND_PERSON, aliases=aliases, display_name=_name(event.known))


def caller_of(event: Event) -> pb.Contact:
    """The person on the other end of a call."""
    item = event.item
    outgoing = item.text("direction") == "BUSINESS_INITIATED"
    return person(event, event.known.text("wa_id") or item.text("to" if outgoing else "from"))


def person(event: Event, phone: str = "", user: str = "", parent: str = "") -> pb.Contact:
    """A person by what the event tells, completed by what the envelope tells; Unreadable without any id."""
    known = event.known
    user, parent = user or known.text("user_id"), parent or known.text("parent_user_id")
    phone = phone or known.text("wa_id")
    aliases = aliases_of(phone, user, parent)
    if not aliases:
        raise Unreadable("neither a number nor a user id says who this is")
    number = _NUMBER.fullmatch(phone)
    return pb.Contact(
        kind=pb.CONTACT_KIND_PERSON,
        aliases=aliases,
        display_name=_name(known),
        phone=f"+{number[1]}" if number else "",
    )


def aliases_of(phone: str, user: str, parent: str = "") -> list[pb.Alias]:
    """Most stable first. The parent is the person's id in a group of businesses that message as one."""
    found: list[tuple[str, Any]] = [(USER, user), (USER, parent), (PHONE, phone.removeprefix("+"))]
    return [pb.Alias(kind=kind, value=value) for kind, value in found if value]


def _group(value: str) -> pb.Contact:
    return pb.Contact(kind=pb.CONTACT_KIND_GROUP, aliases=[pb.Alias(kind=GROUP, value=value)])


def _name(known: Fields) -> str:
    profile = known.optional("profile")
    return profile.text("name") or profile.text("username")
