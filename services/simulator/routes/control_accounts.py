"""/control/line/accounts and the people an account knows."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from starlette.requests import Request
from starlette.routing import Route

from services.simulator.domain.accounts import AccountSettings, ChatId, Customer, LineAccount
from services.simulator.domain.events import Draft
from services.simulator.routes.control import Guard, read
from services.simulator.routes.control_book import BookRoutes, people_page
from services.simulator.service.simulator import Simulator

_CHAT_ID: TypeAdapter[str] = TypeAdapter(ChatId)


class CustomerChanges(BaseModel):
    """What a person's profile says. blocked is set without telling the account; see block and unblock for that."""

    model_config = ConfigDict(extra="forbid")

    display_name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    picture: bool | None = None
    status_message: str | None = None
    language: str | None = None
    blocked: bool | None = None


class GroupChanges(BaseModel):
    """A group's or room's name and who else is in it."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    members: list[ChatId] = []


class Preparation(BaseModel):
    """What videos and voice messages written from now on go through before their bytes can be had."""

    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[float, Field(ge=0, le=3600)] = 0
    fails: bool = False


class AccountRoutes:
    """Accounts, people and groups."""

    def __init__(self, simulator: Simulator, guard: Guard) -> None:
        self._simulator = simulator
        self._guard = guard
        self._book = BookRoutes(simulator, guard, "line", simulator.accounts, AccountSettings, account_json)
        self._account = self._book.of

    def routes(self) -> list[Route]:
        """Every path."""
        one, wrap = "/control/line/{account_id}", self._guard.endpoint
        return [
            *self._book.routes(),
            Route(f"{one}/users", wrap(self.users), methods=["GET"]),
            Route(f"{one}/users/{{user_id}}", wrap(self.user), methods=["GET"]),
            Route(f"{one}/users/{{user_id}}", wrap(self.change_user), methods=["PUT"]),
            Route(f"{one}/users/{{user_id}}/block", wrap(self.block), methods=["POST"]),
            Route(f"{one}/users/{{user_id}}/unblock", wrap(self.unblock), methods=["POST"]),
            Route(f"{one}/groups/{{chat_id}}", wrap(self.change_group), methods=["PUT"]),
            Route(f"{one}/transcoding", wrap(self.prepare), methods=["PUT"]),
        ]

    async def users(self, request: Request) -> dict[str, Any]:
        """?query&page_size&page_token → {users, total, next_page_token}; query is part of a name or an id."""
        return people_page(request, self._account(request).customers.values(), customer_json)

    async def user(self, request: Request) -> dict[str, Any]:
        """One person."""
        return customer_json(self._simulator.accounts.customer(self._account(request), request.path_params["user_id"]))

    async def change_user(self, request: Request) -> dict[str, Any]:
        """CustomerChanges → the person, made when unknown."""
        account, changes = self._account(request), await read(request, CustomerChanges)
        user_id = _CHAT_ID.validate_python(request.path_params["user_id"])
        person = self._simulator.accounts.update(account, user_id, changes.model_dump(exclude_unset=True))
        return customer_json(person)

    async def block(self, request: Request) -> dict[str, Any]:
        """The person blocks the account: an unfollow event."""
        return await self._act(request, "unfollow")

    async def unblock(self, request: Request) -> dict[str, Any]:
        """The person is a friend again: a follow event with isUnblocked."""
        return await self._act(request, "follow")

    async def change_group(self, request: Request) -> dict[str, Any]:
        """GroupChanges → the group, made when unknown."""
        account, changes = self._account(request), await read(request, GroupChanges)
        chat_id = _CHAT_ID.validate_python(request.path_params["chat_id"])
        for member in changes.members:
            self._simulator.accounts.meet(account, member)
        group = self._simulator.accounts.join(account, chat_id, changes.members, changes.name)
        return {"chat_id": group.chat_id, "name": group.name, "kind": group.kind, "members": group.members}

    async def prepare(self, request: Request) -> dict[str, Any]:
        """Preparation → the same."""
        account, preparation = self._account(request), await read(request, Preparation)
        self._simulator.media.preparation[account.account_id] = (preparation.seconds, preparation.fails)
        return preparation.model_dump()

    async def _act(self, request: Request, kind: str) -> dict[str, Any]:
        draft = Draft(user_id=request.path_params["user_id"], kind=kind)
        entry, _ = await self._simulator.customers.act(self._account(request), draft)
        return {"entry": entry.as_json()}


def account_json(account: LineAccount) -> dict[str, Any]:
    """An account without its secrets."""
    settings = account.settings.model_dump(mode="json", exclude={"channel_secret", "access_token"})
    return settings | {
        "bot_user_id": account.bot_user_id,
        "display_name": account.display_name,
        "basic_id": account.basic_id,
        "customers": len(account.customers),
        "groups": list(account.groups),
        "faults": len(account.faults.rules()),
    }


def customer_json(person: Customer) -> dict[str, Any]:
    """A person, with the path of their picture below the simulator's root."""
    return {
        "user_id": person.user_id,
        "display_name": person.display_name,
        "picture_path": f"line/pictures/{person.user_id}.png" if person.picture else None,
        "status_message": person.status_message,
        "language": person.language,
        "blocked": person.blocked,
    }
