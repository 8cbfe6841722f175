"""Which accounts' events an app gets, and where: /{account}/subscribed_apps and /{app}/subscriptions."""

from typing import Any

from services.simulator.domain.ids import Ids
from services.simulator.domain.meta.accounts import OBJECTS, MetaAccount
from services.simulator.domain.meta.errors import GraphError, invalid_parameter
from services.simulator.service.api import Reply
from services.simulator.service.meta.api import GraphRequest
from services.simulator.service.meta.book import MetaBook
from services.simulator.service.meta.handshake import Handshake

_CHANNELS = {kind: channel for channel, kind in OBJECTS.items()}


class Subscriptions:
    """Switches webhooks on and off, and proves their addresses."""

    def __init__(self, ids: Ids, book: MetaBook, handshake: Handshake) -> None:
        self._ids = ids
        self._book = book
        self._handshake = handshake

    def show(self, request: GraphRequest) -> Reply:
        """{data}: the app, when it is subscribed."""
        account = request.account
        if not account.settings.webhook_active:
            return Reply({"data": []})
        app: dict[str, Any] = {"id": account.settings.app_id, "name": "Frontdesk", "link": "https://example.com/"}
        if account.channel == "whatsapp":
            return Reply({"data": [{"whatsapp_business_api_data": app}]})
        return Reply({"data": [app | {"subscribed_fields": account.subscribed_fields}]})

    async def subscribe(self, request: GraphRequest) -> Reply:
        """?subscribed_fields= (pages and Instagram), or override_callback_uri and verify_token → {success}"""
        account, values = request.account, request.values()
        fields = _names(values.get("subscribed_fields"))
        if account.channel != "whatsapp" and not fields:
            raise invalid_parameter("Param subscribed_fields must be specified")
        changes: dict[str, Any] = {"webhook_active": True}
        if (url := values.get("override_callback_uri")) is not None:
            token = str(values.get("verify_token", ""))
            await self.prove(str(url), token)
            changes |= {"webhook_url": str(url), "verify_token": token}
        for one in self._together(account):
            self._book.change(one.account_id, changes)
            one.subscribed_fields = fields
        return Reply({"success": True})

    def unsubscribe(self, request: GraphRequest) -> Reply:
        """No more events → {success}"""
        for one in self._together(request.account):
            self._book.change(one.account_id, {"webhook_active": False})
        return Reply({"success": True})

    async def set_address(self, app_id: str, values: dict[str, Any]) -> Reply:
        """object, callback_url, verify_token, fields: where all of an app's events of a kind go → {success}"""
        channel = _CHANNELS.get(str(values.get("object")))
        if channel is None:
            raise invalid_parameter(f"Param object must be one of {{{', '.join(_CHANNELS)}}}")
        url, token = str(values.get("callback_url", "")), str(values.get("verify_token", ""))
        await self.prove(url, token)
        for account in self._book.of_app(app_id):
            if account.channel == channel:
                self._book.change(account.account_id, {"webhook_url": url, "verify_token": token})
        return Reply({"success": True})

    async def prove(self, url: str, verify_token: str) -> None:
        """The handshake; GraphError 2200 when the address does not answer it."""
        proved, status = await self._handshake.perform(url, verify_token, self._challenge())
        if not proved:
            said = "no answer" if status is None else f"HTTP {status}"
            message = f"(#2200) Callback verification failed with the following errors: {said}"
            raise GraphError(400, message, 2200)

    async def check(self, account: MetaAccount) -> dict[str, Any]:
        """The handshake with an account's own address → {proved, status}"""
        settings = account.settings
        proved, status = await self._handshake.perform(
            settings.webhook_url or "", settings.verify_token, self._challenge()
        )
        return {"proved": proved, "status": status}

    def _together(self, account: MetaAccount) -> list[MetaAccount]:
        """WhatsApp subscribes all numbers of a business account at once; a page brings its Instagram account along."""
        if account.channel == "whatsapp":
            business = account.business_account_id
            return [one for one in self._book.all("whatsapp") if one.business_account_id == business]
        linked = self._book.by_token(account.settings.access_token)
        return [account, *(one for one in linked if one.settings.page_id == account.provider_id)]

    def _challenge(self) -> str:
        return str(int(self._ids.token()[:8], 16))


def _names(value: Any) -> list[str]:
    """A list in JSON, or names with commas between them."""
    names = value if isinstance(value, list) else str(value or "").split(",")
    return [str(name) for name in names if name]
