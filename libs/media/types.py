"""Content types this desk knows, the kind of message each is, and the ending of its name."""

from dataclasses import dataclass

# Anything at all, in MediaRule.content_types.
ANY = "*/*"
OCTETS = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class MediaType:
    """kind: "image", "video", "audio" or "file". inline: browsers may show it in place, it can carry no script."""

    content_type: str
    kind: str
    ending: str
    inline: bool = False


TYPES = (
    MediaType("image/jpeg", "image", "jpg", True),
    MediaType("image/png", "image", "png", True),
    MediaType("image/gif", "image", "gif", True),
    MediaType("image/webp", "image", "webp", True),
    MediaType("image/heic", "image", "heic"),
    MediaType("image/avif", "image", "avif", True),
    MediaType("image/bmp", "image", "bmp", True),
    MediaType("image/tiff", "image", "tiff"),
    MediaType("video/mp4", "video", "mp4", True),
    MediaType("video/quicktime", "video", "mov", True),
    MediaType("video/3gpp", "video", "3gp"),
    MediaType("video/webm", "video", "webm", True),
    MediaType("video/x-matroska", "video", "mkv"),
    MediaType("video/ogg", "video", "ogv", True),
    MediaType("audio/mp4", "audio", "m4a", True),
    MediaType("audio/mpeg", "audio", "mp3", True),
    MediaType("audio/ogg", "audio", "ogg", True),
    MediaType("audio/webm", "audio", "weba", True),
    MediaType("audio/aac", "audio", "aac", True),
    MediaType("audio/amr", "audio", "amr"),
    MediaType("audio/wav", "audio", "wav", True),
    MediaType("audio/flac", "audio", "flac", True),
    MediaType("application/pdf", "file", "pdf"),
    MediaType("application/zip", "file", "zip"),
    MediaType(f"{_OFFICE}.wordprocessingml.document", "file", "docx"),
    MediaType(f"{_OFFICE}.spreadsheetml.sheet", "file", "xlsx"),
    MediaType(f"{_OFFICE}.presentationml.presentation", "file", "pptx"),
    MediaType("application/msword", "file", "doc"),
    MediaType("application/vnd.ms-excel", "file", "xls"),
    MediaType("application/vnd.ms-powerpoint", "file", "ppt"),
    MediaType("text/plain", "file", "txt"),
    MediaType("text/csv", "file", "csv"),
    MediaType(OCTETS, "file", "bin"),
)
_BY_TYPE = {one.content_type: one for one in TYPES}
_BY_ENDING = {one.ending: one for one in TYPES}
# Other names for the same.
_ALIASES = {
    "image/jpg": "image/jpeg",
    "image/heif": "image/heic",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/opus": "audio/ogg",
    "video/mov": "video/quicktime",
}


def canonical(content_type: str) -> str:
    """The type without parameters, by the name used here."""
    plain = content_type.partition(";")[0].strip().lower()
    return _ALIASES.get(plain, plain)


def media_type(content_type: str) -> MediaType:
    """What is known of a type; of an unknown one that it is some file."""
    return _BY_TYPE.get(canonical(content_type), _BY_TYPE[OCTETS])


def type_of_name(name: str) -> MediaType:
    """What the ending of a stored file says; endings there were chosen by content."""
    return _BY_ENDING.get(name.rpartition(".")[2].lower(), _BY_TYPE[OCTETS])


def announced_kind(content_type: str) -> str:
    """The kind somebody means who announces this type."""
    first = canonical(content_type).partition("/")[0]
    return first if first in {"image", "video", "audio"} else "file"
