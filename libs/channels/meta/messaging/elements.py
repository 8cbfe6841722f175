"""One event of Messenger or Instagram: who, when, to which account."""

from dataclasses import dataclass, field
from typing import Any

from libs.channels.fields import Fields, Unreadable
from libs.channels.keys import content_key
from libs.channels.meta.messaging.people import identity, party

# Numbers of the delivery, not of what happened.
_OF_THE_DELIVERY = ("seq",)


@dataclass(frozen=True, slots=True)
class Element:
    """`name` is the section that says what happened, `account` the platform's id of ours."""

    values: dict[str, Any]
    name: str
    account: str
    standby: bool = False
    content: Fields = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", Fields(self.values.get(self.name), self.name))

    @property
    def by_account(self) -> bool:
        """The account's side did it: this desk, another app, or a person in Meta's own inbox."""
        sender, recipient = party(self.values, "sender"), party(self.values, "recipient")
        return self.content.flag("is_echo") or (sender == self.account != "" and recipient not in ("", sender))

    @property
    def contact(self) -> str:
        """The customer's id; "" where the event is about the account alone, as a note it writes to itself is."""
        if self.content.flag("is_self"):
            return ""
        return party(self.values, "recipient" if self.by_account else "sender")

    @property
    def customer(self) -> str:
        """The customer's id, which must be there."""
        if not self.contact:
            raise Unreadable("neither sender nor recipient names a customer")
        return self.contact

    @property
    def key(self) -> str:
        """For events without an id: who, when, what. The same however often it is delivered, and to whichever list."""
        told = {"sender": party(self.values, "sender"), "name": self.name, "timestamp": self.values.get("timestamp")}
        content = {name: value for name, value in self.content.values.items() if name not in _OF_THE_DELIVERY}
        return content_key(told | {"recipient": party(self.values, "recipient"), "content": content}, ())

    def mid(self, required: bool = True) -> str:
        """The message's id. Every message of today has one; of those without, their content is it."""
        found = identity(self.content.values.get("mid"))
        if not found and required:
            raise Unreadable(f"{self.content.named('mid')} is missing or no id")
        return found
