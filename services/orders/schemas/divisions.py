"""Administrative divisions."""

from shared.http.shapes import Out


class DivisionOut(Out):
    """``level``: 1 province, 2 city, 3 county, 4 town, 5 village. ``parent`` is empty for a province."""

    year: int
    code: str
    name: str
    full_name: str
    level: int
    parent: str
    pinyin: str
    initials: str
