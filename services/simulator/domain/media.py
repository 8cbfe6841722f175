"""Pictures and documents made out of nothing."""

import hashlib
import struct
import zlib
from functools import cache, lru_cache

_PAPER = b"\xf2\xf2\xee"
# Pixels along a square of a profile picture.
_SIDE = 20


@cache
def document() -> bytes:
    """A one-page PDF."""
    stream = b"BT /F1 24 Tf 72 760 Td (Order 20261121-001) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


@lru_cache(256)
def portrait(seed: str) -> bytes:
    """A PNG profile picture: five by five mirrored squares in a colour of the seed's own."""
    digest = hashlib.sha256(seed.encode()).digest()
    colour = bytes(90 + digest[index] % 120 for index in range(3))
    squares = [[digest[3 + row * 3 + min(column, 4 - column)] & 1 for column in range(5)] for row in range(5)]
    # Mostly empty ones are turned inside out, so that every picture has some body.
    if sum(map(sum, squares)) < 12:
        squares = [[1 - square for square in row] for row in squares]
    lines = [b"\x00" + b"".join((colour if square else _PAPER) * _SIDE for square in row) for row in squares]
    return png(5 * _SIDE, 5 * _SIDE, b"".join(line * _SIDE for line in lines))


def png(width: int, height: int, scanlines: bytes) -> bytes:
    """A PNG of 8-bit RGB; each scanline begins with its filter byte."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(scanlines)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
