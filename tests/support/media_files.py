"""Pictures and recordings as cameras, phones and browsers make them, made anew for each test."""

import array
import io
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pillow_heif
from PIL import Image, ImageDraw

_LATITUDE_LONGITUDE = {1: "N", 2: (25.0, 2.0, 0.0), 3: "E", 4: (121.0, 33.0, 0.0)}


def picture(form: str = "JPEG", size: tuple[int, int] = (400, 300), orientation: int = 1, gps: bool = False) -> bytes:
    """A picture, red on its left and blue on its right half before it is turned. form: a name of Pillow's."""
    pillow_heif.register_heif_opener()
    image = Image.new("RGB", size, "blue")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill="red")
    exif = Image.Exif()
    exif[0x0112] = orientation
    if gps:
        exif.get_ifd(0x8825).update(_LATITUDE_LONGITUDE)
    out = io.BytesIO()
    image.save(out, form, exif=exif.tobytes())
    return out.getvalue()


def noise(size: tuple[int, int], form: str = "PNG") -> bytes:
    """A picture that hardly compresses."""
    image = Image.effect_noise(size, 120).convert("RGB")
    out = io.BytesIO()
    image.save(out, form, quality=95)
    return out.getvalue()


def recording(
    path: Path,
    form: str,
    *,
    video: str = "",
    audio: str = "",
    seconds: float = 2.0,
    size: tuple[int, int] = (320, 240),
    rate: int = 48_000,
) -> Path:
    """A file of this container (a name of FFmpeg's) with a moving picture and a tone. video, audio: names of codecs."""
    with av.open(str(path), "w", format=form) as container:
        film, tone = _film_track(container, video, size) if video else None, None
        if audio:
            tone = container.add_stream(audio, rate=rate, layout="mono")
        if film:
            _film(container, film, seconds, size)
        if tone:
            _tone(container, tone, seconds, rate)
    return path


def live_webm(path: Path, seconds: float = 2.0) -> Path:
    """A voice as Chrome's MediaRecorder writes it: Opus in WebM, without a length."""
    with av.open(str(path), "w", format="webm", options={"live": "1"}) as container:
        _tone(container, container.add_stream("libopus", rate=48_000, layout="mono"), seconds, 48_000)
    return path


def turned_video(path: Path, codec: str) -> Path:
    """A MOV of 320 × 240, to be shown a quarter turned."""
    with av.open(str(path), "w", format="mov") as container:
        track = _film_track(container, codec, (320, 240))
        track.set_display_rotation(90)
        _film(container, track, 1.0, (320, 240))
    return path


def _film_track(container: Any, codec: str, size: tuple[int, int]) -> Any:
    stream = container.add_stream(codec, rate=15)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    return stream


def _film(container: Any, stream: Any, seconds: float, size: tuple[int, int]) -> None:
    for number in range(int(seconds * 15)):
        image = Image.new("RGB", size, (number * 8 % 256, 80, 160))
        frame: Any = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
        frame.pts, frame.time_base = number, Fraction(1, 15)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _tone(container: Any, stream: Any, seconds: float, rate: int) -> None:
    samples = rate // 50
    for number in range(int(seconds * 50)):
        wave = (int(8000 * math.sin(2 * math.pi * 440 * (number * samples + at) / rate)) for at in range(samples))
        frame = av.AudioFrame(format="s16", layout="mono", samples=samples)
        frame.planes[0].update(array.array("h", wave).tobytes())
        frame.sample_rate, frame.pts, frame.time_base = rate, number * samples, Fraction(1, rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
