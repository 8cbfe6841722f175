"""Files as they come and go: what they are, what is made of them, and that nothing in them hurts the service."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from libs.media.job import Job, Made, Wanted
from libs.media.pool import MediaPool
from tests.support.media_files import live_webm, noise, picture, recording, turned_video

LINE = {
    "image": Wanted(("image/jpeg", "image/png"), 10_000_000),
    "video": Wanted(("video/mp4",), 200_000_000),
    "audio": Wanted(("audio/mp4", "audio/mpeg"), 200_000_000),
}
WHATSAPP = {
    "image": Wanted(("image/jpeg", "image/png"), 5_000_000),
    "video": Wanted(("video/mp4",), 16_000_000),
    "audio": Wanted(("audio/mp4", "audio/ogg", "audio/mpeg"), 16_000_000),
    "file": Wanted(("*/*",), 100_000_000),
}


@pytest.fixture(scope="module")
async def pool() -> AsyncIterator[MediaPool]:
    made = MediaPool(workers=2, seconds=60, megabytes=1024)
    yield made
    await made.stop()


async def run(pool: MediaPool, source: Path, wanted: dict[str, Wanted] | None = None, voice: bool = False) -> Made:
    folder = source.parent / "made"
    folder.mkdir(exist_ok=True)
    return await pool.run(Job(str(source), str(folder), source.name, voice, wanted))


def content_of(path: str) -> bytes:
    return Path(path).read_bytes()


def file(folder: Path, content: bytes, name: str = "given.bin") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("HEIF", "image/heic"),
        ("BMP", "image/bmp"),
        ("TIFF", "image/tiff"),
    ],
)
async def test_a_received_picture_is_known_by_its_content(
    pool: MediaPool, tmp_path: Path, form: str, content_type: str
) -> None:
    made = await run(pool, file(tmp_path, picture(form), "invoice.exe"))
    assert (made.failure, made.kind, made.content_type) == ("", "image", content_type)
    assert (made.width, made.height) == (400, 300)
    with Image.open(made.thumbnail) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("JPEG", (400, 300))


async def test_thumbnails_stand_upright_and_tell_nothing_of_the_camera(pool: MediaPool, tmp_path: Path) -> None:
    made = await run(pool, file(tmp_path, picture(orientation=6, gps=True, size=(2000, 1500))))
    assert (made.width, made.height) == (1500, 2000)
    with Image.open(made.thumbnail) as thumbnail:
        assert thumbnail.size == (480, 640)
        assert not thumbnail.getexif()
        red, _green, blue = thumbnail.convert("RGB").getpixel((240, 20))  # type: ignore[misc]
        assert red > 200 > blue


@pytest.mark.parametrize("form", ["HEIF", "WEBP", "GIF", "BMP", "TIFF", "JPEG"])
async def test_any_picture_becomes_one_line_takes(pool: MediaPool, tmp_path: Path, form: str) -> None:
    made = await run(pool, file(tmp_path, picture(form, gps=form == "JPEG")), LINE)
    assert (made.failure, made.kind, made.content_type) == ("", "image", "image/jpeg")
    with Image.open(made.path) as image:
        assert image.format == "JPEG"
        assert not image.getexif()
    assert len(content_of(made.thumbnail)) <= 1_000_000


async def test_a_picture_too_large_is_shrunk_until_it_fits(pool: MediaPool, tmp_path: Path) -> None:
    source = file(tmp_path, noise((1800, 1800), "JPEG"))
    made = await run(pool, source, {"image": Wanted(("image/jpeg",), 400_000)})
    assert not made.failure
    assert made.size_bytes <= 400_000 < source.stat().st_size


async def test_what_chrome_records_becomes_what_line_takes_with_its_duration(pool: MediaPool, tmp_path: Path) -> None:
    made = await run(pool, live_webm(tmp_path / "voice.webm", 3.0), LINE)
    assert (made.failure, made.kind, made.content_type) == ("", "audio", "audio/mp4")
    assert made.duration_ms == pytest.approx(3000, abs=150)
    assert content_of(made.path)[4:8] == b"ftyp"


async def test_a_voice_for_whatsapp_is_opus_in_ogg(pool: MediaPool, tmp_path: Path) -> None:
    made = await run(pool, live_webm(tmp_path / "voice.webm"), WHATSAPP, voice=True)
    assert (made.failure, made.content_type) == ("", "audio/ogg")
    assert content_of(made.path).startswith(b"OggS")


@pytest.mark.parametrize(
    ("form", "codec", "kind"),
    [("mp3", "libmp3lame", "audio/mpeg"), ("wav", "pcm_s16le", "audio/mp4"), ("ogg", "libopus", "audio/mp4")],
)
async def test_recordings_are_kept_where_they_fit_and_made_anew_elsewhere(
    pool: MediaPool, tmp_path: Path, form: str, codec: str, kind: str
) -> None:
    made = await run(pool, recording(tmp_path / f"a.{form}", form, audio=codec), LINE)
    assert (made.failure, made.content_type) == ("", kind)
    assert made.duration_ms == pytest.approx(2000, abs=150)


@pytest.mark.parametrize(
    ("form", "video", "audio"),
    [
        ("webm", "libvpx", "libopus"),
        ("mov", "libx264", "aac"),
        ("mov", "mpeg4", "aac"),
        ("mp4", "libx264", ""),
        ("matroska", "libx264", "aac"),
    ],
)
async def test_videos_become_mp4_with_h264_and_aac(
    pool: MediaPool, tmp_path: Path, form: str, video: str, audio: str
) -> None:
    made = await run(pool, recording(tmp_path / "given", form, video=video, audio=audio), LINE)
    assert (made.failure, made.kind, made.content_type) == ("", "video", "video/mp4")
    assert (made.width, made.height) == (320, 240)
    assert made.duration_ms == pytest.approx(2000, abs=200)
    again = await run(pool, Path(made.path), LINE)
    assert again.path == made.path
    with Image.open(made.thumbnail) as thumbnail:
        assert thumbnail.size == (320, 240)


async def test_a_video_that_cannot_fit_says_so(pool: MediaPool, tmp_path: Path) -> None:
    source = recording(tmp_path / "long.webm", "webm", video="libvpx", seconds=4)
    made = await run(pool, source, {"video": Wanted(("video/mp4",), 20_000)})
    assert made.failure == "too_large"


@pytest.mark.parametrize(("wanted", "failure"), [(LINE, "not_allowed"), (WHATSAPP, "")], ids=["line", "whatsapp"])
async def test_documents_go_where_files_are_taken(
    pool: MediaPool, tmp_path: Path, wanted: dict[str, Wanted], failure: str
) -> None:
    made = await run(pool, file(tmp_path, b"%PDF-1.7\n%%EOF", "offer.pdf"), wanted)
    assert made.failure == failure
    assert made.content_type == ("" if failure else "application/pdf")


PLAYLIST = b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:1/secret\n#EXT-X-ENDLIST\n"
HOSTILE = {
    "empty": b"",
    "playlist": PLAYLIST,
    "playlist in a name that says video": PLAYLIST,
    "cut picture": picture()[:300],
    "cut heic": picture("HEIF")[:200],
    "bomb": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\xd4\xc0\0\1\xd4\xc0\x08\2\0\0\0" + b"\0" * 64,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "false video": b"\0\0\0\x18ftypmp42" + b"\xff" * 5000,
    "false webm": b"\x1aE\xdf\xa3" + b"webm" + b"\x93" * 5000,
    "false sound": b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb" * 3000,
    "zeroes": b"\0" * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("wanted", [None, LINE], ids=["received", "to send"])
async def test_hostile_files_are_only_files(
    pool: MediaPool, tmp_path: Path, name: str, wanted: dict[str, Wanted] | None
) -> None:
    made = await run(pool, file(tmp_path, HOSTILE[name], "clip.mp4"), wanted)
    if wanted is None:
        assert (made.failure, made.kind, made.thumbnail) == ("", "file", "")
    else:
        assert made.failure in {"unreadable", "not_allowed", "too_large"}
    fine = await run(pool, file(tmp_path, picture(), "fine.jpg"))
    assert fine.kind == "image"


async def test_a_worker_that_takes_too_long_is_ended_and_the_next_file_gets_another(tmp_path: Path) -> None:
    pool = MediaPool(workers=1, seconds=0.001, megabytes=1024)
    try:
        made = await run(pool, file(tmp_path, picture()), LINE)
        assert made.failure == "too_large"
        assert (await run(pool, file(tmp_path, picture()))).kind == "file"
        pool._seconds = 60
        assert (await run(pool, file(tmp_path, picture()))).kind == "image"
    finally:
        await pool.stop()


async def test_a_worker_that_needs_too_much_memory_fails_its_file_alone(tmp_path: Path) -> None:
    pool = MediaPool(workers=1, seconds=60, megabytes=330)
    try:
        made = await run(pool, file(tmp_path, picture("PNG", size=(8000, 8000))), LINE)
        assert made.failure in {"unreadable", "too_large"}
        assert (await run(pool, file(tmp_path, picture()), LINE)).kind == "image"
    finally:
        await pool.stop()


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"], ids=["as it is", "made anew"])
@pytest.mark.parametrize("wanted", [None, LINE], ids=["received", "to send"])
async def test_a_phones_upright_video_stays_upright(
    pool: MediaPool, tmp_path: Path, wanted: dict[str, Wanted] | None, codec: str
) -> None:
    """Phones film lying down and write beside it how it is to be turned."""
    source = turned_video(tmp_path / "film.mov", codec)
    made = await run(pool, source, wanted)
    assert not made.failure
    assert (made.width, made.height) == (240, 320)
    with Image.open(made.thumbnail) as thumbnail:
        assert thumbnail.size == (240, 320)
