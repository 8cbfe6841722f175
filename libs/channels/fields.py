"""Reading a platform's JSON object: strict where an event makes no sense without a field, forgiving elsewhere.

An ornament of the wrong type (a quote token that is a number) is read as absent: it is no reason to hide a customer's
message. Texts come out clean. What was left out stays in InboundEvent.raw.
"""

from typing import Any

from libs.channels.text import clean_text

_LARGEST = 2**63 - 1


class Unreadable(ValueError):
    """A field without which the event means nothing is missing or of another type."""


class Fields:
    """A JSON object under the name by which it can be found in the event."""

    __slots__ = ("path", "values")

    def __init__(self, values: Any, path: str = "") -> None:
        if not isinstance(values, dict):
            raise Unreadable(f"{path or 'event'} is not an object")
        self.values: dict[str, Any] = values
        self.path = path

    def named(self, name: str) -> str:
        """Where a field is, for people."""
        return f"{self.path}.{name}" if self.path else name

    def identifier(self, name: str) -> str:
        """A text that must be there and not be empty."""
        found = self.text(name)
        if not found:
            raise Unreadable(f"{self.named(name)} is missing or not a text")
        return found

    def text(self, name: str) -> str:
        """A clean text, "" where there is none."""
        value = self.values.get(name)
        return clean_text(value) if isinstance(value, str) else ""

    def raw_text(self, name: str) -> str:
        """A text that must be there, as it came: offsets into it count what cleaning would remove."""
        value = self.values.get(name)
        if not isinstance(value, str):
            raise Unreadable(f"{self.named(name)} is missing or not a text")
        return value

    def whole(self, name: str, largest: int = _LARGEST, default: int = 0) -> int:
        """A whole number from 0 to `largest`, the default where there is none."""
        value = self.values.get(name)
        return value if type(value) is int and 0 <= value <= largest else default

    def signed(self, name: str) -> int:
        """A whole number, 0 where there is none."""
        value = self.values.get(name)
        return value if type(value) is int and -_LARGEST <= value <= _LARGEST else 0

    def coordinate(self, name: str, largest: float) -> float:
        """Degrees that must be there, from -largest to largest."""
        value = self.values.get(name)
        # The comparison is false for NaN, too.
        if isinstance(value, int | float) and not isinstance(value, bool) and -largest <= value <= largest:
            return float(value)
        raise Unreadable(f"{self.named(name)} is missing or not a number of degrees")

    def flag(self, name: str) -> bool:
        """True only where the platform says true."""
        return self.values.get(name) is True

    def texts(self, name: str) -> list[str]:
        """The clean texts of a list; [] where there is none."""
        value = self.values.get(name)
        return [clean_text(item) for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def section(self, name: str) -> "Fields":
        """An object that must be there."""
        return Fields(self.values.get(name), self.named(name))

    def optional(self, name: str) -> "Fields":
        """An object, an empty one where there is none."""
        value = self.values.get(name)
        return Fields(value if isinstance(value, dict) else {}, self.named(name))

    def sections(self, name: str) -> list["Fields"]:
        """The objects of a list; [] where there is none."""
        value = self.values.get(name)
        if not isinstance(value, list):
            return []
        return [Fields(item, self.named(name)) for item in value if isinstance(item, dict)]
