"""Reading, setting and testing an account's webhook address through the API."""

from datetime import UTC
from typing import Any

from libs.clock.clock import Clock
from services.simulator.domain.errors import LineError, not_found
from services.simulator.service.accounts import AccountBook
from services.simulator.service.api import Reply, Request
from services.simulator.service.http_client import CallFailed
from services.simulator.service.webhooks import Webhooks


class WebhookEndpoint:
    """LINE itself takes https addresses only; here http is fine, too, for webhooks on the same machine."""

    def __init__(self, accounts: AccountBook, webhooks: Webhooks, clock: Clock) -> None:
        self._accounts = accounts
        self._webhooks = webhooks
        self._clock = clock

    def show(self, request: Request) -> Reply:
        """The address, and whether webhooks are switched on."""
        settings = request.account.settings
        if settings.webhook_url is None:
            raise not_found()
        return Reply({"endpoint": settings.webhook_url, "active": settings.webhook_active})

    def change(self, request: Request) -> Reply:
        """Sets the address."""
        address = _address(request.json().get("endpoint"))
        self._accounts.change(request.account.account_id, {"webhook_url": address})
        return Reply({})

    async def test(self, request: Request) -> Reply:
        """Calls the address (another one when given) with no events, and tells how that went."""
        account, body = request.account, request.json() if request.body else {}
        address = _address(body["endpoint"]) if "endpoint" in body else account.settings.webhook_url
        if address is None:
            raise not_found()
        empty = account.webhook_body([], redelivery=False)
        try:
            answer = await self._webhooks.post(account, empty, account.webhook_headers(empty), address)
            status = answer.status
            success = 200 <= status < 300
            reason, detail = ("OK" if success else "ERROR_STATUS_CODE"), str(status)
        except CallFailed as failure:
            success, status, reason, detail = False, 0, failure.reason.upper(), failure.detail
        moment = self._clock.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Reply(
            {"success": success, "timestamp": moment, "statusCode": status, "reason": reason, "detail": detail}
        )


def _address(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith(("https://", "http://")) or len(value) > 500:
        raise LineError(400, "Invalid webhook endpoint URL")
    return value
