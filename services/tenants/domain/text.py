"""Text from outside: cleaned where that is harmless, refused where it is not, never a surprise for the database."""

import re
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from libs.rpc.errors import InvalidArgumentError

NAME_LENGTH = 100
EMAIL_LENGTH = 254
PASSWORD_LENGTHS = (8, 200)

# Control characters, lone surrogates, line separators, and those that turn the reading direction of what is around.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")
_PHONE = re.compile(r"[+0-9(][0-9 ().\-/]{2,31}\Z")


@dataclass(frozen=True, slots=True)
class Email:
    """An address as mail servers take it, and the key that two spellings of it share."""

    text: str
    key: str


def one_line(value: str, field: str, most: int, least: int = 1) -> str:
    """The text in NFC without blanks around it; InvalidArgumentError when its length or a character is wrong."""
    if _UNFIT.search(value.strip()):
        raise InvalidArgumentError(f"{field} holds characters that cannot be shown in a line of text.", field=field)
    text = unicodedata.normalize("NFC", value.strip())
    if not least <= len(text) <= most:
        raise InvalidArgumentError(f"{field} must have {least} to {most} characters.", field=field)
    return text


def name(value: str, field: str = "name") -> str:
    """A name of 1 to 100 characters."""
    return one_line(value, field, NAME_LENGTH)


def name_key(value: str) -> str:
    """What names and addresses are sorted and searched by."""
    return unicodedata.normalize("NFKC", value).casefold()


def search_key(value: str) -> str:
    """The same for what somebody searches; characters no name can hold are dropped."""
    return name_key(_UNFIT.sub("", value).strip())[:NAME_LENGTH]


def trace(value: str, most: int) -> str:
    """Something that is only noted down, like a user agent: cut and cleaned, never refused."""
    return _UNFIT.sub("", value)[:most]


def phone(value: str) -> str:
    """A phone number as people write it; "" for none."""
    text = one_line(value, "phone", 32, least=0)
    if text and not _PHONE.match(text):
        raise InvalidArgumentError("phone must be a phone number, like +886 912 345 678.", field="phone")
    return text


def email(value: str) -> Email:
    """A well-formed address; InvalidArgumentError says what is wrong with it."""
    text = one_line(value, "email", EMAIL_LENGTH)
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise InvalidArgumentError(f"email is not an address: {error}", field="email") from error
    return Email(found.ascii_email or found.normalized, email_key(found.normalized))


def email_key(value: str) -> str:
    """What addresses are compared by. Takes any text, so that signing in tells nothing about its form."""
    return name_key(_UNFIT.sub("", value).strip())


def password(value: str) -> str:
    """A password to be set, in NFKC (what different keyboards make of one key becomes one character)."""
    least, most = PASSWORD_LENGTHS
    text = normal_password(value)
    if not least <= len(text) <= most:
        raise InvalidArgumentError(f"password must have {least} to {most} characters.", field="password")
    return text


def normal_password(value: str) -> str:
    """A password to be compared: the same form as one that was set."""
    return unicodedata.normalize("NFKC", value[: 4 * PASSWORD_LENGTHS[1]])
