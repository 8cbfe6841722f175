"""Downloading what customers sent: GET /v2/bot/message/{id}/content and what belongs to it."""

from libs.clock.clock import Clock
from services.simulator.domain.accounts import LineAccount
from services.simulator.domain.errors import LineError, not_found
from services.simulator.service.api import Bytes, Reply, Request
from services.simulator.service.ledger import Ledger
from services.simulator.service.media import Content, MediaStore
from services.simulator.service.samples import sample


class Contents:
    """Bytes of messages, for as long as the customer did not take them back."""

    def __init__(self, clock: Clock, ledger: Ledger, media: MediaStore) -> None:
        self._clock = clock
        self._ledger = ledger
        self._media = media

    def download(self, request: Request) -> Bytes:
        """The bytes, once they are prepared; 202 before, 404 when the preparation failed."""
        content = self._prepared(request)
        return Bytes(content.data, content.media_type)

    def preview(self, request: Request) -> Bytes:
        """A picture of a picture or video."""
        if self._prepared(request).kind not in ("image", "video"):
            raise not_found()
        return Bytes(*sample("image", request.path["message_id"]))

    def transcoding(self, request: Request) -> Reply:
        """Whether a video or voice message can be had yet."""
        content = self._find(request)
        if content.kind not in ("video", "audio"):
            raise not_found()
        return Reply({"status": content.transcoding(self._clock.now())})

    def _prepared(self, request: Request) -> Content:
        content = self._find(request)
        match content.transcoding(self._clock.now()):
            case "processing":
                raise LineError(202, "The content is being prepared")
            case "failed":
                raise not_found()
            case _:
                return content

    def _find(self, request: Request) -> Content:
        entry = self._ledger.message(request.account.account_id, request.path["message_id"])
        if entry is not None and entry.unsent:
            raise LineError(410, "The message content is no longer available")
        return self.find(request.account, request.path["message_id"])

    def find(self, account: LineAccount, message_id: str) -> Content:
        """The content of a message, prepared or not; made again from samples when it is no longer kept."""
        content = self._media.find(account.account_id, message_id)
        if content is not None:
            return content
        entry = self._ledger.message(account.account_id, message_id)
        if entry is None or entry.media_kind is None:
            raise not_found()
        return Content(entry.media_kind, *sample(entry.media_kind, message_id), self._clock.now())
