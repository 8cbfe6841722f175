"""What a file is, by its first bytes: neither its name nor what somebody says of it is believed."""

from libs.media.types import OCTETS, type_of_name

HEAD_BYTES = 4096

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"fLaC", "audio/flac"),
    (b"%PDF-", "application/pdf"),
)
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
}
_ZIPPED = {"docx", "xlsx", "pptx"}
_COMPOUND = {"doc", "xls", "ppt"}
_TEXTS = {"txt", "csv"}


def sniff(head: bytes, file_name: str = "") -> str:
    """The content type. head: the first HEAD_BYTES. The name only tells kinds of documents apart that look alike.

    Recordings in containers that hold pictures too are called video here; who reads them knows better.
    """
    return _by_magic(head) or _document(head, file_name) or OCTETS


def _by_magic(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return _BRANDS.get(brand, "video/3gpp" if brand.startswith(b"3g") else "video/mp4")
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], "")
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if _is_audio_frame(head):
        return "audio/aac" if head[1] & 0xF6 == 0xF0 else "audio/mpeg"
    return next((kind for start, kind in _STARTS if head.startswith(start)), "")


def _is_audio_frame(head: bytes) -> bool:
    """The sync word of MPEG audio or of AAC in ADTS, with a sampling rate that exists."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    adts = head[1] & 0xF6 == 0xF0
    layer = head[1] >> 1 & 3
    return (head[2] >> 2 & 15) < 13 if adts else layer == 1 and (head[2] >> 4) not in {0, 15} and (head[2] & 12) != 12


def _document(head: bytes, file_name: str) -> str:
    ending = file_name.rpartition(".")[2].lower()
    if head.startswith(b"PK\x03\x04"):
        return type_of_name(file_name).content_type if ending in _ZIPPED else "application/zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return type_of_name(file_name).content_type if ending in _COMPOUND else OCTETS
    if ending in _TEXTS and b"\0" not in head:
        return type_of_name(file_name).content_type
    return ""
