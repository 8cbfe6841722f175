"""Recordings made anew: H.264 with AAC in MP4, AAC in M4A, Opus in Ogg, MP3."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error

from libs.media.job import Unusable
from libs.media.recordings import Recording, opened, picture_of, turned

_FPS = 30
_VIDEO_BITS, _LEAST_VIDEO_BITS, _AUDIO_BITS = 2_500_000, 150_000, 96_000
_SMALL_PICTURE_BITS = 700_000
# What containers and the encoder's swings may take of the room.
_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class _Sound:
    container: str
    codec: str
    rate: int
    layout: str
    bits: int


_SOUNDS = {
    "audio/mp4": _Sound("mp4", "aac", 44_100, "stereo", _AUDIO_BITS),
    "audio/ogg": _Sound("ogg", "libopus", 48_000, "mono", 32_000),
    "audio/mpeg": _Sound("mp3", "libmp3lame", 44_100, "stereo", _AUDIO_BITS),
    "audio/aac": _Sound("adts", "aac", 44_100, "stereo", _AUDIO_BITS),
}


def sound_can_be_made(content_type: str) -> bool:
    """Whether recordings can be written in this form."""
    return content_type in _SOUNDS


def sound(source: Path, recording: Recording, place: Path, content_type: str) -> None:
    """Writes the sound alone."""
    wanted = _SOUNDS[content_type]
    with opened(source, recording.content_type) as given, _Output(place, wanted.container) as out:
        track = out.container.add_stream(wanted.codec, rate=wanted.rate, layout=wanted.layout)
        track.bit_rate = wanted.bits
        for frame in _frames(given, given.streams.audio[0]):
            frame.pts = None
            out.write(track.encode(frame))
        out.write(track.encode(None))


def rewrapped(source: Path, recording: Recording, place: Path) -> None:
    """The same pictures and sound, untouched, in an MP4."""
    with opened(source, recording.content_type) as given, _Output(place, "mp4") as out:
        picture = picture_of(given)
        tracks = {one.index: out.container.add_stream_from_template(one) for one in (picture, *given.streams.audio[:1])}
        for packet in given.demux([one for one in given.streams if one.index in tracks]):
            if packet.dts is not None:
                packet.stream = tracks[packet.stream.index]
                out.container.mux(packet)


def video(source: Path, recording: Recording, place: Path, most_bytes: int) -> None:
    """Writes an MP4 that fits. Raises Unusable (too_large) where it would have to be too poor."""
    bits = _bits(recording, most_bytes)
    with opened(source, recording.content_type) as given, _Output(place, "mp4") as out:
        picture = picture_of(given)
        longest = 1280 if bits > _SMALL_PICTURE_BITS else 640
        tracks = {picture.index: _video_track(out.container, recording, longest, bits)}
        for one in given.streams.audio[:1]:
            tracks[one.index] = out.container.add_stream("aac", rate=44_100, layout="stereo")
            tracks[one.index].bit_rate = _AUDIO_BITS
        _encode(given, out, tracks, picture)


def _encode(given: Any, out: "_Output", tracks: dict[int, Any], picture: Any) -> None:
    graphs: dict[str, Any] = {}
    shown = -1
    for stream, frame in _decoded(given, [one for one in given.streams if one.index in tracks]):
        track = tracks[stream.index]
        if stream.index != picture.index:
            frame.pts = None
            out.write(track.encode(frame))
            continue
        # Phones and browsers record at a rate that varies: at most one picture for each place in time.
        number = round(float(frame.time or 0) * _FPS)
        if number > shown:
            shown = number
            ready = turned(frame, graphs).reformat(track.width, track.height, "yuv420p")
            ready.pts, ready.time_base = number, Fraction(1, _FPS)
            out.write(track.encode(ready))
    for track in tracks.values():
        out.write(track.encode(None))


def _video_track(container: Any, recording: Recording, longest: int, bits: int) -> Any:
    scale = min(1.0, longest / max(recording.width, recording.height, 1))
    options = {"preset": "veryfast", "crf": "25", "maxrate": str(bits), "bufsize": str(bits)}
    track = container.add_stream("libx264", rate=_FPS, options=options)
    track.width, track.height = (max(2, int(side * scale) // 2 * 2) for side in (recording.width, recording.height))
    track.pix_fmt = "yuv420p"
    track.codec_context.thread_count = 1
    return track


def _bits(recording: Recording, most_bytes: int) -> int:
    seconds = max(1.0, recording.duration_ms / 1000)
    room = int(most_bytes * 8 * _SHARE / seconds) - (_AUDIO_BITS if recording.sound else 0)
    if room < _LEAST_VIDEO_BITS:
        raise Unusable("too_large", f"{int(seconds)} seconds do not fit into {most_bytes} bytes")
    return min(_VIDEO_BITS, room)


def _frames(given: Any, stream: Any) -> Iterator[Any]:
    for _stream, frame in _decoded(given, [stream]):
        yield frame


def _decoded(given: Any, streams: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Frames in the file's order. A damaged stretch is left out; a file of nothing else is unreadable."""
    found = False
    for packet in given.demux(streams):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            found = True
            yield packet.stream, frame
    if not found:
        raise Unusable("unreadable", "nothing in it can be played")


class _Output:
    """A file that is written."""

    def __init__(self, place: Path, form: str) -> None:
        options = {"movflags": "+faststart"} if form == "mp4" else {}
        self.container: Any = av.open(str(place), "w", format=form, options=options)

    def write(self, packets: Any) -> None:
        for packet in packets:
            self.container.mux(packet)

    def __enter__(self) -> "_Output":
        return self

    def __exit__(self, *_error: object) -> None:
        self.container.close()
