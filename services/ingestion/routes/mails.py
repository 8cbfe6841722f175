"""/webhooks/mail: mails as an MTA, or `frontdesk mail-in`, hands them over."""

import json
from typing import Any

from libs.edge.clients import header
from libs.observe.log import get_logger
from libs.observe.metrics import Counter
from libs.rpc.errors import FrontdeskError
from services.ingestion.routes.bodies import Bodies
from services.ingestion.routes.webhooks import MethodNotAllowedError
from services.ingestion.service.mails import SIGNATURE_HEADER, MailService

PATH = "/webhooks/mail"
_MOST_BYTES = 25_000_000
_log = get_logger(__name__)
_calls = Counter(
    "frontdesk_mails_in_total", "Mails handed over, by answer and what became of them.", ["status", "result"]
)


class MailApp:
    """ASGI application for that one address: POST with the raw mail as its body and X-Frontdesk-Mail-Signature."""

    def __init__(self, mails: MailService) -> None:
        self._mails = mails
        self._bodies = Bodies(seconds=30.0)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        status, answer = await self._answer(scope, receive)
        _calls.labels(str(status), answer.get("result") or answer["code"]).inc()
        body = json.dumps(answer).encode()
        kind = b"application/json" if status == 200 else b"application/problem+json"
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Any, receive: Any) -> tuple[int, dict[str, Any]]:
        try:
            if scope["method"] != "POST":
                raise MethodNotAllowedError("Hand mails over by POST.")
            raw = await self._bodies.read(receive, _MOST_BYTES)
            return 200, {"result": await self._mails.receive(raw, header(scope, SIGNATURE_HEADER))}
        except FrontdeskError as error:
            return error.http_status, _problem(error.http_status, error.code, error.message)
        except Exception:
            _log.exception("a mail could not be taken")
            return 503, _problem(503, "unavailable", "The mail cannot be stored right now. Send it again.")


def _problem(status: int, code: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
