"""Accounts of any platform, and those whom they know: /control/{channel}/accounts, /control/{channel}/{account_id}."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.simulator.domain.account import Account
from services.simulator.routes.control import AnyFields, Guard, number, read
from services.simulator.service.errors import Conflict, UnknownAccount
from services.simulator.service.simulator import Simulator

A = TypeVar("A", bound=Account)
A_co = TypeVar("A_co", bound=Account, covariant=True)
R = TypeVar("R")
Shown = dict[str, Any]


class Book(Protocol[A_co]):
    """A platform's accounts; those of all Meta's channels stand in one."""

    def find(self, account_id: str) -> A_co | None:
        """The account, if there is one."""

    def all(self) -> Sequence[A_co]:
        """In the order they were registered."""

    def register(self, settings: Any) -> A_co:
        """Adds an account, or changes one."""

    def change(self, account_id: str, changes: dict[str, Any]) -> A_co:
        """Changes some settings of an account."""

    def remove(self, account_id: str) -> None:
        """Forgets an account."""


class Named(Protocol):
    """Somebody an account knows."""

    user_id: str
    display_name: str


class BookRoutes(Generic[A]):
    """A channel's accounts. settings: what registers one; show: an account without its secrets."""

    def __init__(
        self,
        simulator: Simulator,
        guard: Guard,
        channel: str,
        book: Book[A],
        settings: type[BaseModel],
        show: Callable[[A], Shown],
    ) -> None:
        self._simulator = simulator
        self._guard = guard
        self._channel = channel
        self._book = book
        self._settings = settings
        self._show = show

    def routes(self) -> list[Route]:
        """Every path."""
        channel, wrap = f"/control/{self._channel}", self._guard.endpoint
        return [
            Route(f"{channel}/accounts", wrap(self.register), methods=["POST"]),
            Route(f"{channel}/accounts", wrap(self.all), methods=["GET"]),
            Route(f"{channel}/{{account_id}}", wrap(self.show), methods=["GET"]),
            Route(f"{channel}/{{account_id}}", wrap(self.change), methods=["PATCH"]),
            Route(f"{channel}/{{account_id}}", wrap(self.remove), methods=["DELETE"]),
        ]

    async def register(self, request: Request) -> Response:
        """The channel's settings → 201 the account, 200 when it was there and is changed; 409 where another channel
        has an account with this id."""
        given = (await read(request, AnyFields)).model_extra or {}
        settings: Any = self._settings.model_validate(given | self._fixed())
        known = self._simulator.find(settings.account_id)
        if known is not None and known.channel != self._channel:
            raise Conflict(f"Account {known.account_id!r} is one of {known.channel}.")
        return JSONResponse(self._show(self._book.register(settings)), 200 if known else 201)

    async def all(self, _request: Request) -> Shown:
        """{accounts: […]}, without their secrets."""
        return {"accounts": [self._show(one) for one in self._book.all() if one.channel == self._channel]}

    async def show(self, request: Request) -> Shown:
        """One account."""
        return self._show(self.of(request))

    async def change(self, request: Request) -> Shown:
        """Some of the settings → the account."""
        account_id = self.of(request).account_id
        changes = (await read(request, AnyFields)).model_extra or {}
        return self._show(self._book.change(account_id, changes | self._fixed() | {"account_id": account_id}))

    async def remove(self, request: Request) -> Response:
        """204; its ledger is forgotten, too."""
        account_id = self.of(request).account_id
        self._simulator.reset(account_id)
        self._book.remove(account_id)
        return Response(status_code=204)

    def of(self, request: Request) -> A:
        """The account that the path names; UnknownAccount."""
        return self.get(request.path_params["account_id"])

    def get(self, account_id: str) -> A:
        """The channel's account with this id; UnknownAccount."""
        account = self._book.find(account_id)
        if account is None or account.channel != self._channel:
            raise UnknownAccount(account_id, self._channel)
        return account

    def _fixed(self) -> Shown:
        """What the path says of an account whose settings name its channel."""
        return {"channel": self._channel} if "channel" in self._settings.model_fields else {}


def page(request: Request, name: str, rows: Sequence[R], show: Callable[[R], Shown]) -> Shown:
    """?page_size&page_token → {<name>, total, next_page_token}"""
    size, start = number(request, "page_size", 50, 1000), number(request, "page_token", 0, 10**9)
    end = start + size
    return {
        name: [show(row) for row in rows[start:end]],
        "total": len(rows),
        "next_page_token": str(end) if end < len(rows) else None,
    }


P = TypeVar("P", bound=Named)


def people_page(request: Request, people: Iterable[P], show: Callable[[P], Shown]) -> Shown:
    """?query&page_size&page_token → {users, total, next_page_token}; query is part of a name or an id."""
    query = request.query_params.get("query", "").casefold()
    found = [one for one in people if query in one.display_name.casefold() or query in one.user_id.casefold()]
    return page(request, "users", found, show)
