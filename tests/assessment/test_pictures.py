"""Pictures of cases: what is handed in may be anything."""

import io

from PIL import Image

from services.assessment.usecases.pictures import WIDEST, shown


def as_file(kind: str, width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, kind)
    return out.getvalue()


def test_a_picture_is_made_small() -> None:
    with Image.open(io.BytesIO(shown(as_file("PNG", 3000, 1500)))) as made:
        assert (made.format, made.size) == ("JPEG", (WIDEST, WIDEST // 2))


def test_a_small_file_that_is_a_huge_picture_is_not_decoded() -> None:
    """Twelve kilobytes that would be a quarter of a gigabyte."""
    bomb = as_file("PNG", 9_000, 9_000)
    assert len(bomb) < 50_000
    assert shown(bomb) == b""
