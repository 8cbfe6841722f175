"""Pictures that visitors attach: taken before the message, and attached by what proves who sent them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from libs.accounts.directory import KnownAccount
from libs.channels.web.outbound import LIMITS
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.media.sniff import HEAD_BYTES, sniff
from libs.media.types import media_type
from libs.rpc.errors import InvalidArgumentError, UnavailableError
from libs.storage.keys import new_key
from libs.storage.store import MediaStore, StorageError
from services.ingestion.service.widget.leftovers import UNATTACHED, Leftovers
from services.ingestion.service.widget.people import Person

RULE = LIMITS.media["image"]


class NotAnImageError(InvalidArgumentError):
    """Videos, recordings and files go other ways (rules 52 to 55)."""

    code = "not_an_image"
    http_status = 415


class UnknownImageError(InvalidArgumentError):
    """An id that this customer was not given, or too long ago."""

    code = "unknown_image"


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A picture in the desk's store."""

    key: str
    content_type: str
    size_bytes: int

    def told(self) -> dict[str, Any]:
        """As the channel's event has it."""
        name = f"image.{media_type(self.content_type).ending}"
        return {"key": self.key, "content_type": self.content_type, "size_bytes": self.size_bytes, "file_name": name}


class Images:
    """Takes pictures and knows them again."""

    def __init__(self, store: MediaStore, leftovers: Leftovers, clock: Clock) -> None:
        self._store = store
        self._leftovers = leftovers
        self._clock = clock

    async def put(self, person: Person, content: bytes) -> str:
        """Keeps a picture; the id it can be attached by, for a day. NotAnImageError."""
        image = await self.keep_for(person.account, content)
        said = json.dumps([image.key, image.content_type, image.size_bytes, int(self._clock.now().timestamp())])
        return f"{_encoded(said.encode())}.{_encoded(_mac(person, said.encode()))}"

    async def keep_for(self, account: KnownAccount, content: bytes) -> StoredImage:
        """Keeps a picture for a day, or until a message is to have it; what it is its content decides.
        NotAnImageError, UnavailableError."""
        content_type = sniff(content[:HEAD_BYTES])
        if content_type not in RULE.content_types:
            raise NotAnImageError("Only JPEG, PNG, GIF and WebP pictures can be attached.")
        name = f"upload.{media_type(content_type).ending}"
        tenant_id = UUID(account.tenant_id)
        key = new_key(tenant_id, self._clock.now(), new_id(self._clock), name)
        await self._leftovers.note(tenant_id, key)
        try:
            await self._store.put(key, content)
        except StorageError as error:
            raise UnavailableError("Pictures cannot be kept right now. Try again.") from error
        return StoredImage(key, content_type, len(content))

    async def attach(self, account: KnownAccount, images: Sequence[StoredImage]) -> None:
        """A message is to have these. UnknownImageError, UnavailableError."""
        if not await self._leftovers.attach(UUID(account.tenant_id), [image.key for image in images]):
            raise UnknownImageError("The picture was uploaded too long ago. Attach it again.", field="images")

    def open(self, person: Person, image_id: str) -> StoredImage:
        """What an id stands for. UnknownImageError."""
        said, mac = _decoded(image_id)
        if not hmac.compare_digest(_mac(person, said), mac):
            raise UnknownImageError("Attach the picture again.", field="images")
        key, content_type, size_bytes, at = json.loads(said)
        if not 0 <= _age(self._clock.now(), at) < UNATTACHED.total_seconds():
            raise UnknownImageError("The picture was uploaded too long ago. Attach it again.", field="images")
        return StoredImage(key, content_type, size_bytes)


def _age(now: datetime, at: int) -> int:
    return max(0, int(now.timestamp()) - at)


def _mac(person: Person, said: bytes) -> bytes:
    secret = person.account.credentials.get("widget_secret", "")
    whose = f"image\0{person.account.account_id}\0{person.owner}\0".encode()
    return hmac.digest(secret.encode(), whose + said, hashlib.sha256)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(image_id: str) -> tuple[bytes, bytes]:
    try:
        said, mac = (base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_") for part in image_id.split("."))
    except ValueError as error:
        raise UnknownImageError("Attach the picture again.", field="images") from error
    return said, mac
