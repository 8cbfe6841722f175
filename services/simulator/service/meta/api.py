"""What every endpoint of the Graph API is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from services.simulator.domain.meta.accounts import MetaAccount
from services.simulator.domain.meta.sends import parse


@dataclass(slots=True, frozen=True)
class GraphRequest:
    """An authenticated call. node: the first part of the path after the version; base_url: how the API was reached."""

    account: MetaAccount
    request_id: str
    version: str
    node: str
    query: Mapping[str, str]
    body: bytes
    content_type: str
    base_url: str = ""

    def json(self) -> dict[str, Any]:
        """The body's JSON object; raises GraphError when it is none."""
        return parse(self.body, self.content_type)

    def values(self) -> dict[str, Any]:
        """Parameters of a call that takes them as a query, a form or JSON alike."""
        kind = self.content_type.partition(";")[0].strip().lower()
        if not self.body:
            return dict(self.query)
        if kind == "application/x-www-form-urlencoded":
            return dict(self.query) | dict(parse_qsl(self.body.decode(errors="replace")))
        return dict(self.query) | self.json()

    def fields(self, *usual: str) -> tuple[str, ...]:
        """The fields that are asked for, else the usual ones; id always."""
        asked = tuple(name.partition("{")[0] for name in self.query.get("fields", "").split(",") if name)
        return ("id", *(asked or usual))
