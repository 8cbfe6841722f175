"""What a worker does with one file."""

import os
from pathlib import Path

from libs.media import encode, pictures, recordings
from libs.media.job import Job, Made, Unusable, Wanted
from libs.media.sniff import HEAD_BYTES, sniff
from libs.media.types import ANY, media_type


def done(job: Job) -> Made:
    """Never raises for what is in a file."""
    try:
        return _done(job)
    except Unusable as error:
        return Made("", "", "", failure=error.code, detail=error.detail)
    except MemoryError:
        return Made("", "", "", failure="too_large", detail="it takes too much memory")
    except Exception as error:
        # Libraries raise whatever comes to them over a damaged file; the process is there to take it.
        return Made("", "", "", failure="unreadable", detail=f"{type(error).__name__}: {error}"[:300])


def _done(job: Job) -> Made:
    source = Path(job.source)
    with source.open("rb") as file:
        content_type = sniff(file.read(HEAD_BYTES), job.file_name)
    made = _received(source, content_type, Path(job.folder)) if job.wanted is None else _sent(job, content_type)
    made.size_bytes = os.stat(made.path).st_size
    return made


def _received(source: Path, content_type: str, folder: Path) -> Made:
    """As it came; what cannot be looked into is kept all the same, as a file."""
    made = Made(str(source), media_type(content_type).kind, content_type)
    try:
        _look(made, source, folder)
    except Unusable:
        made.kind, made.thumbnail = "file", ""
    return made


def _look(made: Made, source: Path, folder: Path) -> None:
    if made.kind == "image":
        made.width, made.height = pictures.measure(source)
        made.thumbnail = str(pictures.thumbnail(source, folder))
    elif recordings.is_recording(made.content_type):
        found = recordings.look(source, made.content_type)
        made.content_type, made.kind = found.content_type, media_type(found.content_type).kind
        made.width, made.height, made.duration_ms = found.width, found.height, found.duration_ms
        image = recordings.still(source, found.content_type) if found.picture else None
        made.thumbnail = str(pictures.save_thumbnail(image, folder)) if image else ""


def _sent(job: Job, content_type: str) -> Made:
    """In a form the channel takes."""
    wanted = job.wanted or {}
    source, folder = Path(job.source), Path(job.folder)
    found = recordings.look(source, content_type) if recordings.is_recording(content_type) else None
    kind = media_type(found.content_type if found else content_type).kind
    made: Made | None = None
    if kind == "image" and kind in wanted:
        made = _picture(source, content_type, folder, wanted[kind])
    elif found and kind == "video" and kind in wanted:
        made = _video(source, found, folder, wanted[kind])
    elif found and kind == "audio" and kind in wanted:
        made = _sound(source, found, folder, wanted[kind], job.voice)
    return made or _file(source, content_type, wanted)


def _picture(source: Path, content_type: str, folder: Path, rule: Wanted) -> Made:
    # Moving pictures and clear ones stay as they are where the channel takes them; of all others what cameras wrote
    # into them (where it was taken, with what) goes no further.
    keep = content_type in {"image/gif", "image/png"} and content_type in rule.content_types
    if keep and source.stat().st_size <= rule.max_bytes:
        width, height = pictures.measure(source)
        made = Made(str(source), "image", content_type, width=width, height=height)
    else:
        target = next((one for one in (content_type, *rule.content_types) if _picture_fits(one, rule)), "")
        if not target:
            raise Unusable("not_allowed", f"pictures cannot be made into {', '.join(rule.content_types)}")
        path, width, height = pictures.remade(source, folder, target, media_type(target).ending, rule.max_bytes)
        made = Made(str(path), "image", target, width=width, height=height)
    made.thumbnail = str(pictures.thumbnail(Path(made.path), folder))
    return made


def _picture_fits(content_type: str, rule: Wanted) -> bool:
    # PNG is never made: a photograph in it is many times as large.
    made = content_type != "image/png" and pictures.can_be_made(content_type)
    return made and content_type in rule.content_types


def _video(source: Path, found: recordings.Recording, folder: Path, rule: Wanted) -> Made:
    if "video/mp4" not in rule.content_types:
        raise Unusable("not_allowed", f"videos cannot be made into {', '.join(rule.content_types)}")
    place = folder / "content.mp4"
    plain = found.picture == "h264" and found.pixels in {"yuv420p", "yuvj420p"} and found.sound in {"", "aac"}
    fits = plain and source.stat().st_size <= rule.max_bytes
    if fits and found.content_type == "video/mp4":
        place = source
    elif fits and found.content_type in {"video/quicktime", "video/3gpp"}:
        encode.rewrapped(source, found, place)
    else:
        encode.video(source, found, place, rule.max_bytes)
    _require_fits(place, rule)
    now = recordings.look(place, "video/mp4")
    image = recordings.still(place, "video/mp4")
    made = Made(str(place), "video", "video/mp4", width=now.width, height=now.height, duration_ms=now.duration_ms)
    made.thumbnail = str(pictures.save_thumbnail(image, folder)) if image else ""
    return made


def _sound(source: Path, found: recordings.Recording, folder: Path, rule: Wanted, voice: bool) -> Made:
    as_it_is = found.content_type in rule.content_types and found.sound in _PLAYED.get(found.content_type, ())
    wants_opus = voice and "audio/ogg" in rule.content_types and found.content_type != "audio/ogg"
    if as_it_is and not wants_opus and source.stat().st_size <= rule.max_bytes:
        return Made(str(source), "audio", found.content_type, duration_ms=found.duration_ms)
    preferred = ("audio/ogg",) if wants_opus else ()
    target = next((one for one in (*preferred, *rule.content_types) if encode.sound_can_be_made(one)), "")
    if not target:
        raise Unusable("not_allowed", f"recordings cannot be made into {', '.join(rule.content_types)}")
    place = folder / f"content.{media_type(target).ending}"
    encode.sound(source, found, place, target)
    _require_fits(place, rule)
    duration = recordings.look(place, target).duration_ms or found.duration_ms
    return Made(str(place), "audio", target, duration_ms=duration)


# What players of platforms expect inside of each form.
_PLAYED = {"audio/mp4": ("aac",), "audio/ogg": ("opus",), "audio/mpeg": ("mp3", "mp3float"), "audio/aac": ("aac",)} | {
    "audio/amr": ("amrnb", "amrwb")
}


def _file(source: Path, content_type: str, wanted: dict[str, Wanted]) -> Made:
    rule = wanted.get("file")
    if rule is None or not {ANY, content_type} & set(rule.content_types):
        raise Unusable("not_allowed", f"{content_type} cannot be sent here")
    _require_fits(source, rule)
    return Made(str(source), "file", content_type)


def _require_fits(path: Path, rule: Wanted) -> None:
    size = path.stat().st_size
    if size > rule.max_bytes:
        raise Unusable("too_large", f"it has {size} bytes; {rule.max_bytes} fit")
