"""Files teammates send: in pieces that resume, refused before they come, ready in the form the channel takes."""

from pathlib import Path
from uuid import uuid4

import pytest

from frontdesk.conversations.v1.conversations_pb2 import OutgoingAttachment
from frontdesk.delivery.v1 import uploads_pb2 as pb
from frontdesk.delivery.v1 import uploads_pb2_grpc as stubs
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.rpc.client import on_behalf
from libs.rpc.errors import FrontdeskError, UnavailableError
from libs.storage.keys import beside
from libs.storage.store import MediaStore
from libs.storage.wiring import media_store
from tests.services.delivery.shop import Shop
from tests.support.media_files import live_webm, picture
from tests.support.stack import Stack
from tests.support.wait import eventually

PIECE = 1024 * 1024


class Uploads:
    """UploadsService, as a shop's admin calls it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._stub = stubs.UploadsServiceStub(shop.stack.channel("delivery"))

    async def create(self, content_type: str, size: int, channel: str = "line", voice: bool = False) -> pb.Upload:
        request = pb.CreateUploadRequest(
            channel=channel, file_name="given", size_bytes=size, content_type=content_type, voice=voice
        )
        answer = await self._stub.CreateUpload(request, metadata=self.shop.as_admin("delivery"))
        made: pb.Upload = answer.upload
        return made

    async def append(self, upload: pb.Upload, offset: int, content: bytes) -> pb.Upload:
        request = pb.AppendUploadRequest(upload_id=upload.id, offset=offset, content=content)
        done: pb.Upload = (await self._stub.AppendUpload(request, metadata=self.shop.as_admin("delivery"))).upload
        return done

    async def get(self, upload: pb.Upload, keep: bool = False, somebody_else: bool = False) -> pb.Upload:
        metadata = self.shop.as_admin("delivery")
        if somebody_else:
            claims = TeammateClaims(uuid4(), "admin", ROLE_PERMISSIONS["admin"], 1)
            metadata = on_behalf(self.shop.stack.issuer(), "delivery", self.shop.id, claims)
        request = pb.GetUploadRequest(upload_id=upload.id, keep=keep)
        found: pb.Upload = (await self._stub.GetUpload(request, metadata=metadata)).upload
        return found

    async def send(self, content: bytes, content_type: str, channel: str = "line", voice: bool = False) -> pb.Upload:
        """A whole file; what became of it."""
        upload = await self.create(content_type, len(content), channel, voice)
        for offset in range(0, len(content), PIECE):
            await self.append(upload, offset, content[offset : offset + PIECE])
        return await self.finished(upload)

    async def finished(self, upload: pb.Upload) -> pb.Upload:
        async def done() -> pb.Upload | None:
            try:
                found = await self.get(upload)
            except UnavailableError as error:
                raise AssertionError("the service is starting") from error
            return found if found.state in {"ready", "failed"} else None

        ended = await eventually(done, 60, "the upload")
        assert ended is not None
        return ended


@pytest.fixture
def uploads(shop: Shop) -> Uploads:
    return Uploads(shop)


@pytest.fixture
def store(shop: Shop) -> MediaStore:
    return media_store(shop.stack.runtime("delivery"))


async def test_an_iphones_picture_becomes_one_line_shows(uploads: Uploads, store: MediaStore) -> None:
    done = await uploads.send(picture("HEIF", size=(1200, 900)), "image/heic")
    assert (done.state, done.kind, done.content_type) == ("ready", "image", "image/jpeg")
    assert (done.width, done.height) == (1200, 900)
    assert (await store.read(done.storage_key, 10_000_000)).startswith(b"\xff\xd8\xff")
    small = await store.stat(done.thumbnail_key)
    assert small is not None
    assert small.size_bytes <= 1_000_000


async def test_a_voice_from_a_browser_becomes_one_line_plays(uploads: Uploads, tmp_path: Path) -> None:
    recording = live_webm(tmp_path / "voice.webm", 3.0)
    done = await uploads.send(recording.read_bytes(), "audio/webm;codecs=opus")
    assert (done.state, done.kind, done.content_type) == ("ready", "audio", "audio/mp4")
    assert done.duration_ms == pytest.approx(3000, abs=150)


async def test_it_goes_on_where_it_was_cut(uploads: Uploads) -> None:
    content = picture("BMP", size=(900, 600))
    upload = await uploads.create("image/bmp", len(content))
    assert (await uploads.append(upload, 0, content[:PIECE])).offset == PIECE
    for wrong in (0, 7, len(content)):
        with pytest.raises(FrontdeskError) as refused:
            await uploads.append(upload, wrong, content[PIECE:])
        assert (refused.value.code, refused.value.fields["offset"]) == ("upload_offset", PIECE)
    assert (await uploads.get(upload)).offset == PIECE
    assert (await uploads.append(upload, PIECE, content[PIECE:])).state == "converting"
    assert (await uploads.finished(upload)).state == "ready"


async def test_more_than_was_announced_is_refused(uploads: Uploads) -> None:
    upload = await uploads.create("image/jpeg", 10)
    with pytest.raises(FrontdeskError) as refused:
        await uploads.append(upload, 0, b"x" * 11)
    assert (refused.value.code, refused.value.http_status) == ("upload_too_long", 413)


async def test_a_file_that_is_not_what_it_says_fails_clearly(uploads: Uploads) -> None:
    done = await uploads.send(b"no picture at all", "image/jpeg")
    assert (done.state, done.failure_code, done.storage_key) == ("failed", "not_allowed", "")
    cut = await uploads.send(picture()[:500], "image/jpeg")
    assert (cut.state, cut.failure_code) == ("failed", "unreadable")


async def test_only_who_began_it_sees_it(uploads: Uploads, other: Shop) -> None:
    upload = await uploads.create("image/jpeg", 10)
    with pytest.raises(FrontdeskError) as colleague:
        await uploads.get(upload, somebody_else=True)
    with pytest.raises(FrontdeskError) as stranger:
        await Uploads(other).get(upload)
    assert colleague.value.code == stranger.value.code == "upload_not_found"


async def test_what_nobody_sends_is_cleared_away(
    uploads: Uploads, store: MediaStore, shop: Shop, delivery: Stack
) -> None:
    dropped = await uploads.send(picture(), "image/jpeg")
    kept = await uploads.send(picture(), "image/jpeg")
    # A message that was going to hold it, and then was refused.
    promised = await uploads.send(picture(), "image/jpeg")
    for upload in (kept, promised):
        await uploads.get(upload, keep=True)
    attachment = OutgoingAttachment(upload_id=kept.id, kind="image", storage_key=kept.storage_key)
    request = await shop.send(await shop.contact(), type="image", attachments=[attachment])
    await eventually(lambda: shop.attempt(request), 20, "the message's attempt")
    unfinished = await uploads.create("image/jpeg", 10)
    # An original that a process which died, or a storage that was away, left behind.
    original = beside(kept.storage_key, "part-0-0a1b2c3d")
    await store.put(original, b"x")
    await delivery.stop("delivery")
    shop.pass_time(25 * 3600)
    await delivery.start(["delivery"])

    async def cleared() -> bool:
        left = await shop.sql("SELECT upload_id FROM delivery.uploads WHERE tenant_id = $1", shop.id)
        gone = [await store.stat(upload.storage_key) is None for upload in (dropped, promised)]
        return not left and all(gone)

    await eventually(cleared, 30)
    assert sorted(await store.beside(original)) == [one for one in (kept.storage_key, kept.thumbnail_key) if one]
    assert unfinished.state == "uploading"


async def test_nobody_begins_without_end(uploads: Uploads) -> None:
    for _ in range(20):
        await uploads.create("image/jpeg", 10)
    with pytest.raises(FrontdeskError) as refused:
        await uploads.create("image/jpeg", 10)
    assert refused.value.code == "too_many_requests"
