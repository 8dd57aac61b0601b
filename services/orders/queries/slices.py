"""A search slice by slice of time, so that a page of it costs the same wherever in the list its words occur.

The index has every word of an order by its coarse and its fine slice of time (``order_words`` in the database, decision
21). A list by time asks for one slice after the other until the page is full: the fine slices of the first coarse one,
then of each of the others that has the words; one that has few of them is read as a whole.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from services.orders.queries.search import Searched, Words

FEW = 100
"""Orders that cost less to read at once than the fine slices of a coarse one."""
_SLICE = "\x01"
"""Stands for the slice in a ``tsquery``: no typed text has it, and no word in the index."""

# A coarse slice has 2^5 fine ones. The first one is asked finely without counting what it has: common words fill their
# page in its first fine slices.
_SLICES = """
    select slice from (
        select extract(epoch from {nearer}(:after, {first}(top)))::bigint >> 18 as start,
            extract(epoch from {last}(bottom))::bigint >> 23 as stop
        from unnest(:statuses) as asked (status) cross join lateral (
            select {first}(created_at) as top, {last}(created_at) as bottom from orders
            where orders.status = asked.status) as of_status) as ends
    cross join lateral generate_series(start >> 5, stop, {step}) as coarse
    cross join lateral (
        select count(*) as hits
        from (select from orders where coarse <> start >> 5 and {holds} limit :few) as found) as counted
    cross join lateral (
        select 'c' || coarse || '|' where hits > 0 and hits < :few
        union all
        select 'f' || fine || '|' from generate_series({fine}, {step}) as fine
        where hits >= :few or coarse = start >> 5) as named (slice)"""
_HOLDS = "order_words(searched, division, created_at) @@ replace(:terms, chr(1), 'c' || coarse || '|')::tsquery"
_DOWN = {
    "nearer": "least",
    "first": "max",
    "last": "min",
    "step": -1,
    "fine": "least(coarse * 32 + 31, start), coarse * 32",
}
_UP = {
    "nearer": "greatest",
    "first": "min",
    "last": "max",
    "step": 1,
    "fine": "greatest(coarse * 32, start), coarse * 32 + 31",
}


def in_slice(words: Words, table: Searched) -> sa.Select[Any]:
    """The rows that may have every word, of a slice of :func:`slices_with`."""
    terms = sa.cast(sa.func.replace(words.terms(_SLICE), sa.func.chr(1), sa.literal_column("slices.slice")), TSQUERY)
    rows: sa.Select[Any] = sa.select(sa.literal_column("*")).select_from(table.text.table)
    return rows.where(table.index.op("@@", is_comparison=True)(terms))


def slices_with(words: Words, statuses: Collection[str], downward: bool, after: datetime | None) -> sa.Subquery:
    """The slices that may have the words, in the order of the list, from ``after`` on, where orders stand so."""
    text = sa.text(_SLICES.format(holds=_HOLDS, **(_DOWN if downward else _UP)))
    values: list[sa.BindParameter[Any]] = [
        sa.bindparam("after", after, sa.DateTime(timezone=True)),
        sa.bindparam("statuses", sorted(statuses), sa.ARRAY(sa.Text)),
        sa.bindparam("few", FEW, sa.BigInteger),
        sa.bindparam("terms", words.terms(_SLICE), sa.Text),
    ]
    return text.bindparams(*values).columns(sa.column("slice")).subquery("slices")
