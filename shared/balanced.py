"""Work given out evenly: each piece gets as many people as it needs, nobody more than they may, from the pairs that may
be. A transportation problem, solved exactly by HiGHS (``scipy.optimize.milp``)."""

from collections.abc import Mapping, Sequence
from typing import Any

Pair = tuple[int, int]
"""Places of a person and a piece of work in their lists."""


def load_cost(load: int) -> int:
    """What the next piece costs somebody who has ``load``. The sum over people grows with the squares of their loads, so
    the cheapest assignment is also the evenest; a fit (at most 1) never pays for a difference of two."""
    return 2 * load + 1


def balanced(
    loads: Sequence[tuple[int, int]], needs: Sequence[int], free: Mapping[Pair, float]
) -> tuple[list[Pair], dict[int, int]]:
    """The evenest assignment that fits best. ``loads``: how much each person has, and may have at most; ``needs``: how
    many people each piece still lacks; ``free``: the pairs that may be, each with its fit from 0 to 1. Returns the pairs
    chosen, and for each piece that stays short by how many. Takes seconds for hundreds of people: call it in a thread.

    Columns are the pairs, one for each further piece of a person (dearer and dearer, so loads are even), and what a
    piece stays without (dearest of all)."""
    if not any(needs):
        return [], {}
    from numpy import array, concatenate, ones
    from scipy.optimize import Bounds, LinearConstraint, milp

    pairs, most_needed = sorted(free), [float(need) for need in needs]
    steps = [(r, load) for r, (has, most) in enumerate(loads) for load in range(has, min(most, has + len(needs)))]
    most = max((load for _, load in steps), default=0)
    dearest = load_cost(most) + 2 * (len(loads) + len(needs)) + 1
    cost = concatenate([[-free[p] for p in pairs], [load_cost(k) for _, k in steps], [dearest] * len(needs)])
    right = array([*most_needed, *(0.0 for _ in loads)])
    found = milp(
        cost,
        integrality=ones(len(cost)),
        bounds=Bounds(0, concatenate([ones(len(pairs) + len(steps)), most_needed])),
        constraints=LinearConstraint(_matrix(pairs, [r for r, _ in steps], len(needs), len(loads)), right, right),
    )
    if found.x is None:
        raise RuntimeError(f"HiGHS: {found.message}")
    without = found.x[len(pairs) + len(steps) :]
    chosen = [pair for pair, x in zip(pairs, found.x, strict=False) if x > 0.5]
    return chosen, {c: round(lacking) for c, lacking in enumerate(without) if round(lacking)}


def _matrix(pairs: Sequence[Pair], steps: Sequence[int], pieces: int, people: int) -> Any:
    """Rows: what each piece takes, then what each person takes less the steps of the load."""
    from scipy.sparse import coo_array

    width = len(pairs) + len(steps)
    entries = [(c, column, 1.0) for column, (_, c) in enumerate(pairs)]
    entries += [(pieces + r, column, 1.0) for column, (r, _) in enumerate(pairs)]
    entries += [(pieces + r, column, -1.0) for column, r in enumerate(steps, len(pairs))]
    entries += [(c, width + c, 1.0) for c in range(pieces)]
    rows, columns, values = zip(*entries, strict=True)
    return coo_array((values, (rows, columns)), (pieces + people, width + pieces)).tocsc()
