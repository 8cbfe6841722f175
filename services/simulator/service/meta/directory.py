"""What apps may read: the account itself, the people who wrote to it, the numbers of a business, bytes of messages."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any

from libs.clock.clock import Clock
from services.simulator.domain.meta.accounts import MetaAccount, MetaCustomer
from services.simulator.domain.meta.errors import (
    GraphError,
    invalid_parameter,
    token_invalid,
    unknown_object,
    whatsapp_error,
)
from services.simulator.domain.meta.ids import media_kind
from services.simulator.service.api import Bytes, Reply
from services.simulator.service.media import Content, MediaStore
from services.simulator.service.meta.api import GraphRequest
from services.simulator.service.meta.book import MetaBook
from services.simulator.service.samples import sample

# How long WhatsApp's address of a message's bytes can be used.
ADDRESS_SECONDS = 300
_PIN = re.compile(r"[0-9]{6}")
_USUAL = {
    "facebook": ("name",),
    "instagram": ("username",),
    "whatsapp": ("verified_name", "display_phone_number", "quality_rating"),
}


class MetaDirectory:
    """GET endpoints of the Graph API."""

    def __init__(
        self, clock: Clock, book: MetaBook, media: MediaStore, pictures_url: str, own_url: Callable[[], str]
    ) -> None:
        self._clock = clock
        self._book = book
        self._media = media
        self._pictures_url = pictures_url
        self._own_url = own_url
        self._key = hashlib.sha256(b"addresses of WhatsApp's media").digest()

    def account(self, request: GraphRequest) -> Reply:
        """The page, Instagram account or number itself; ?fields"""
        account = request.account
        return Reply(_chosen(self._facts(account), request.fields(*_USUAL[account.channel])))

    def numbers(self, request: GraphRequest) -> Reply:
        """The numbers of a business account → {data}"""
        account = request.account
        together = [one for one in self._book.all("whatsapp") if one.business_account_id == account.business_account_id]
        fields = request.fields(*_USUAL["whatsapp"])
        return Reply({"data": [_chosen(self._facts(one), fields) for one in together]})

    def business(self, request: GraphRequest) -> Reply:
        """The business account."""
        account = request.account
        facts = {"id": account.business_account_id, "name": account.display_name, "timezone_id": "73"}
        return Reply(_chosen(facts, request.fields("name", "timezone_id")))

    def register(self, request: GraphRequest) -> Reply:
        """{messaging_product, pin}: switches a number on; the PIN of one that has been on stays."""
        account, given = request.account, request.json()
        pin = given.get("pin")
        if account.channel != "whatsapp" or given.get("messaging_product") != "whatsapp":
            raise invalid_parameter("The parameter messaging_product is required.")
        if not isinstance(pin, str) or not _PIN.fullmatch(pin):
            raise invalid_parameter("Invalid PIN format. PIN must be exactly 6 digits")
        if account.settings.pin not in ("", pin):
            raise whatsapp_error(133005, "Two-step verification PIN mismatch", "The PIN is not the number's.")
        self._book.change(account.account_id, {"registered": True, "pin": pin})
        return Reply({"success": True})

    def profile(self, request: GraphRequest, person: MetaCustomer) -> Reply:
        """Who wrote; ?fields"""
        if person.blocked:
            raise GraphError(400, "(#230) User consent is required to access user profile", 230)
        first, _, last = person.display_name.rpartition(" ")
        facts: dict[str, Any] = {
            "id": person.user_id,
            "name": person.display_name,
            "first_name": first or person.display_name,
            "last_name": last if first else "",
            "username": person.username,
            "locale": person.language,
        }
        if person.picture:
            facts["profile_pic"] = self._picture(person.user_id)
        usual = ("name", "username") if request.account.channel == "instagram" else ("first_name", "last_name")
        return Reply(_chosen(facts, request.fields(*usual, "profile_pic")))

    def media(self, request: GraphRequest) -> Reply:
        """WhatsApp: where a message's bytes are for the next five minutes."""
        found = self.content(request.account, request.node)
        until = int(self._clock.now().timestamp()) + ADDRESS_SECONDS
        place = f"{request.account.account_id}/{request.node}"
        address = f"{self._own_url()}/graph/attachments/{place}?ext={until}&hash={self._sign(place, until)}"
        return Reply(
            {
                "messaging_product": "whatsapp",
                "url": address,
                "mime_type": found.media_type,
                "sha256": base64.b64encode(hashlib.sha256(found.data).digest()).decode(),
                "file_size": len(found.data),
                "id": request.node,
            }
        )

    def download(self, account: MetaAccount, known: bool | None, identifier: str, until: str, signature: str) -> Bytes:
        """WhatsApp's bytes: not after five minutes, and with a token only. known: whether that may see the account,
        None where none was sent."""
        if not (account.settings.open_media if known is None else known):
            raise token_invalid()
        genuine = hmac.compare_digest(signature, self._sign(f"{account.account_id}/{identifier}", until))
        if not genuine or int(until) < self._clock.now().timestamp():
            raise GraphError(404, "The link has expired. Ask for the media again.", 100)
        found = self.content(account, identifier)
        return Bytes(found.data, found.media_type)

    def content(self, account: MetaAccount, identifier: str) -> Content:
        """Bytes of a message, made again from samples when they are no longer kept."""
        if (found := self._media.find(account.account_id, identifier)) is not None:
            return found
        if (kind := media_kind(identifier)) is None:
            raise unknown_object(identifier)
        return Content(kind, *sample(kind, identifier), self._clock.now())

    def _facts(self, account: MetaAccount) -> dict[str, Any]:
        settings = account.settings
        name = account.display_name
        if account.channel == "whatsapp":
            return {
                "id": account.provider_id,
                "verified_name": name,
                "display_phone_number": settings.phone_number or f"+{account.phone_number}",
                "quality_rating": "GREEN",
                "status": "CONNECTED" if settings.registered else "PENDING",
                "platform_type": "CLOUD_API" if settings.registered else "NOT_APPLICABLE",
            }
        picture = self._picture(account.provider_id)
        if account.channel == "instagram":
            username = settings.username or "demo_shop"
            facts = {"id": account.provider_id, "user_id": account.provider_id, "username": username, "name": name}
            return facts | {"profile_picture_url": picture}
        linked = [one for one in self._book.all("instagram") if one.settings.page_id == account.provider_id]
        business = {"instagram_business_account": {"id": linked[0].provider_id}} if linked else {}
        return {"id": account.provider_id, "name": name, "picture": {"data": {"url": picture}}} | business

    def _picture(self, seed: str) -> str:
        return f"{self._pictures_url}/graph/pictures/{seed}.png"

    def _sign(self, place: str, until: int | str) -> str:
        return hmac.digest(self._key, f"{place} {until}".encode(), hashlib.sha256).hex()[:32]


def _chosen(facts: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: facts[name] for name in dict.fromkeys(fields) if facts.get(name) is not None}
