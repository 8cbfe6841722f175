"""The Graph API under /graph and /instagram: the list of what is simulated, and whose each call is."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.simulator.domain.errors import PlatformError
from services.simulator.domain.media import portrait
from services.simulator.domain.meta.accounts import MetaAccount
from services.simulator.domain.meta.errors import unknown_object
from services.simulator.domain.meta.ids import media_kind
from services.simulator.domain.meta.sends import MAX_BODY, recipient_of
from services.simulator.routes.api_calls import ApiCalls, Call, read_up_to
from services.simulator.routes.graph_dialect import GraphDialect, token_of
from services.simulator.service.meta.api import GraphRequest
from services.simulator.service.meta.tokens import find
from services.simulator.service.simulator import Simulator

Endpoint = Callable[[HttpRequest], Awaitable[Response]]
Use = Callable[[GraphRequest], Any]


class GraphRoutes:
    """One API below two addresses; prefix is /graph or /instagram."""

    def __init__(self, simulator: Simulator, prefix: str) -> None:
        self._simulator = simulator
        self._meta = simulator.meta
        self._prefix = prefix
        self._dialect = GraphDialect(simulator.ids, prefix)
        self._calls = ApiCalls(simulator, self._dialect)

    def routes(self) -> list[Route]:
        """Every endpoint; other paths answer that there is no such object."""
        node = f"{self._prefix}/{{version}}/{{node}}"
        subscriptions, templates, directory = self._meta.subscriptions, self._meta.templates, self._meta.directory
        return [
            Route(f"{self._prefix}/pictures/{{name}}.png", _picture),
            Route(f"{self._prefix}/cdn/{{account_id}}/{{media_id}}/{{file_name}}", self._cdn),
            Route(f"{self._prefix}/attachments/{{account_id}}/{{media_id}}", self._attachment),
            Route(f"{node}/messages", self._messages, methods=["POST"]),
            Route(f"{node}/subscribed_apps", self._endpoint("subscriptions", subscriptions.show), methods=["GET"]),
            Route(
                f"{node}/subscribed_apps", self._endpoint("subscriptions", subscriptions.subscribe), methods=["POST"]
            ),
            Route(
                f"{node}/subscribed_apps",
                self._endpoint("subscriptions", subscriptions.unsubscribe),
                methods=["DELETE"],
            ),
            Route(f"{node}/message_templates", self._endpoint("templates", templates.page), methods=["GET"]),
            Route(f"{node}/register", self._endpoint("register", directory.register), methods=["POST"]),
            Route(f"{node}/phone_numbers", self._endpoint("account", directory.numbers), methods=["GET"]),
            Route(node, self._node, methods=["GET"]),
            Route(f"{self._prefix}/{{rest:path}}", self._nothing, methods=["GET", "POST", "DELETE"]),
        ]

    def _endpoint(self, name: str, use: Use) -> Endpoint:
        """An endpoint of an account; faults and rate limits know it by this name."""

        async def handle(http: HttpRequest) -> Response:
            try:
                account, request = await self._request(http)
            except PlatformError as error:
                return self._refuse(error)
            call = Call(account, name, request.request_id, None, None, lambda: use(request))
            return await self._calls.serve(http, call)

        return handle

    async def _messages(self, http: HttpRequest) -> Response:
        """POST /{account}/messages: a message, a read mark or typing."""
        messaging = self._meta.messaging
        try:
            account, request = await self._request(http, writes=True)
        except PlatformError as error:
            return self._refuse(error)
        try:
            sending = messaging.read(request)
        except PlatformError as error:
            # Part of the log all the same, and of faults.
            call = Call(account, "messages", request.request_id, None, None, partial(_raise, error))
            return await self._calls.serve(http, call)
        name = "sender_action" if sending.action else "messages"
        chat_id = messaging.chat_of(account, sending)
        call = Call(
            account,
            name,
            request.request_id,
            chat_id,
            None,
            lambda: messaging.send(account, request.request_id, sending),
        )
        return await self._calls.serve(http, call)

    async def _node(self, http: HttpRequest) -> Response:
        """GET /{id}: the account itself, its business, somebody who wrote to it, or bytes of a message."""
        directory, token = self._meta.directory, token_of(http)
        if http.path_params["node"] == "me" and self._meta.oauth.grant(token) is not None:
            return JSONResponse(self._meta.people.me(token))
        try:
            account, request = await self._request(http)
            name: str = "account"
            chat_id: str | None = None
            use: Use = directory.account
            if request.node == account.business_account_id and account.channel == "whatsapp":
                use = directory.business
            elif request.node not in ("me", account.provider_id):
                name, chat_id, use = self._of_account(account, request.node)
        except PlatformError as error:
            return self._refuse(error)
        call = Call(account, name, request.request_id, chat_id, None, lambda: use(request))
        return await self._calls.serve(http, call)

    def _of_account(self, account: MetaAccount, node: str) -> tuple[str, str | None, Use]:
        directory = self._meta.directory
        if account.channel == "whatsapp" and media_kind(node) is not None:
            return "content", None, directory.media
        person = account.reach(node)
        if person is None or account.channel == "whatsapp":
            raise unknown_object(node)
        return "profile", person.user_id, lambda request: directory.profile(request, person)

    async def _request(self, http: HttpRequest, writes: bool = False) -> tuple[MetaAccount, GraphRequest]:
        node, body = http.path_params["node"], await read_up_to(http, MAX_BODY)
        token, recipient = token_of(http), recipient_of(body) if writes else ""
        account = find(self._meta.holders(token), token, node, self._prefix == "/instagram", recipient)
        request = GraphRequest(
            account,
            self._simulator.ids.request_id(),
            http.path_params["version"],
            node,
            http.query_params,
            body,
            http.headers.get("content-type", ""),
            f"{http.base_url}{self._prefix.strip('/')}",
        )
        return account, request

    async def _cdn(self, http: HttpRequest) -> Response:
        """What somebody sent on Messenger or Instagram, for whoever knows the address."""
        try:
            account = self._meta.book.get(http.path_params["account_id"])
            found = self._meta.directory.content(account, http.path_params["media_id"])
        except (PlatformError, LookupError) as error:
            return self._refuse(error if isinstance(error, PlatformError) else unknown_object("file"))
        return Response(found.data, media_type=found.media_type)

    async def _attachment(self, http: HttpRequest) -> Response:
        """What somebody sent on WhatsApp, with the token and for five minutes."""
        path, query = http.path_params, http.query_params
        account = self._meta.book.find(path["account_id"])
        if account is None or not query.get("ext", "").isdigit():
            return self._refuse(unknown_object(path["media_id"]))
        signature, token = query.get("hash", ""), token_of(http)
        known = account in self._meta.holders(token) if token else None
        call = Call(
            account,
            "content",
            self._simulator.ids.request_id(),
            None,
            None,
            lambda: self._meta.directory.download(account, known, path["media_id"], query["ext"], signature),
        )
        return await self._calls.serve(http, call)

    async def _nothing(self, http: HttpRequest) -> Response:
        return self._refuse(unknown_object(http.path_params["rest"]))

    def _refuse(self, error: PlatformError) -> Response:
        return self._dialect.error(error, self._simulator.ids.request_id())


def _raise(error: PlatformError) -> None:
    raise error


async def _picture(http: HttpRequest) -> Response:
    headers = {"cache-control": "public, max-age=86400"}
    return Response(portrait(http.path_params["name"]), media_type="image/png", headers=headers)
