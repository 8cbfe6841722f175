"""What browsers send, checked; and the event it becomes (libs/channels/web/inbound.py)."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from libs.channels.text import clean_text
from libs.channels.web.outbound import LIMITS
from libs.rpc.errors import InvalidArgumentError
from services.ingestion.service.widget.images import StoredImage
from services.ingestion.service.widget.people import Person

TEXT_LIMIT = LIMITS.text_units
MOST_IMAGES = 10
# "=?" begins what mail programs decode, into another address.
_EMAIL = re.compile(r"(?!.*=\?)[^\s@<>,;:\"'()\[\]\\]{1,64}@[^\s@<>,;:\"'()\[\]\\]{1,190}\.[^\s@.<>,;:\"'()\[\]\\]{2,}")
_PHONE = re.compile(r"\+?[0-9()./ -]{5,40}")


class InvalidDraftError(InvalidArgumentError):
    """What was sent cannot be taken; the message says which field and why."""

    code = "invalid_message"


class ContactMissingError(InvalidArgumentError):
    """A guest left no way to be reached."""

    code = "contact_missing"


class TextTooLongError(InvalidArgumentError):
    """Longer than an answer may be."""

    code = "text_too_long"


def _cut(length: int) -> BeforeValidator:
    """Ornaments that nobody typed are cut, not refused."""
    return BeforeValidator(lambda value: value[:length] if isinstance(value, str) else value)


Clean = AfterValidator(lambda text: clean_text(text).strip())
Line = AfterValidator(lambda text: " ".join(clean_text(text).split()))


class Page(BaseModel):
    """Where somebody was when they wrote."""

    url: Annotated[str, _cut(2000), Line] = ""
    title: Annotated[str, _cut(300), Line] = ""

    @model_validator(mode="after")
    def _only_addresses_of_the_web(self) -> Self:
        if not self.url.startswith(("https://", "http://")):
            self.url = ""
        return self


class Draft(BaseModel):
    """A message of the chat. id: the browser's own; the same again is the same message."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")
    text: Annotated[str, Field(max_length=100_000), Clean] = ""
    images: list[Annotated[str, Field(max_length=2000)]] = Field(default=[], max_length=MOST_IMAGES)
    page: Page = Page()
    language: Annotated[str, _cut(20), Line] = ""

    def check(self, person: Person) -> None:
        """Raises what keeps it from being taken."""
        if len(self.text) > TEXT_LIMIT:
            raise TextTooLongError(f"The text has {len(self.text)} characters; {TEXT_LIMIT} are the most.")
        if not self.text and not self.images:
            raise InvalidDraftError("Write something, or attach a picture.", field="text")


class Form(Draft):
    """The contact form. Members' own details are the shop's to tell: what a form says of them counts for nothing."""

    name: Annotated[str, Field(max_length=200), Line] = ""
    email: Annotated[str, Field(max_length=254), Line] = ""
    phone: Annotated[str, Field(max_length=60), Line] = ""
    subject: Annotated[str, _cut(200), Line] = ""

    def check(self, person: Person) -> None:
        """Of a guest also: how to reach them (rule 48)."""
        super().check(person)
        if person.member is not None:
            return
        if not self.email and not self.phone:
            raise ContactMissingError("Leave an email address or a phone number.", field="email")
        if self.email and not _EMAIL.fullmatch(self.email):
            raise InvalidDraftError("The email address is not one.", field="email")
        if self.phone and (not _PHONE.fullmatch(self.phone) or sum(map(str.isdigit, self.phone)) < 5):
            raise InvalidDraftError("The phone number is not one.", field="phone")

    def answered_by(self, person: Person) -> str:
        """Where the answer comes: "member" in the chat, "email", or "phone": not at all from here (rule 51)."""
        if person.member is not None:
            return "member"
        return "email" if self.email else "phone"


def event_of(draft: Draft, person: Person, images: Sequence[StoredImage], at: datetime) -> bytes:
    """The channel's event, as bytes."""
    event: dict[str, Any] = {
        "type": "form" if isinstance(draft, Form) else "chat",
        "id": f"{person.owner}.{draft.id}",
        "at_ms": int(at.timestamp() * 1000),
        "text": draft.text,
        "language": draft.language,
        "page": draft.page.model_dump(),
        "images": [image.told() for image in images],
    }
    if person.member is not None:
        member = person.member
        event["member"] = {"id": member.id, "name": member.name, "email": member.email, "phone": member.phone}
    else:
        event["visitor"] = person.visitor_id
    if isinstance(draft, Form):
        event["subject"] = draft.subject
        if person.member is None:
            event["guest"] = {"name": draft.name, "email": draft.email, "phone": draft.phone}
    return json.dumps(event, ensure_ascii=False).encode()
