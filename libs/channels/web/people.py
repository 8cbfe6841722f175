"""Who wrote on the shop's site.

A member's thread belongs to the member alone, on whatever machine: the visitor's id of a browser is no name of theirs,
for the next person at that browser must not see it. A guest of the contact form is known by the email address that is
answered; whoever gives a telephone number alone cannot be answered here (rule 51).

Anybody can type anybody's address into a form: it is claimed. It is proven by an answer to a mail that went there, and
what the shop signs of its members is.
"""

import re

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields, Unreadable

_DIGITS = re.compile(r"[^0-9+]")


def contact_of(fields: Fields) -> pb.Contact:
    """The contact of an event, with what it told about itself."""
    member, guest = fields.optional("member"), fields.optional("guest")
    known = member if member.values else guest
    contact = pb.Contact(
        kind=pb.CONTACT_KIND_PERSON,
        display_name=known.text("name"),
        email=known.text("email"),
        phone=known.text("phone"),
        member_id=member.text("id"),
        language=fields.text("language"),
    )
    kind, value = _alias(fields, member, guest)
    contact.address_proof = _proof(fields, kind)
    contact.aliases.add(kind=kind, value=value)
    if kind == "phone":
        contact.unreachable = "phone_only"
    return contact


def _alias(fields: Fields, member: Fields, guest: Fields) -> tuple[str, str]:
    if member.values:
        return "web_member", member.identifier("id")
    if fields.text("type") == "chat":
        return "web_visitor", fields.identifier("visitor")
    if guest.text("email"):
        return "email", address_key(guest.text("email"))
    digits = _DIGITS.sub("", guest.text("phone"))
    if not digits:
        raise Unreadable("a guest left neither email nor phone")
    return "phone", digits


def _proof(fields: Fields, kind: str) -> str:
    """Whether the address is proven; nothing of visitors of the chat, who name none."""
    if kind == "web_visitor":
        return ""
    by_mail = fields.text("type") == "mail" and fields.values.get("proven") is True
    return "proven" if kind == "web_member" or by_mail else "claimed"


def address_key(email: str) -> str:
    """An email address as an alias: addresses that differ in case are one."""
    return email.strip().lower()
