"""Sound and moving pictures, in a worker: looked at, and made into what channels take.

The demuxer is always named and may open files alone: a list of addresses that calls itself a video is never followed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import av.filter
from PIL import Image

from libs.media.job import Unusable

_DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "audio/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/ogg": "ogg",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/wav": "wav",
    "audio/flac": "flac",
}
_SOUND_OF = {"video/mp4": "audio/mp4", "video/quicktime": "audio/mp4", "video/3gpp": "audio/mp4"} | {
    "video/webm": "audio/webm",
    "video/x-matroska": "audio/webm",
}
_SIDE = 16_384


@dataclass(frozen=True, slots=True)
class Recording:
    """What is in a file. picture and sound name codecs, "" without one; sizes as people see them."""

    content_type: str
    duration_ms: int = 0
    picture: str = ""
    sound: str = ""
    pixels: str = ""
    width: int = 0
    height: int = 0


def is_recording(content_type: str) -> bool:
    """Whether there is a way to open it."""
    return content_type in _DEMUXERS


def look(path: Path, content_type: str) -> Recording:
    """What the file holds; the content type says now whether there is a picture. Raises Unusable."""
    with opened(path, content_type) as container:
        picture, sound = picture_of(container), next(iter(container.streams.audio), None)
        if picture is None and sound is None:
            raise Unusable("unreadable", "neither sound nor picture")
        kind = content_type if picture else _SOUND_OF.get(content_type, content_type)
        if kind == "audio/ogg" and picture:
            kind = "video/ogg"
        width, height = _seen_size(picture)
        return Recording(
            content_type=kind,
            duration_ms=_duration_ms(container),
            picture=picture.codec_context.name if picture else "",
            sound=sound.codec_context.name if sound else "",
            pixels=(picture.codec_context.pix_fmt or "") if picture else "",
            width=width,
            height=height,
        )


def still(path: Path, content_type: str) -> Image.Image | None:
    """The first picture, upright; None where there is none."""
    with opened(path, content_type) as container:
        picture = picture_of(container)
        if picture is None:
            return None
        for frame in container.decode(picture):
            image: Image.Image = frame.to_image()
            return image.rotate(frame.rotation, expand=True) if frame.rotation else image
    return None


@contextmanager
def opened(path: Path, content_type: str) -> Iterator[Any]:
    """The container. What FFmpeg says against the file becomes Unusable."""
    try:
        with av.open(
            str(path), format=_DEMUXERS[content_type], options={"protocol_whitelist": "file", "enable_drefs": "0"}
        ) as container:
            yield container
    except (av.error.FFmpegError, ValueError, MemoryError, IndexError) as error:
        raise Unusable("unreadable", f"no recording that can be read ({type(error).__name__})") from error


def picture_of(container: Any) -> Any:
    """The moving picture, not a cover. Raises Unusable for one of absurd size."""
    found = next((one for one in container.streams.video if not _is_cover(one)), None)
    if found is not None and max(found.codec_context.width, found.codec_context.height) > _SIDE:
        raise Unusable("too_large", "the picture is too large")
    return found


def rotation_filter(rotation: int) -> str:
    """The filter that turns a picture upright."""
    return {90: "transpose=2", -90: "transpose=1", 180: "hflip,vflip", -180: "hflip,vflip"}.get(rotation, "")


def turned(frame: Any, graphs: dict[str, Any]) -> Any:
    """A frame, upright. graphs: filters that were made before, of one recording."""
    filters = rotation_filter(frame.rotation)
    if not filters:
        return frame
    if filters not in graphs:
        graph = av.filter.Graph()
        nodes = [
            graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000))
        ]
        nodes += [graph.add(*part.split("=")) for part in filters.split(",")]
        nodes.append(graph.add("buffersink"))
        graph.link_nodes(*nodes).configure()
        graphs[filters] = graph
    graphs[filters].push(frame)
    return graphs[filters].pull()


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _seen_size(picture: Any) -> tuple[int, int]:
    if picture is None:
        return 0, 0
    size = picture.codec_context.width, picture.codec_context.height
    container = picture.container
    for frame in container.decode(picture):
        sideways = abs(frame.rotation) == 90
        container.seek(0)
        return (size[1], size[0]) if sideways else size
    return size


def _duration_ms(container: Any) -> int:
    """Told by the container, or counted where it does not know: browsers record without writing a length."""
    if container.duration:
        return max(0, int(container.duration // 1000))
    end = 0.0
    container.seek(0)
    for packet in container.demux():
        if packet.pts is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return int(end * 1000)
