"""The templates of every WhatsApp business account, and of every page."""

import base64
from collections.abc import Iterator

from services.simulator.domain.meta.accounts import PAGES
from services.simulator.domain.meta.errors import invalid_parameter
from services.simulator.domain.meta.template_seeds import page_seeds, seeds
from services.simulator.domain.meta.templates import Template
from services.simulator.service.api import Reply
from services.simulator.service.entries import vars_of
from services.simulator.service.journal import Journal, Record
from services.simulator.service.meta.api import GraphRequest

_PAGE = 25
_LARGEST_PAGE = 250


class TemplateShelf:
    """Templates by MetaAccount.template_owner; every owner begins with the same ones."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._shelves: dict[str, list[Template]] = {}

    def of(self, owner: str) -> list[Template]:
        """All of an owner, oldest first."""
        if owner not in self._shelves:
            self._shelves[owner] = page_seeds() if owner.startswith(PAGES) else seeds()
        return self._shelves[owner]

    def find(self, owner: str, name: str, language: str) -> Template | None:
        """One language of a template."""
        return next((one for one in self.of(owner) if (one.name, one.language) == (name, language)), None)

    def put(self, owner: str, template: Template) -> Template:
        """Adds one, or replaces the one with its name and language."""
        shelf = self.of(owner)
        shelf[:] = [one for one in shelf if (one.name, one.language) != (template.name, template.language)]
        shelf.append(template)
        self._journal.write("meta_template", owner=owner, **vars_of(template))
        return template

    def records(self) -> Iterator[Record]:
        """What restore() needs to come back to this state."""
        for owner, shelf in self._shelves.items():
            for one in shelf:
                yield {"record": "meta_template", "owner": owner, **vars_of(one)}

    def restore(self, record: Record) -> None:
        """Applies one record of a journal."""
        self.put(record.pop("owner"), Template(**record))

    def page(self, request: GraphRequest) -> Reply:
        """?limit&after&name&status&language → {data, paging}"""
        query = request.query
        found = [
            one
            for one in self.of(request.account.template_owner)
            if query.get("name", "") in one.name
            and query.get("status", one.status).upper() == one.status
            and query.get("language", one.language) == one.language
        ]
        start = _place(query["after"]) if query.get("after") else 0
        size = _size(query.get("limit", ""))
        page = found[start : start + size]
        fields = request.fields()[1:]
        data = [{key: value for key, value in one.as_json().items() if _asked(key, fields)} for one in page]
        cursors = {"before": _cursor(start), "after": _cursor(start + len(page))}
        paging: dict[str, object] = {"cursors": cursors}
        if start + size < len(found):
            node = f"{request.base_url}/{request.version}/{request.node}"
            paging["next"] = f"{node}/message_templates?limit={size}&after={cursors['after']}"
        return Reply({"data": data} | ({"paging": paging} if page else {}))


def _asked(name: str, fields: tuple[str, ...]) -> bool:
    return name == "id" or not fields or name in fields


def _size(text: str) -> int:
    if not text:
        return _PAGE
    if not text.isdigit() or not 1 <= int(text) <= _LARGEST_PAGE:
        raise invalid_parameter(f"Param limit must be a number from 1 to {_LARGEST_PAGE}")
    return int(text)


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"at:{place}".encode()).decode().rstrip("=")


def _place(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    if not text.startswith("at:") or not text[3:].isdigit():
        raise invalid_parameter("Invalid cursors values")
    return int(text[3:])
