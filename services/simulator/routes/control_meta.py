"""/control/facebook, /control/instagram and /control/whatsapp: accounts, people, and what these do."""

from dataclasses import replace
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.simulator.domain.account import HttpUrl
from services.simulator.domain.meta.accounts import ChannelName, MetaAccount, MetaCustomer, MetaSettings, UserId
from services.simulator.domain.meta.drafts import MetaDraft
from services.simulator.domain.meta.templates import Template
from services.simulator.routes.control import Guard, read
from services.simulator.routes.control_book import BookRoutes, people_page
from services.simulator.routes.control_common import CommonRoutes
from services.simulator.service.entries import vars_of
from services.simulator.service.errors import ControlError
from services.simulator.service.simulator import Simulator


class PersonChanges(BaseModel):
    """What is known of a person, and whether they block the account."""

    model_config = ConfigDict(extra="forbid")

    display_name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    picture: bool | None = None
    language: str | None = None
    username: str | None = None
    blocked: bool | None = None
    phone: str | None = None
    scoped_id: str | None = None
    phone_hidden: bool | None = None


class TemplateChange(BaseModel):
    """A template in one language; what is left out stays, or is that of a new one: pending, and empty."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,512}$")]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(_[A-Z]{2,3})?$")]
    status: Literal["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"] = "PENDING"
    category: Literal["UTILITY", "MARKETING", "AUTHENTICATION"] = "UTILITY"
    components: list[dict[str, Any]] = []
    parameter_format: Literal["POSITIONAL", "NAMED"] = "POSITIONAL"


class Callback(BaseModel):
    """Where to post the signed_request, and whom it is about."""

    model_config = ConfigDict(extra="forbid")

    url: HttpUrl
    user_id: UserId


class BatchItem(MetaDraft):
    """A draft of this account, or of another one of the same channel."""

    account_id: str | None = None


class Batch(BaseModel):
    """Up to 1000 updates in one call; merged puts neighbours of one account into one entry."""

    model_config = ConfigDict(extra="forbid")

    events: Annotated[list[BatchItem], Field(min_length=1, max_length=1000)]
    merged: bool = False


class MetaRoutes:
    """One channel's accounts."""

    def __init__(self, simulator: Simulator, guard: Guard, channel: ChannelName) -> None:
        self._simulator = simulator
        self._meta = simulator.meta
        self._guard = guard
        self._channel = channel
        self._book = BookRoutes(simulator, guard, channel, simulator.meta.book, MetaSettings, account_json)
        self._account = self._book.of
        self._common = CommonRoutes(simulator, guard, channel, self._account, MetaDraft, simulator.meta.side.act)

    def routes(self) -> list[Route]:
        """Every path."""
        one, wrap = f"/control/{self._channel}/{{account_id}}", self._guard.endpoint
        return [
            *self._book.routes(),
            Route(f"{one}/users", wrap(self.users), methods=["GET"]),
            Route(f"{one}/users/{{user_id}}", wrap(self.user), methods=["GET"]),
            Route(f"{one}/users/{{user_id}}", wrap(self.change_user), methods=["PUT"]),
            Route(f"{one}/users/{{user_id}}/block", wrap(self.block), methods=["POST"]),
            Route(f"{one}/users/{{user_id}}/unblock", wrap(self.unblock), methods=["POST"]),
            Route(f"{one}/batches", wrap(self.send_together, 201), methods=["POST"]),
            Route(f"{one}/verify", wrap(self.verify), methods=["POST"]),
            Route(f"{one}/callbacks", wrap(self.call_back), methods=["POST"]),
            Route(f"{one}/actions", wrap(self.actions), methods=["GET"]),
            Route(f"{one}/contents/{{media_id}}", wrap(self.content), methods=["GET"]),
            Route(f"{one}/templates", wrap(self.change_template), methods=["PUT"]),
            *self._common.routes(),
        ]

    async def users(self, request: Request) -> dict[str, Any]:
        """?query&page_size&page_token → {users, total, next_page_token}; query is part of a name or an id."""
        return people_page(request, self._account(request).customers.values(), person_json)

    async def user(self, request: Request) -> dict[str, Any]:
        """One person; on WhatsApp by number or business-scoped id."""
        return person_json(self._meta.book.customer(self._account(request), request.path_params["user_id"]))

    async def change_user(self, request: Request) -> dict[str, Any]:
        """PersonChanges → the person, made when unknown."""
        changes = (await read(request, PersonChanges)).model_dump(exclude_unset=True)
        return self._update(request, changes)

    async def block(self, request: Request) -> dict[str, Any]:
        """The person blocks the account; Meta tells nobody."""
        return self._update(request, {"blocked": True})

    async def unblock(self, request: Request) -> dict[str, Any]:
        """The person can be written to again."""
        return self._update(request, {"blocked": False})

    async def send_together(self, request: Request) -> dict[str, Any]:
        """Batch → 201 {entries, try}: one call, signed by this account's app."""
        own, batch = self._account(request), await read(request, Batch)
        drafts = [
            (self._book.get(item.account_id) if item.account_id else own, MetaDraft(**_draft(item)))
            for item in batch.events
        ]
        if drafts[0][0].secret != own.secret:
            raise ControlError("One call carries the accounts of one app.")
        entries, result = await self._meta.side.act_together(drafts, batch.merged)
        return {"entries": [entry.as_json() for entry in entries], "try": vars_of(result)}

    async def verify(self, request: Request) -> dict[str, Any]:
        """The GET that proves the webhook's address → {proved, status}"""
        return await self._meta.subscriptions.check(self._account(request))

    async def call_back(self, request: Request) -> dict[str, Any]:
        """Callback → {status, body}: what an app is told when somebody takes it away, or wants data deleted."""
        account, told = self._account(request), await read(request, Callback)
        return await self._meta.callbacks.post(told.url, account.settings.app_secret, told.user_id)

    async def actions(self, request: Request) -> dict[str, Any]:
        """?user_id → {actions: [{at, user_id, action, message_id}]}: read marks and typing, oldest first."""
        wanted = request.query_params.get("user_id", "")
        found = [one for one in self._account(request).actions if wanted in ("", one["user_id"])]
        return {"actions": found}

    async def content(self, request: Request) -> Response:
        """The bytes of a picture, video, recording or file that either side sent."""
        found = self._meta.directory.content(self._account(request), request.path_params["media_id"])
        return Response(found.data, media_type=found.media_type, headers={"content-security-policy": "sandbox"})

    async def change_template(self, request: Request) -> dict[str, Any]:
        """TemplateChange → the template, made when unknown (of the business account, or of the page)."""
        account, change = self._account(request), await read(request, TemplateChange)
        shelf, owner = self._meta.templates, account.template_owner
        known = shelf.find(owner, change.name, change.language)
        if known is None:
            known = Template(
                f"16{self._simulator.ids.token()[:14]}", change.name, change.language, "UTILITY", "PENDING"
            )
        given = change.model_dump(exclude_unset=True)
        return shelf.put(owner, replace(known, **given)).as_json()

    def _update(self, request: Request, changes: dict[str, Any]) -> dict[str, Any]:
        return person_json(self._meta.book.update(self._account(request), request.path_params["user_id"], changes))


