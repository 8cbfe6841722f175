"""What a process of this service serves over HTTP."""

from typing import Any

from services.ingestion.routes.mails import PATH
from services.ingestion.routes.widget import PREFIX


class Front:
    """Widgets' calls and mails to their applications, where this process serves the site; all else to the webhooks'."""

    def __init__(self, webhooks: Any, widget: Any = None, mails: Any = None) -> None:
        self._webhooks = webhooks
        self._widget = widget
        self._mails = mails

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        await self._of(scope)(scope, receive, send)

    def _of(self, scope: Any) -> Any:
        if scope["type"] == "http" and self._widget is not None:
            if scope["path"].startswith(f"{PREFIX}/"):
                return self._widget
            if scope["path"] == PATH:
                return self._mails
        return self._webhooks
