"""/webhooks/mail: mails as an MTA, or `frontdesk mail-in`, hands them over."""

import hashlib
import json
from typing import Any

from libs.edge.clients import header
from libs.mail.handover import HEADER
from libs.observe.log import get_logger
from libs.observe.metrics import Counter
from libs.rpc.errors import FrontdeskError
from services.ingestion.routes.bodies import Bodies, BodyTooLargeError, MethodNotAllowedError
from services.ingestion.service.mails import BadMailSignatureError, MailService

PATH = "/webhooks/mail"
_MOST_BYTES = 25_000_000
_SIGNATURE = HEADER.lower().encode()
_log = get_logger(__name__)
_calls = Counter(
    "frontdesk_mails_in_total", "Mails handed over, by answer and what became of them.", ["status", "result"]
)


class MailApp:
    """ASGI application for that one address: POST with the raw mail as its body, announced by a signed header
    (libs/mail/handover.py) that is verified before anything is read."""

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
        if status in {401, 408}:
            # The rest is a stranger's. Of a mail that is too large, though, the mail server must hear it.
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Any, receive: Any) -> tuple[int, dict[str, Any]]:
        try:
            if scope["method"] != "POST":
                raise MethodNotAllowedError("Hand mails over by POST.")
            raw = await self._announced(scope, receive)
            return 200, {"result": await self._mails.receive(raw)}
        except FrontdeskError as error:
            return error.http_status, _problem(error.http_status, error.code, error.message)
        except Exception:
            _log.exception("a mail could not be taken")
            return 503, _problem(503, "unavailable", "The mail cannot be stored right now. Send it again.")

    async def _announced(self, scope: Any, receive: Any) -> bytes:
        """The mail that the header announces; not a byte of one that nobody signed."""
        announced = self._mails.announced(header(scope, _SIGNATURE))
        if announced.size_bytes > _MOST_BYTES:
            raise BodyTooLargeError(f"A mail may have at most {_MOST_BYTES} bytes.")
        digest = hashlib.sha256()
        try:
            raw = await self._bodies.read(receive, announced.size_bytes, digest.update)
        except BodyTooLargeError as error:
            raise BadMailSignatureError("More bytes came than were signed.") from error
        if len(raw) != announced.size_bytes or digest.hexdigest() != announced.digest:
            raise BadMailSignatureError("Other bytes came than were signed.")
        return raw


def _problem(status: int, code: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
