"""What a process of this service serves over HTTP."""

from typing import Any

from services.ingestion.routes.widget import PREFIX


class Front:
    """Widgets' calls to one application, all else to the webhooks', which come first in time as in number."""

    def __init__(self, webhooks: Any, widget: Any) -> None:
        self._webhooks = webhooks
        self._widget = widget

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        below = scope["type"] == "http" and self._widget is not None and scope["path"].startswith(f"{PREFIX}/")
        await (self._widget if below else self._webhooks)(scope, receive, send)
