"""Administrative divisions by their 12-digit codes: a snapshot, versioned by year (see ``data/README.md``)."""

import csv
import gzip
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
YEAR = 2023
"""The year of this snapshot."""
_SIZES = (2, 4, 6, 9, 12)
_FILES = ("divisions_cn_to_town.csv.gz", "divisions_50_villages.csv.gz")
SOUNDS = _DATA / "division_sounds.csv"
"""Made by ``shared/data/make_division_sounds.py``."""


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for file in _FILES:
        with gzip.open(_DATA / file, "rt", encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines)
            next(rows)
            names.update((row[0], row[1]) for row in rows)
    return names


def codes() -> Collection[str]:
    """Every division that this snapshot lists, from provinces to villages."""
    return _names().keys()


def name_of(code: str) -> str | None:
    """The division's own name, or None when this snapshot does not list the code."""
    return _names().get(code)


@lru_cache(maxsize=64)
def counties(start: str) -> frozenset[str]:
    """The codes of the counties that begin so."""
    return frozenset(
        code for code in _names() if code.startswith(start) and code.endswith("000000") and code[4:6] != "00"
    )


def level_of(code: str) -> int:
    """1 province, 2 city, 3 county, 4 town, 5 village."""
    return next((level for level, size in enumerate(_SIZES, 1) if not code[size:].strip("0")), 5)


def ancestors(code: str) -> list[str]:
    """The codes above this one, the province first."""
    return [code[:size].ljust(12, "0") for size in _SIZES[: level_of(code) - 1]]


@lru_cache(maxsize=64)
def places_in(county: str) -> tuple[tuple[str, str], ...]:
    """Code and name of the towns and villages of a county, each town before its villages."""
    within = county[:6]
    return tuple(sorted((code, name) for code, name in _names().items() if code[:6] == within and code[6:9] != "000"))


def county_of(code: str) -> str:
    return code[:6] + "000000"


def town_of(code: str) -> str:
    return code[:9] + "000"


def place_of(code: str, village: str = "") -> str:
    """County, town and village by name: ``万州区龙驹镇信义社区``. ``village`` serves where the snapshot lacks it."""
    parts = [name_of(county_of(code)), name_of(town_of(code)) if code[6:9] != "000" else None]
    if code[9:] != "000":
        parts.append(spoken(name_of(code) or village))
    return "".join(part for part in parts if part)


def spoken(name: str) -> str:
    """The table lists committees; people name the place: 凉风村村民委员会 → 凉风村."""
    return name.removesuffix("居民委员会").removesuffix("村民委员会") or name


@lru_cache(maxsize=1)
def _sounds() -> dict[str, list[str]]:
    with SOUNDS.open(encoding="utf-8", newline="") as lines:
        return {said: sound.split() for said, sound in csv.reader(lines)}


def syllables(name: str) -> list[str]:
    """The pinyin of a division's name as people say it, a syllable a character, without tones."""
    sounds = _sounds()
    return sounds.get(name) or [syllable for character in name for syllable in sounds.get(character, [character])]
