"""Work given out evenly: looking at few pairs first finds what looking at all of them finds."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import balanced as by
from shared.balanced import balanced, load_cost

FIT = st.sampled_from([0.0, 0.25, 0.5, 1.0])
PEOPLE, PIECES = 7, 9
loads_ = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=PEOPLE, max_size=PEOPLE)
needs_ = st.lists(st.integers(0, 3), min_size=PIECES, max_size=PIECES)
free_ = st.dictionaries(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PIECES - 1)), FIT)

Chosen = tuple[list[by.Pair], dict[int, int]]


def worth(found: Chosen, loads: list[tuple[int, int]], free: dict[by.Pair, float]) -> tuple[int, float]:
    """What stays without, and then the squares of the loads less the fits."""
    chosen, without = found
    given_ = Counter(person for person, _ in chosen)
    steps = sum(load_cost(loads[person][0] + more) for person, count in given_.items() for more in range(count))
    return sum(without.values()), steps - sum(free[pair] for pair in chosen)


@given(loads_, needs_, free_)
def test_a_few_pairs_at_a_time_find_the_best_of_all(
    loads: list[tuple[int, int]], needs: list[int], free: dict[by.Pair, float]
) -> None:
    whole = balanced(loads, needs, free)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(by, "FIRST", 1)
        found = balanced(loads, needs, free)
    assert worth(found, loads, free) == pytest.approx(worth(whole, loads, free))
    chosen, without = found
    given_, taken = Counter(person for person, _ in chosen), Counter(piece for _, piece in chosen)
    assert set(chosen) <= set(free)
    assert len(set(chosen)) == len(chosen)
    assert all(has + given_[person] <= max(has, most) for person, (has, most) in enumerate(loads))
    assert all(taken[piece] + without.get(piece, 0) == need for piece, need in enumerate(needs))
