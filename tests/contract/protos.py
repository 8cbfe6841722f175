"""Everything the protos declare, found in them."""

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from cli.queues import SERVICES
from frontdesk.options.v1 import access_pb2
from libs.rpc.access import declared_access

_ROOT = Path(__file__).parents[2] / "protos"


@dataclass(frozen=True)
class Method:
    """One RPC. path: "/frontdesk.tenants.v1.TeamService/ListTeammates"; service: who serves it."""

    path: str
    service: str
    request: type[Message]
    response: type[Message]

    @property
    def access(self) -> access_pb2.Access:
        """What its proto declares."""
        return declared_access(self.path)

    @property
    def fields(self) -> set[str]:
        """Names of the request's fields."""
        return {field.name for field in self.request.DESCRIPTOR.fields}

    @property
    def needs_teammate(self) -> bool:
        """Whether it is done for somebody signed in."""
        return self.access.teammate or bool(self.access.permission)


def methods() -> list[Method]:
    """Every RPC."""
    return [
        Method(
            path=f"/{service.full_name}/{method.name}",
            service=served_by,
            request=GetMessageClass(method.input_type),
            response=GetMessageClass(method.output_type),
        )
        for file in _files()
        for service in file.services_by_name.values()
        for served_by in servers(service)
        for method in service.methods
    ]


def servers(service: ServiceDescriptor) -> Sequence[str]:
    """Who serves it: the folder its proto lies in, or all with a queue of their own."""
    package = service.full_name.split(".")[1]
    return SERVICES if package == "queues" else (package,)


def facts() -> list[type[Message]]:
    """Every message of an events.proto."""
    return [
        GetMessageClass(message)
        for file in _files()
        if file.name.endswith("/events.proto")
        for message in file.message_types_by_name.values()
    ]


def _files() -> Iterator[Any]:
    for path in sorted(_ROOT.glob("frontdesk/*/v1/*.proto")):
        module = ".".join(path.relative_to(_ROOT).with_suffix("").parts) + "_pb2"
        yield importlib.import_module(module).DESCRIPTOR
