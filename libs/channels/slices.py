"""Cutting one array of a JSON body into items that keep their exact text.

Every item stands for itself: a number of 5000 digits or a nesting deeper than the parser goes spoils that item only.
"""

import json
import re
from typing import Any, NamedTuple

from libs.channels.events import MalformedBody

# More digits than any platform's number has; int() would refuse 4300 and fail the whole body.
_LONGEST_INT = 400
# Platforms send up to 1,000 items a body. Reading goes item by item, and one with a million would hold up all others.
MOST_ITEMS = 10_000
# An update is a handful of nested objects, whose members are read one by one, too.
_MOST_MEMBERS = 4 * MOST_ITEMS
_SPACES = frozenset(" \t\n\r")
_SPACE = re.compile(r"[ \t\n\r]*")
# Possessive, and content with a text that never ends: no body may cost more than one pass.
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[][{}]', re.DOTALL)


class Item(NamedTuple):
    """A value and its exact text; `problem` says why the value is None though the text is not."""

    value: Any
    text: str
    problem: str = ""


def decode(body: bytes) -> str:
    """The body's text. Half a surrogate pair is let through here and cleaned away later."""
    try:
        return body.decode("utf-8", "surrogatepass").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise MalformedBody("not_utf8", str(error)) from error


def encode(text: str) -> bytes:
    """The bytes that `decode` read."""
    return text.encode("utf-8", "surrogatepass")


def single(text: str) -> Item:
    """A text that is one JSON value."""
    item, end = _item(text, _skip(text, 0))
    if _skip(text, end) != len(text):
        raise MalformedBody("not_json", f"more text after the value at {end}")
    return item


# What to look into: a list's one element says how its elements are read, a mapping how its members are, by name.
Shape = dict[str, "Shape"] | list["Shape"] | None


class Opened(NamedTuple):
    """An object whose members were read one by one; of several with one name the last counts."""

    members: dict[str, "Node"]


Node = Item | Opened | list["Node"]


def opened(text: str, shape: Shape) -> Node:
    """A JSON value read once, down to where `shape` ends: below that, each value is an Item that keeps its exact text.

    What is of another type than the shape says is an Item, too. Raises MalformedBody for what is no JSON.
    """
    node, end = _node(text, _skip(text, 0), shape, [_MOST_MEMBERS])
    if _skip(text, end) != len(text):
        raise MalformedBody("not_json", f"more text after the value at {end}")
    return node


def member(node: Node | None, name: str) -> Node | None:
    """A member of an opened object; None where there is none."""
    return node.members.get(name) if isinstance(node, Opened) else None


def elements(node: Node | None) -> list[Node]:
    """The elements of an opened list; [] for anything else."""
    return node if type(node) is list else []


def _node(text: str, at: int, shape: Shape, left: list[int]) -> tuple[Node, int]:
    if isinstance(shape, dict) and text.startswith("{", at):
        return _open_object(text, at, shape, left)
    if isinstance(shape, list) and text.startswith("[", at):
        return _open_array(text, at, shape[0], left)
    return _item(text, at)


def _open_object(text: str, at: int, shape: dict[str, Shape], left: list[int]) -> tuple[Opened, int]:
    members: dict[str, Node] = {}
    at = _skip(text, at + 1)
    while not text.startswith("}", at):
        key, at = _item(text, at)
        if not isinstance(key.value, str):
            raise MalformedBody("not_json", f"a name is expected before {at}")
        at = _skip(text, _expect(text, at, ":"))
        members[key.value], at = _node(text, at, shape.get(key.value), left)
        left[0] = _fewer(left[0])
        at = _after_comma(text, at, "}")
    return Opened(members), at + 1


def _open_array(text: str, at: int, shape: Shape, left: list[int]) -> tuple[list[Node], int]:
    nodes: list[Node] = []
    at = _skip(text, at + 1)
    while not text.startswith("]", at):
        node, at = _node(text, at, shape, left)
        nodes.append(node)
        left[0] = _fewer(left[0])
        at = _after_comma(text, at, "]")
    return nodes, at + 1


def array_items(text: str, name: str) -> list[Item]:
    """The items of the array `name` of the JSON object that the text is."""
    at = _skip(text, 0)
    if not text.startswith("{", at):
        single(text)
        raise MalformedBody("not_an_object", "the body is JSON, but not an object")
    found, end = _members(text, at, name)
    if _skip(text, end) != len(text):
        raise MalformedBody("not_json", f"more text after the object at {end}")
    if found is None:
        raise MalformedBody(f"no_{name}", f'"{name}" is missing or not a list')
    return found


def _members(text: str, at: int, name: str) -> tuple[list[Item] | None, int]:
    found: list[Item] | None = None
    left = MOST_ITEMS
    at = _skip(text, at + 1)
    while not text.startswith("}", at):
        key, at = _item(text, at)
        if not isinstance(key.value, str):
            raise MalformedBody("not_json", f"a name is expected before {at}")
        at = _skip(text, _expect(text, at, ":"))
        if key.value != name:
            _, at = _item(text, at)
        elif text.startswith("[", at):
            found, at = _elements(text, at, left)
            left -= len(found)
        else:
            found, at = None, _item(text, at)[1]
        left = _fewer(left)
        at = _after_comma(text, at, "}")
    return found, at + 1


def _elements(text: str, at: int, left: int) -> tuple[list[Item], int]:
    items: list[Item] = []
    at = _skip(text, at + 1)
    while not text.startswith("]", at):
        item, at = _item(text, at)
        items.append(item)
        left = _fewer(left)
        at = _after_comma(text, at, "]")
    return items, at + 1


def _fewer(left: int) -> int:
    if left <= 0:
        raise MalformedBody("too_many_items", f"more than {MOST_ITEMS} in one body")
    return left - 1


def _after_comma(text: str, at: int, close: str) -> int:
    """Where the next member begins, or where the closing bracket is."""
    at = _skip(text, at)
    if text.startswith(close, at):
        return at
    at = _skip(text, _expect(text, at, ","))
    if text.startswith(close, at):
        raise MalformedBody("not_json", f"nothing follows the comma before {at}")
    return at


def _item(text: str, at: int) -> tuple[Item, int]:
    try:
        value, end = _DECODER.raw_decode(text, at)
    except RecursionError:
        end = _end_of_nesting(text, at)
        return Item(None, text[at:end], "nested too deeply"), end
    except ValueError as error:
        raise MalformedBody("not_json", str(error)) from error
    return Item(value, text[at:end]), end


def _end_of_nesting(text: str, at: int) -> int:
    depth = 0
    for match in _BRACKET.finditer(text, at):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    raise MalformedBody("not_json", f"the value at {at} does not end")


def _expect(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if not text.startswith(mark, at):
        raise MalformedBody("not_json", f"{mark!r} is expected at {at}")
    return at + 1


def _skip(text: str, at: int) -> int:
    if text[at : at + 1] not in _SPACES:
        return at
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INT else float("inf")


_DECODER = json.JSONDecoder(parse_int=_whole)
