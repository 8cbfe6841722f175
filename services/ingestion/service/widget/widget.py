"""The calls of /widget/v1."""

from dataclasses import asdict
from typing import Any, TypeVar

from pydantic import ValidationError

from libs.accounts.directory import AccountDirectory, AccountsAwayError, KnownAccount
from libs.channels.base import Channel
from libs.channels.registry import CHANNELS
from libs.clock.clock import Clock
from libs.rpc.errors import NotFoundError, UnavailableError
from services.ingestion.service.shares import Shares
from services.ingestion.service.webhooks import WebhookService
from services.ingestion.service.widget.drafts import TEXT_LIMIT, Draft, Form, InvalidDraftError, event_of
from services.ingestion.service.widget.images import RULE, Images
from services.ingestion.service.widget.limits import WidgetLimits
from services.ingestion.service.widget.people import Person, identify, open_session
from services.ingestion.service.widget.threads import Threads

D = TypeVar("D", bound=Draft)
IMAGE_BYTES = RULE.max_bytes


class UnknownWidgetError(NotFoundError):
    """The address names no connected account of the web channel."""

    code = "unknown_account"


class WidgetService:
    """What the widget asks for. address: the client's; token: what it brought as Authorization, "" for none."""

    def __init__(
        self,
        directory: AccountDirectory,
        webhooks: WebhookService,
        threads: Threads,
        images: Images,
        limits: WidgetLimits,
        clock: Clock,
        news_seconds: float,
    ) -> None:
        self._directory = directory
        self._webhooks = webhooks
        self._threads = threads
        self._images = images
        self._limits = limits
        self._clock = clock
        self._news_seconds = news_seconds
        self._channel: Channel = CHANNELS["web"]

    async def may_send(self, address: str, size: int) -> None:
        """Asked before so many bytes of a body are read. TooManyRequestsError."""
        await self._limits.body(address, size)

    async def config(self, account_id: str, address: str) -> dict[str, Any]:
        """What the widget of an account is like."""
        account = await self._account(account_id, address)
        return {
            "name": account.name,
            "chat": True,
            "form": True,
            "text_limit": TEXT_LIMIT,
            "image_types": list(RULE.content_types),
            "image_bytes": IMAGE_BYTES,
        }

    async def session(self, account_id: str, address: str, token: str, kept: str) -> dict[str, Any]:
        """Who the browser is from now on. kept: the visitor's token of a former visit."""
        account = await self._account(account_id, address)
        await self._limits.writing("sessions", address, None)
        session = open_session(account, token, kept, self._clock.now())
        member = session.member
        told = None if member is None else {name: value for name, value in asdict(member).items() if name != "id"}
        return {"visitor_token": session.visitor_token, "member": told}

    async def messages(self, account_id: str, address: str, token: str, page_token: str) -> dict[str, Any]:
        """A page of the caller's own thread."""
        person = await self._person(account_id, address, token)
        return await self._threads.page(person, page_token)

    async def news(self, account_id: str, address: str, token: str, cursor: str) -> dict[str, Any]:
        """What became new in it, as soon as something does."""
        person = await self._person(account_id, address, token)
        with self._limits.waiting(address, person):
            return await self._threads.news(person, cursor, self._news_seconds)

    async def send(self, account_id: str, address: str, token: str, body: bytes) -> dict[str, Any]:
        """Takes a message; the message as the widget shows it."""
        person = await self._person(account_id, address, token)
        await self._limits.writing("messages", address, person)
        draft = _read(Draft, body)
        await self._take(person, draft)
        return {
            "id": draft.id,
            "client_id": draft.id,
            "direction": "inbound",
            "text": draft.text,
            "images": [],
            "sent_at": self._clock.now().isoformat().replace("+00:00", "Z"),
        }

    async def form(self, account_id: str, address: str, token: str, body: bytes) -> dict[str, Any]:
        """Takes a form, and tells how it will be answered."""
        person = await self._person(account_id, address, token)
        await self._limits.writing("forms", address, person)
        form = _read(Form, body)
        await self._take(person, form)
        return {"id": form.id, "answered_by": form.answered_by(person)}

    async def may_upload(self, account_id: str, address: str, token: str) -> Person:
        """Who wants to upload a picture; asked before its bytes are read."""
        person = await self._person(account_id, address, token)
        await self._limits.writing("images", address, person)
        return person

    async def image(self, person: Person, content: bytes) -> dict[str, Any]:
        """Keeps a picture; the id to attach it by."""
        return {"id": await self._images.put(person, content)}

    async def _take(self, person: Person, draft: Draft) -> None:
        draft.check(person)
        images = [self._images.open(person, image_id) for image_id in dict.fromkeys(draft.images)]
        await self._images.attach(person.account, images)
        now = self._clock.now()
        (event,) = self._channel.split(event_of(draft, person, images, now))
        shares = Shares()
        shares.give(person.account, event)
        await self._webhooks.publish(self._channel, shares, now)

    async def _person(self, account_id: str, address: str, token: str) -> Person:
        account = await self._account(account_id, address)
        return identify(account, token, self._clock.now())

    async def _account(self, account_id: str, address: str) -> KnownAccount:
        await self._limits.any_call(address)
        try:
            account = await self._directory.get(account_id)
        except AccountsAwayError as error:
            raise UnavailableError("The desk cannot be asked right now. Try again.") from error
        if account is None or account.channel != "web":
            raise UnknownWidgetError("No connected account of the web channel has this id: check data-account.")
        return account


def _read(kind: type[D], body: bytes) -> D:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in problem["loc"])
        raise InvalidDraftError(f"{field or 'The body'}: {problem['msg']}.", field=field) from error
