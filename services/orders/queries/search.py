"""Words in a search: every word must be found, of one Chinese character or more, in any field that is searched.

The index (``search_words`` in the database) holds every two neighbouring characters of the text, and its numbers and
Latin words whole. Rows that have all pairs of a word are then read for the word itself.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Division

MOST_WORDS = 10
COMMON = 0.002
"""The share of rows from which on walking a list in its order finds a page sooner than the index does: at a million
rows, 25,000 read in their order cost what 2,000 looked up do."""
SAMPLE_PAGES = 100
INITIALS = re.compile("[a-z]{2,8}")
_RUNS = re.compile("[a-z0-9]+|[^a-z0-9]+")
_COUNTY, _TOWN = 3, 4


@dataclass(frozen=True)
class Searched:
    """``text`` is the column that is searched, ``code`` that of the division beside it, ``index`` what its index has."""

    text: Any
    code: Any
    index: Any


@dataclass(frozen=True)
class Words:
    """What somebody looks for: ``codes`` are those of the counties and towns for which a word stands."""

    words: list[str]
    codes: dict[str, list[str]]

    def read(self, text: Any, code: Any) -> list[sa.ColumnElement[bool]]:
        """Conditions that hold where every word occurs."""
        if not self.words:
            return [sa.false()]
        return [
            sa.or_(sa.func.strpos(text, word) > 0, *(code.startswith(known) for known in self.codes.get(word, ())))
            for word in self.words
        ]

    def terms(self, before: str = "") -> str:
        """The same as a ``tsquery``; each lexeme has ``before`` before it."""
        terms = []
        for word in self.words:
            places = (_quoted(f"{before}@{code}") for code in self.codes.get(word, ()))
            terms.append("(" + " | ".join([" & ".join(lexemes_of(word, before)), *places]) + ")")
        return " & ".join(terms)


def words_of(typed: str) -> list[str]:
    """The words of what somebody typed, as the index writes them: ``１００亩 CQ`` → ``100亩``, ``cq``."""
    words = unicodedata.normalize("NFKC", typed).lower().split()
    return list(dict.fromkeys(word for word in words if any(map(str.isalnum, word))))[:MOST_WORDS]


def lexemes_of(word: str, before: str = "") -> list[str]:
    """What the index has of a word, as terms of a ``tsquery``. One character is the beginning of a pair, three and
    more of a number or Latin word the beginning of one."""
    found = []
    for run in _RUNS.findall(word):
        if run[0].isascii() and run[0].isalnum():
            found.append(_quoted(before + run) + (":*" if len(run) > 2 else ""))
        elif len(run) > 1:
            found += [_quoted(before + run[at : at + 2]) for at in range(len(run) - 1)]
        elif run.isalnum():
            found.append(_quoted(before + run) + ":*")
    return found


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


async def words_in(session: AsyncSession, typed: str, *, places: bool = False) -> Words:
    """With ``places`` the pinyin initials of a county or town stand for it: ``wzq`` finds 万州区."""
    words = words_of(typed)
    return Words(words, await _codes(session, [word for word in words if INITIALS.fullmatch(word)]) if places else {})


async def matching(session: AsyncSession, words: Words, table: Searched) -> list[sa.ColumnElement[bool]]:
    """Conditions that hold where every word occurs, for lists in any order.

    Common words are looked for while the list is walked in its order: the page is soon full. Rarer ones are looked up
    in the index. Which it is, a sample of the table says: no statistics know how often words occur together."""
    read = words.read(table.text, table.code)
    if not words.words or await _share(session, table, words) >= COMMON:
        return read
    return [table.index.op("@@", is_comparison=True)(sa.cast(words.terms(), TSQUERY)), *read]


async def _share(session: AsyncSession, table: Searched, words: Words) -> float:
    """The share of rows that have every word, in some pages of the table: always the same, which stay in memory."""
    rows = table.text.table
    size = sa.select(sa.func.least(100, 100.0 * SAMPLE_PAGES / sa.func.greatest(sa.column("relpages"), 1)))
    percent = size.select_from(sa.table("pg_class")).where(sa.column("relname") == rows.name).scalar_subquery()
    sample = sa.tablesample(rows, sa.func.system(percent), name="sample", seed=sa.literal(0))
    conditions = words.read(sample.c[table.text.name], sample.c[table.code.name])
    hits = sa.func.count().filter(*conditions) / sa.func.greatest(sa.func.count(), sa.literal(1.0))
    return float(await session.scalar(sa.select(hits).select_from(sample)) or 0)


async def _codes(session: AsyncSession, initials: Iterable[str]) -> dict[str, list[str]]:
    """The significant parts of the codes of counties and towns with these pinyin initials."""
    wanted = list(initials)
    if not wanted:
        return {}
    rows = await session.execute(
        sa.select(Division.initials, Division.code)
        .where(Division.initials.in_(wanted), Division.level.in_((_COUNTY, _TOWN)), Division.year == newest_year())
        .limit(200)
    )
    codes: dict[str, list[str]] = {}
    for word, code in rows:
        codes.setdefault(word, []).append(code[:6] if code.endswith("000000") else code[:9])
    return codes


def newest_year() -> Any:
    return sa.select(sa.func.max(Division.year)).scalar_subquery()
