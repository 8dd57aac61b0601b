"""Subjects of GB/T 13745-2009 (学科分类与代码), first and second level, and the words that people write for them.

Codes: three digits are a first-level subject (210 农学), five a second-level one (21040 园艺学). Sources and
snapshot: ``data/README.md``.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_ENDINGS = ("专业", "技术", "研究", "方向", "领域", "专家", "学科", "学")
_SHORTEST = 2
"""Characters of a word that may be found inside a longer text."""


def _rows(file: str) -> Iterable[tuple[str, str]]:
    with (_DATA / file).open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        yield from ((row[0], row[1]) for row in rows)


@lru_cache(maxsize=1)
def subjects() -> dict[str, str]:
    """All first- and second-level subjects: code → name."""
    return dict(_rows("subjects_gbt13745_2009.csv"))


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, str]:
    """Each everyday word → the first of those that mean the same."""
    groups = (words.split("、") for words, _code in _rows("subject_words.csv"))
    return {word: group[0] for group in groups for word in group}


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Every word that says a subject → its code: third-level names first, so that the closer word wins."""
    known = {_plain(name): code[:5] for code, name in _rows("subjects_third_level.csv")}
    known |= {_plain(name): code for code, name in subjects().items()}
    known |= {_plain(word): code for words, code in _rows("subject_words.csv") for word in words.split("、")}
    return known


@lru_cache(maxsize=1)
def _inside() -> re.Pattern[str]:
    """Finds known words inside a text, the longest first."""
    words = sorted((word for word in _known() if len(word) >= _SHORTEST), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def name_of(code: str) -> str:
    """The subject's name; empty for a code that the table does not list."""
    return subjects().get(code, "")


def same_word(text: str) -> str:
    """One word for all that mean the same: 茶树栽培 → 茶叶. A word without synonyms stays as it is."""
    plain = _plain(text)
    return _synonyms().get(plain, plain)


@lru_cache(maxsize=20_000)
def subjects_of(text: str) -> tuple[str, ...]:
    """The codes that a free text names, in its order; none when it names no subject that the table knows."""
    plain = _plain(text)
    known = _known()
    for form in (plain, *(plain.removesuffix(ending) for ending in _ENDINGS), plain + "学"):
        if form in known:
            return (known[form],)
    return tuple(dict.fromkeys(known[word] for word in _inside().findall(plain)))


def all_subjects_of(texts: Iterable[str]) -> list[str]:
    """The codes of several texts, each once."""
    return list(dict.fromkeys(code for text in texts for code in subjects_of(text)))


def search(text: str) -> list[tuple[str, str]]:
    """Subjects by code (its beginning), by name, or by a word that means one; all of them without a text."""
    plain = _plain(text)
    table = subjects()
    if not plain:
        return list(table.items())
    found = [code for code, name in table.items() if code.startswith(plain) or plain in _plain(name)]
    found += [*subjects_of(plain), *(code for word, code in _known().items() if plain in word)]
    return [(code, table[code]) for code in dict.fromkeys(found)]
