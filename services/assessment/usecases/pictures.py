"""A picture as everybody may see it: small, and without what the camera wrote into it (place, time, device)."""

import io

WIDEST = 1280
"""Pixels of the longer side."""
QUALITY = 82
MOST_PIXELS = 50_000_000
"""To be decoded: a few kilobytes of PNG can say that they are a gigabyte. A JPEG is decoded smaller at once."""


def shown(content: bytes) -> bytes:
    """A JPEG of it, turned upright; empty when it cannot be read. CPU work: call it in a thread."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.draft("RGB", (WIDEST * 2, WIDEST * 2))
            if picture.width * picture.height > MOST_PIXELS:
                return b""
            picture.thumbnail((WIDEST * 2, WIDEST * 2))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return b""
    upright.thumbnail((WIDEST, WIDEST))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
