"""Answering a mail of the mailbox, as the customer who got it: POST /control/mailbox/<id>/reply."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import make_msgid
from typing import Annotated, Any

import httpx
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.routing import Route

from libs.mail.handover import HEADER, sign
from services.simulator.routes.control import Guard, read
from services.simulator.service.errors import Conflict, NotFound
from services.simulator.service.mailbox import Mail
from services.simulator.service.simulator import Simulator

_SECONDS = 10.0


class Reply(BaseModel):
    """What the customer writes."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class MailRoutes:
    """desk_url: where mails come in, without a slash at the end; secret: what they are signed with, "" for nothing."""

    def __init__(self, simulator: Simulator, guard: Guard, desk_url: str, secret: str) -> None:
        self._simulator = simulator
        self._guard = guard
        self._desk_url = desk_url
        self._secret = secret

    def routes(self) -> list[Route]:
        """The one there is."""
        return [Route("/control/mailbox/{mail_id}/reply", self._guard.endpoint(self.reply), methods=["POST"])]

    async def reply(self, request: Request) -> dict[str, Any]:
        """Reply → {result}: "stored", or why the desk does not take it; 409 when it takes no mails."""
        text = (await read(request, Reply)).text
        mail = self._simulator.mailbox.find(request.path_params["mail_id"])
        if mail is None:
            raise NotFound("No such mail; only the newest are kept.")
        raw = bytes(_answer(mail, text))
        try:
            async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
                headers = {HEADER: sign(self._secret, raw, self._simulator.clock.now())}
                came = await client.post(f"{self._desk_url}/webhooks/mail", content=raw, headers=headers)
        except httpx.HTTPError as error:
            raise Conflict(f"The desk does not answer: {type(error).__name__}.") from error
        if came.status_code != 200:
            raise Conflict(f"The desk answers {came.status_code}.")
        return {"result": str(came.json()["result"])}


def _answer(mail: Mail, text: str) -> EmailMessage:
    """As a mail program writes it: above what it quotes."""
    parsed = BytesParser(policy=policy.default).parsebytes(mail.raw)
    quoted = "\n".join(f"> {line}" for line in str(mail.as_json()["text"] or "").splitlines())
    answer = EmailMessage()
    answer["From"] = mail.recipients[0]
    answer["To"] = str(parsed["reply-to"] or mail.sender)
    answer["Subject"] = str(parsed["subject"] or "Re:")
    answer["Message-ID"] = make_msgid(domain="customer.test")
    if parsed["message-id"]:
        answer["In-Reply-To"] = str(parsed["message-id"])
    answer.set_content(f"{text}\n\nOn the day it came, {mail.sender} wrote:\n{quoted}\n")
    return answer
