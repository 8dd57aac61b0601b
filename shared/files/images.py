"""How large a picture says it is, from its header alone: decoding an absurd one is left to nobody."""

import struct

MOST_SIDE, MOST_PIXELS = 30_000, 220_000_000
"""Pixels of a side and of the whole picture; the largest phone cameras make 200 million."""

_NO_FRAME = (0xC4, 0xC8, 0xCC)
"""JPEG markers between SOF0 and SOF15 that begin tables, not a frame."""


def dimensions(content: bytes, media_type: str) -> tuple[int, int] | None:
    """Width and height of a JPEG, PNG, WebP or HEIC picture; None when its header does not say."""
    try:
        return _READERS[media_type](content)
    except (struct.error, IndexError):
        return None


def _png(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        elif marker == 0x01 or 0xD0 <= marker <= 0xD7:  # markers that stand alone
            at += 2
        else:
            at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = struct.unpack("<I", content[21:25])[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def _heic(content: bytes) -> tuple[int, int] | None:
    # Every picture of the file, tiles and thumbnail included, has an "ispe" box; the largest is the picture.
    found, at = [], content.find(b"ispe")
    while at >= 0:
        found.append(struct.unpack(">II", content[at + 8 : at + 16]))
        at = content.find(b"ispe", at + 4)
    return max(found, key=lambda size: size[0] * size[1], default=None)


_READERS = {"image/png": _png, "image/jpeg": _jpeg, "image/webp": _webp, "image/heic": _heic}
