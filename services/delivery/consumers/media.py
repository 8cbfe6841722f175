"""The event edge of files: what customers sent, and what was taken back."""

from frontdesk.conversations.v1.events_pb2 import MediaDropped, MediaRequested
from libs.bus.messages import Delivered
from services.delivery.service.media import MediaService

REQUESTED = ("events.*.conversations.media_requested",)
DROPPED = ("events.*.conversations.media_dropped",)


class MediaConsumer:
    """Queues contents to fetch."""

    def __init__(self, media: MediaService) -> None:
        self._media = media

    async def handle(self, batch: list[Delivered]) -> None:
        """All or nothing."""
        await self._media.request([delivered.parse(MediaRequested) for delivered in batch])


class DroppedConsumer:
    """Deletes contents of messages that were taken back."""

    def __init__(self, media: MediaService) -> None:
        self._media = media

    async def handle(self, batch: list[Delivered]) -> None:
        """One by one; what is gone already is gone."""
        for delivered in batch:
            await self._media.drop(delivered.parse(MediaDropped))
