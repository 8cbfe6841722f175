"""Meta's login: the dialog in which somebody lets an app use accounts, and the calls that trade its code."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from services.simulator.domain.errors import PlatformError
from services.simulator.domain.meta.accounts import MetaAccount
from services.simulator.domain.meta.errors import GraphError, invalid_parameter, token_invalid
from services.simulator.domain.meta.sends import parse
from services.simulator.routes.dialog_page import dialog_page, message_page
from services.simulator.routes.graph_dialect import GraphDialect, token_of
from services.simulator.service.meta.oauth import chosen
from services.simulator.service.simulator import Simulator

# Without form-action: the answer leads to the app's own address.
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


class OAuthRoutes:
    """Everything that happens before an account is connected; prefix as of the Graph API."""

    def __init__(self, simulator: Simulator, prefix: str) -> None:
        self._meta = simulator.meta
        self._ids = simulator.ids
        self._version = f"{prefix}/{{version}}"
        self._dialect = GraphDialect(simulator.ids, prefix)

    def routes(self) -> list[Route]:
        """To be asked before the accounts' own."""
        version = self._version
        return [
            Route(f"{version}/dialog/oauth", self.show, methods=["GET"]),
            Route(f"{version}/dialog/oauth", self.answer, methods=["POST"]),
            Route(f"{version}/oauth/access_token", self.trade, methods=["GET", "POST"]),
            Route(f"{version}/debug_token", self.describe, methods=["GET"]),
            Route(f"{version}/me/accounts", self.pages, methods=["GET"]),
            Route(f"{version}/me/permissions", self.revoke, methods=["DELETE"]),
            Route(f"{version}/{{app_id}}/subscriptions", self.subscribe, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """?client_id&redirect_uri&state&scope&config_id → the dialog."""
        try:
            offered = self._offered(request.query_params)
        except GraphError as error:
            return HTMLResponse(message_page(error.message), 400, _HEADERS)
        return HTMLResponse(dialog_page(offered, request.headers.get("accept-language", "")), headers=_HEADERS)

    async def answer(self, request: Request) -> Response:
        """answer=allow|deny, account=… of the form → back to redirect_uri with code or error, and state."""
        form = await _form(request)
        query = request.query_params
        back = {"state": query["state"]} if "state" in query else {}
        try:
            offered = self._offered(query)
            if ("answer", "allow") not in form:
                denied = {"error": "access_denied", "error_reason": "user_denied", "error_code": "200"}
                return _go(query["redirect_uri"], denied | {"error_description": "Permissions error"} | back)
            picked = chosen(offered, [value for name, value in form if name == "account"])
        except GraphError as error:
            return HTMLResponse(message_page(error.message), 400, _HEADERS)
        code = self._meta.oauth.allow(query["client_id"], query["redirect_uri"], _scopes(query), picked)
        first = next(one for one in offered if one.account_id == picked[0])
        return _go(query["redirect_uri"], {"code": code} | back | _signed_up(first))

    async def trade(self, request: Request) -> Response:
        """A code, or a short-lived token, for a token."""
        values: dict[str, Any] = dict(request.query_params)
        if request.method == "POST":
            kind = request.headers.get("content-type", "")
            values |= await _json(request) if kind.startswith("application/json") else dict(await _form(request))
        return self._answer(lambda: self._meta.oauth.trade(values))

    async def describe(self, request: Request) -> Response:
        """?input_token, with the app's own token → {data}"""

        def use() -> dict[str, Any]:
            if self._meta.oauth.app_of(token_of(request)) is None:
                raise token_invalid()
            return self._meta.oauth.describe(request.query_params.get("input_token", ""))

        return self._answer(use)

    async def pages(self, request: Request) -> Response:
        """Pages the person let the app use, with their tokens."""
        return self._answer(lambda: self._meta.people.pages(token_of(request)))

    async def revoke(self, request: Request) -> Response:
        """The person's token ends → {success}"""
        self._meta.oauth.revoke(token_of(request))
        return JSONResponse({"success": True})

    async def subscribe(self, request: Request) -> Response:
        """object, callback_url, verify_token: where all of the app's events of a kind go → {success}"""
        values: dict[str, Any] = dict(request.query_params) | dict(await _form(request))
        try:
            if self._meta.oauth.app_of(token_of(request)) != request.path_params["app_id"]:
                raise token_invalid()
            reply = await self._meta.subscriptions.set_address(request.path_params["app_id"], values)
        except PlatformError as error:
            return self._dialect.error(error, self._ids.request_id())
        return JSONResponse(reply.body)

    def _offered(self, query: QueryParams) -> list[MetaAccount]:
        """What the dialog lists; GraphError for one that could lead nowhere."""
        if not query.get("redirect_uri", "").startswith(("http://", "https://")):
            raise invalid_parameter("redirect_uri has to be an address")
        offered = self._meta.oauth.accounts(query.get("client_id", ""), _scopes(query))
        if not offered:
            raise invalid_parameter("No such app, or it has no accounts of this kind")
        return offered

    def _answer(self, use: Any) -> Response:
        try:
            return JSONResponse(use())
        except PlatformError as error:
            return self._dialect.error(error, self._ids.request_id())


async def _form(request: Request) -> list[tuple[str, str]]:
    return parse_qsl((await request.body()).decode(errors="replace"))


async def _json(request: Request) -> dict[str, Any]:
    try:
        return parse(await request.body(), "application/json")
    except GraphError:
        return {}


def _scopes(query: QueryParams) -> list[str]:
    names = query.get("scope", "").replace(" ", ",").split(",")
    return [name for name in names if name]


def _signed_up(account: MetaAccount) -> dict[str, str]:
    """Embedded Signup also tells which number was chosen."""
    if account.channel != "whatsapp":
        return {}
    return {"waba_id": account.business_account_id, "phone_number_id": account.provider_id}


def _go(address: str, values: dict[str, str]) -> Response:
    joint = "&" if "?" in address else "?"
    return RedirectResponse(f"{address}{joint}{urlencode(values)}", 302, {"cache-control": "no-store"})
