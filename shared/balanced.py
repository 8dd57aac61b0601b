"""Work given out evenly: each piece gets as many people as it needs, nobody more than they may, from the pairs that may
be. A transportation problem, solved exactly by HiGHS (``scipy.optimize.linprog``)."""

from collections.abc import Mapping, Sequence
from typing import Any

Pair = tuple[int, int]
"""Places of a person and a piece of work in their lists."""

FIRST = 12
"""The pairs of each piece that are looked at first, and how many more at a time."""
_NOTHING = 1e-6


def load_cost(load: int) -> int:
    """What the next piece costs somebody who has ``load``. The sum over people grows with the squares of their loads, so
    the cheapest assignment is also the evenest; a fit (at most 1) never pays for a difference of two."""
    return 2 * load + 1


def balanced(
    loads: Sequence[tuple[int, int]], needs: Sequence[int], free: Mapping[Pair, float]
) -> tuple[list[Pair], dict[int, int]]:
    """The evenest assignment that fits best. ``loads``: how much each person has, and may have at most; ``needs``: how
    many people each piece still lacks; ``free``: the pairs that may be, each with its fit from 0 to 1. Returns the pairs
    chosen, and for each piece that stays short by how many. Call it in a thread: 5,000 pieces among 300 people take a
    second or two.

    Columns are the pairs, one for each further piece of a person (dearer and dearer, so loads are even), and what a
    piece stays without (dearest of all). A corner of such a network is whole. Of the pairs, which are millions, few are
    looked at first; those whose reduced cost says that they would make it cheaper join them, until none would."""
    if not any(needs):
        return [], {}
    from numpy import concatenate, fromiter

    pairs = list(free)
    person, piece = (fromiter((pair[side] for pair in pairs), int, len(pairs)) for side in (0, 1))
    cost = -fromiter(free.values(), float, len(pairs))
    steps = [(r, load) for r, (has, most) in enumerate(loads) for load in range(has, min(most, has + len(needs)))]
    seen = _best(piece, concatenate([cost, (person - FIRST * piece) % max(1, len(loads))]).reshape(2, -1))
    while True:
        columns = seen.nonzero()[0]
        found = _solved(person[columns], piece[columns], cost[columns], steps, needs, len(loads))
        dual = found.eqlin.marginals
        reduced = cost - dual[piece] - dual[len(needs) + person]
        better = ((reduced < -_NOTHING) & ~seen).nonzero()[0]
        if not len(better):
            break
        seen[better[_best(piece[better], reduced[better][None])]] = True
    chosen = [pairs[column] for column, x in zip(columns, found.x, strict=False) if x > 0.5]
    without = found.x[len(columns) + len(steps) :]
    return chosen, {c: round(lacking) for c, lacking in enumerate(without) if round(lacking)}


def _best(piece: Any, orders: Any) -> Any:
    """Which are among the first of their piece. ``orders``: by the first row, among equal ones by the next."""
    from numpy import arange, empty_like, lexsort, searchsorted

    order = lexsort((*orders[::-1], piece))
    place = empty_like(order)
    place[order] = arange(len(order)) - searchsorted(piece[order], piece[order])
    return place < FIRST


def _solved(
    person: Any, piece: Any, cost: Any, steps: Sequence[tuple[int, int]], needs: Sequence[int], people: int
) -> Any:
    """Rows: what each piece takes, then what each person takes less the steps of the load."""
    from numpy import arange, array, concatenate, full, ones, zeros
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    pieces, pairs, width = len(needs), len(cost), len(cost) + len(steps)
    dearest = load_cost(max((load for _, load in steps), default=0)) + 2 * (people + pieces) + 1
    rows = concatenate([piece, pieces + person, [pieces + r for r, _ in steps], arange(pieces)]).astype(int)
    columns = concatenate([arange(pairs), arange(pairs), arange(pairs, width), arange(width, width + pieces)])
    values = concatenate([ones(2 * pairs), -ones(len(steps)), ones(pieces)])
    most = concatenate([ones(width), array(needs, float)])
    found = linprog(
        concatenate([cost, [load_cost(load) for _, load in steps], full(pieces, dearest)]),
        A_eq=coo_array((values, (rows, columns)), (pieces + people, width + pieces)).tocsc(),
        b_eq=concatenate([needs, zeros(people)]),
        bounds=array([zeros(len(most)), most]).T,
        method="highs-ds",
    )
    if found.x is None:
        raise RuntimeError(f"HiGHS: {found.message}")
    return found
