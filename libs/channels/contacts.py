"""Who is written to, and what the platform tells of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Where to send: an alias of the contact, kinds as in inbound.proto ("line_user", "line_group", ...)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What the platform tells of a contact; "" where it does not. `language` is a BCP 47 tag."""

    display_name: str
    picture_url: str = ""
    language: str = ""