def meta_routes(simulator: Simulator, guard: Guard) -> list[Route]:
    """The paths of all three channels."""
    channels: tuple[ChannelName, ...] = get_args(ChannelName)
    return [route for channel in channels for route in MetaRoutes(simulator, guard, channel).routes()]


def account_json(account: MetaAccount) -> dict[str, Any]:
    """An account without its secrets."""
    settings = account.settings.model_dump(mode="json", exclude={"app_secret", "access_token", "verify_token", "pin"})
    return settings | {
        "display_name": account.display_name,
        "phone_number": account.phone_number if account.channel == "whatsapp" else "",
        "business_account_id": account.business_account_id if account.channel == "whatsapp" else None,
        "picture_path": f"graph/pictures/{account.provider_id}.png",
        "customers": len(account.customers),
        "faults": len(account.faults.rules()),
    }


def person_json(person: MetaCustomer) -> dict[str, Any]:
    """A person, with the path of their picture below the simulator's root."""
    return {name: getattr(person, name) for name in person.__slots__ if name != "picture"} | {
        "picture_path": f"graph/pictures/{person.user_id}.png" if person.picture else None
    }


def _draft(item: BatchItem) -> dict[str, Any]:
    return item.model_dump(exclude={"account_id"}, exclude_unset=True)
