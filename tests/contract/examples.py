"""Requests made from schemas, so that what is new is tried without anybody writing it down."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

_numbers = itertools.count(1)

CREDENTIALS = {"channel_secret": "0" * 32, "access_token": "a-token"}


def _hints() -> dict[str, Any]:
    """Values that more than the schema has to say something about."""
    number = next(_numbers)
    return {
        "email": f"somebody-{number}@new.test",
        "password": "correct horse battery 7",
        "channel": "line",
        "provider_id": f"U{number:032x}",
        "credentials": CREDENTIALS,
        "name": f"Name {number}",
        "phone": "02-2345-6789",
        "text": f"text {number}",
        "type": "text",
        "content_type": "image/jpeg",
        "role": "cs_agent",
        "language": "en",
        "idempotency_key": f"key-{number}",
        "page_token": "",
        "received_from": "2020-01-01T00:00:00Z",
        "received_before": "2099-01-01T00:00:00Z",
        # A text goes without them.
        "upload_id": None,
        "quoted_message_id": None,
    }


@dataclass(frozen=True)
class Request:
    """An HTTP request for an operation."""

    method: str
    path: str
    body: Any

    @property
    def sends(self) -> dict[str, Any]:
        """Arguments of httpx."""
        return {} if self.body is None else {"json": self.body}


def request(document: Mapping[str, Any], path: str, method: str, ids: Mapping[str, str]) -> Request:
    """A request that would do something if it were allowed. ids: for the path's parameters."""
    operation = document["paths"][path][method]
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"{path}: say in the world what a real one is"
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    hints = _hints() | {name: value for name, value in ids.items() if name == "conversation_id"}
    body = value_of(content["schema"], document, hints) if content else None
    return Request(method.upper(), path, body)


def value_of(schema: Mapping[str, Any], document: Mapping[str, Any], hints: Mapping[str, Any], name: str = "") -> Any:
    """An instance of a JSON schema of the document, with every property."""
    if "$ref" in schema:
        return value_of(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document, hints, name)
    if "anyOf" in schema:
        return value_of(next(one for one in schema["anyOf"] if one.get("type") != "null"), document, hints, name)
    if "const" in schema or "enum" in schema:
        allowed = schema.get("enum") or [schema["const"]]
        return hints[name] if hints.get(name) in allowed else allowed[0]
    if name in hints:
        return hints[name]
    if schema.get("type") == "object":
        return {key: value_of(inner, document, hints, key) for key, inner in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [value_of(schema["items"], document, hints, name)]
    plain: dict[str, Any] = {"integer": schema.get("minimum", 1), "boolean": True, "number": 1.0}
    return plain.get(schema.get("type", ""), "x" * max(1, schema.get("minLength", 1)))


def message(kind: type[Message], ids: Mapping[str, str]) -> Message:
    """A protobuf request with every field filled: ids by name, the rest so that it would pass."""
    made, hints = kind(), {**_hints(), **ids}
    for one in kind.DESCRIPTOR.fields:
        _fill(made, one, hints)
    return made


def _fill(made: Message, one: Any, hints: Mapping[str, Any]) -> None:
    if one.name in hints and hints[one.name] is None:
        return
    singular = one.name.removesuffix("s")
    value = hints.get(one.name, hints.get(singular))
    if one.message_type is not None and one.message_type.GetOptions().map_entry:
        getattr(made, one.name).update(hints.get(one.name, {"key": "value"}))
    elif one.is_repeated:
        _extend(made, one, value)
    elif one.type == FieldDescriptor.TYPE_ENUM:
        setattr(made, one.name, one.enum_type.values[-1].number)
    elif one.type == FieldDescriptor.TYPE_STRING:
        setattr(made, one.name, "" if one.name.startswith("page_") else str(value or "x"))


def _extend(made: Message, one: Any, value: Any) -> None:
    if one.type == FieldDescriptor.TYPE_STRING and value:
        getattr(made, one.name).append(str(value))
