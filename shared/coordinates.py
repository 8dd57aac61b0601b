"""Where divisions lie, when an operator says so: a CSV of ``code,latitude,longitude`` (degrees, WGS 84) with a header,
named by the setting ``JIEDAN_DIVISION_COORDINATES``. Without one, nearness is told by shared division levels."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from shared.divisions import county_of, town_of

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@lru_cache(maxsize=4)
def coordinates(path: str) -> Mapping[str, Point]:
    """All points of the file by their 12-digit codes; none without a file. Raises ValueError naming a bad line."""
    if not path:
        return {}
    points: dict[str, Point] = {}
    with Path(path).open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines)
        next(rows, None)
        for number, row in enumerate(rows, start=2):
            try:
                code, latitude, longitude = row[0].strip().ljust(12, "0"), float(row[1]), float(row[2])
            except (IndexError, ValueError):
                raise ValueError(f"{path}, line {number}: needs code,latitude,longitude") from None
            if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
                raise ValueError(f"{path}, line {number}: no place on earth")
            points[code] = (latitude, longitude)
    return points


def point_of(code: str, points: Mapping[str, Point]) -> Point | None:
    """The division's own point, else its town's, else its county's."""
    return next((points[key] for key in (code, town_of(code), county_of(code)) if key in points), None)
