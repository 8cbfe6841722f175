"""Mails that customers answer with: taken where the desk itself wrote before, kept in the ledger where not."""

import asyncio
import hashlib
import json
import re
from datetime import datetime

from libs.accounts.directory import AccountDirectory, AccountsAwayError, KnownAccount
from libs.channels.registry import CHANNELS
from libs.channels.sending import CannotSend
from libs.channels.web.mails import BadMailError, Mail, read_mail
from libs.channels.web.replies import PROOF_LIFE, proven_at
from libs.clock.clock import Clock
from libs.mail.handover import BadHandoverError, Handover, OldHandoverError, read
from libs.rpc.errors import PermissionDeniedError, UnavailableError
from services.ingestion.service.ledger import LedgerService
from services.ingestion.service.shares import Shares
from services.ingestion.service.webhooks import WebhookService
from services.ingestion.service.widget.images import Images, NotAnImageError, StoredImage

_TEXT_LIMIT = 4000
_ODD = re.compile(r"[^A-Za-z0-9.@_+-]")


class BadMailSignatureError(PermissionDeniedError):
    """Whoever hands mails over must know FRONTDESK_MAIL_SECRET."""

    code = "bad_signature"
    http_status = 401


class OldMailSignatureError(BadMailSignatureError):
    """They did, and it was long ago."""

    code = "signature_over"


class MailService:
    """What a call to /webhooks/mail does. secret: "" takes none."""

    def __init__(
        self,
        directory: AccountDirectory,
        webhooks: WebhookService,
        images: Images,
        ledger: LedgerService,
        clock: Clock,
        secret: str,
    ) -> None:
        self._directory = directory
        self._webhooks = webhooks
        self._images = images
        self._ledger = ledger
        self._clock = clock
        self._secret = secret

    def announced(self, signature: str) -> Handover:
        """What is about to be handed over. BadMailSignatureError, OldMailSignatureError."""
        try:
            return read(self._secret, signature, self._clock.now())
        except OldHandoverError as error:
            raise OldMailSignatureError(str(error)) from error
        except BadHandoverError as error:
            raise BadMailSignatureError(str(error)) from error

    async def receive(self, raw: bytes) -> str:
        """Takes a mail whose signature was verified: "stored", or why it was kept in the ledger only.
        UnavailableError."""
        try:
            mail = await asyncio.to_thread(read_mail, raw)
        except BadMailError:
            return await self._refuse("", None, "unreadable_mail", raw)
        account = await self._account(mail)
        written_at = _written_at(mail, account)
        reason = _reason(mail, account, written_at)
        if account is None or written_at is None or reason:
            return await self._refuse(mail.account_id, account, reason, raw)
        await self._take(account, mail, raw, self._clock.now() - written_at <= PROOF_LIFE)
        return "stored"

    async def _take(self, account: KnownAccount, mail: Mail, raw: bytes, proven: bool) -> None:
        images = [image for content in mail.images if (image := await self._keep(account, content)) is not None]
        await self._images.attach(account, images)
        now = self._clock.now()
        name = _ODD.sub("", mail.message_id)[:150] or hashlib.sha256(raw).hexdigest()
        event = {
            "type": "mail",
            "id": f"mail.{hashlib.sha256(mail.sender.encode()).hexdigest()[:16]}.{name}",
            "at_ms": int(now.timestamp() * 1000),
            "guest": {"name": mail.sender_name, "email": mail.sender},
            "proven": proven,
            "text": mail.text[:_TEXT_LIMIT],
            "subject": mail.subject,
            "images": [image.told() for image in images],
        }
        channel, shares = CHANNELS["web"], Shares()
        (made,) = channel.split(json.dumps(event, ensure_ascii=False).encode())
        shares.give(account, made)
        await self._webhooks.publish(channel, shares, now)

    async def _keep(self, account: KnownAccount, content: bytes) -> StoredImage | None:
        try:
            return await self._images.keep_for(account, content)
        except NotAnImageError:
            return None

    async def _account(self, mail: Mail) -> KnownAccount | None:
        if not mail.account_id:
            return None
        try:
            account = await self._directory.get(mail.account_id)
        except AccountsAwayError as error:
            raise UnavailableError("The desk cannot be asked right now. Send this again.") from error
        return account if account is not None and account.channel == "web" else None

    async def _refuse(self, account_id: str, account: KnownAccount | None, reason: str, raw: bytes) -> str:
        await self._ledger.refuse("web", account_id, account, reason, [], raw, self._clock.now())
        return reason


def _written_at(mail: Mail, account: KnownAccount | None) -> datetime | None:
    """When the desk wrote what this answers; None where it never did."""
    if account is None:
        return None
    try:
        return proven_at(account.account_id, mail.sender, mail.proof, account.credentials)
    except CannotSend:
        return None


def _reason(mail: Mail, account: KnownAccount | None, written_at: datetime | None) -> str:
    """Why a mail is not taken, "" when it is."""
    if account is None:
        return "unknown_address"
    if mail.automatic:
        return "automatic_mail"
    if written_at is None:
        return "unproven_sender"
    return "" if mail.text or mail.images else "empty_mail"
