"""Words in a search: every word must be found, of one Chinese character or more, in any field that is searched.

The index (``search_words`` in the database) holds every two neighbouring characters of the text, and its numbers and
Latin words whole. Rows that have all pairs of a word are then read for the word itself.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
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
    """``text`` is the column that is searched, ``code`` that of the division beside it."""

    text: Any
    code: Any


def words_of(typed: str) -> list[str]:
    """The words of what somebody typed, as the index writes them: ``１００亩 CQ`` → ``100亩``, ``cq``."""
    words = unicodedata.normalize("NFKC", typed).lower().split()
    return list(dict.fromkeys(word for word in words if any(map(str.isalnum, word))))[:MOST_WORDS]


def lexemes_of(word: str) -> list[str]:
    """What the index has of a word, as terms of a ``tsquery``. One character is the beginning of a pair, three and
    more of a number or Latin word the beginning of one."""
    found = []
    for run in _RUNS.findall(word):
        if run[0].isascii() and run[0].isalnum():
            found.append(_quoted(run) + (":*" if len(run) > 2 else ""))
        elif len(run) > 1:
            found += [_quoted(run[at : at + 2]) for at in range(len(run) - 1)]
        elif run.isalnum():
            found.append(_quoted(run) + ":*")
    return found


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


async def matching(
    session: AsyncSession, typed: str, table: Searched, *, places: bool = False
) -> list[sa.ColumnElement[bool]]:
    """Conditions that hold where every word occurs. With ``places`` the pinyin initials of a county or town stand for
    it: ``wzq`` finds 万州区.

    Common words are looked for while the list is walked in its order: the page is soon full. Rarer ones are looked up
    in the index. Which it is, a sample of the table says: no statistics know how often words occur together."""
    words = words_of(typed)
    codes = await _codes(session, [word for word in words if INITIALS.fullmatch(word)]) if places else {}
    if not words:
        return [sa.false()]

    def read(text: Any, code: Any) -> list[sa.ColumnElement[bool]]:
        return [
            sa.or_(sa.func.strpos(text, word) > 0, *(code.startswith(known) for known in codes.get(word, ())))
            for word in words
        ]

    if await _share(session, table, read) >= COMMON:
        return read(table.text, table.code)
    terms = []
    for word in words:
        ways = [" & ".join(lexemes_of(word)), *(_quoted(f"@{code}") for code in codes.get(word, ()))]
        terms.append("(" + " | ".join(ways) + ")")
    indexed = sa.func.search_words(table.text, table.code)
    found = indexed.op("@@", is_comparison=True)(sa.cast(" & ".join(terms), TSQUERY))
    return [found, *read(table.text, table.code)]


async def _share(session: AsyncSession, table: Searched, read: Callable[[Any, Any], list[Any]]) -> float:
    """The share of rows that have every word, in some pages of the table: always the same, which stay in memory."""
    rows = table.text.table
    size = sa.select(sa.func.least(100, 100.0 * SAMPLE_PAGES / sa.func.greatest(sa.column("relpages"), 1)))
    percent = size.select_from(sa.table("pg_class")).where(sa.column("relname") == rows.name).scalar_subquery()
    sample = sa.tablesample(rows, sa.func.system(percent), name="sample", seed=sa.literal(0))
    conditions = read(sample.c[table.text.name], sample.c[table.code.name])
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
