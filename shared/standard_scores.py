"""Scores of several judges on one scale. Judges differ in how severe they are and how far they spread their scores. With
a judge's own mean m and standard deviation s, and the mean M and standard deviation S of all scores, a score x counts as

    M + S * (x - m) / s          (the judge's standard score, on everybody's scale)

Source: linear standardisation of scores as used by Lever for Change and the MacArthur Foundation's 100&Change ("level
playing field": each judge's mean and standard deviation are moved to those of all judges). Standard deviations are those
of the whole (divided by n, not n - 1).

A judge with fewer scores than ``least`` says too little about their own severity: the scores count as given. One without
any spread (s = 0) tells nobody apart: each counts as M. Results lie within 0 to 100. All of it is computed in decimals
of 28 digits and not rounded here.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TypeVar

Judge = TypeVar("Judge", bound=Hashable)

_ZERO, _HUNDRED = Decimal(0), Decimal(100)


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and standard deviation of ``count`` scores."""

    count: int
    mean: Decimal
    spread: Decimal


def moments(values: Sequence[Decimal]) -> Moments:
    """Of the whole, at least one. Equal values have no spread, whatever their mean was rounded to."""
    with localcontext() as context:
        context.prec = 28
        if min(values) == max(values):
            return Moments(len(values), values[0], _ZERO)
        mean = sum(values, _ZERO) / len(values)
        spread = (sum(((value - mean) ** 2 for value in values), _ZERO) / len(values)).sqrt()
        return Moments(len(values), mean, spread)


def moments_by(scores: Sequence[tuple[Judge, Decimal]]) -> Mapping[Judge, Moments]:
    """Each judge's own."""
    own: dict[Judge, list[Decimal]] = defaultdict(list)
    for judge, score in scores:
        own[judge].append(score)
    return {judge: moments(values) for judge, values in own.items()}


def standardised(score: Decimal, own: Moments, everybody: Moments, least: int) -> Decimal:
    """One judge's score on everybody's scale (see the module)."""
    with localcontext() as context:
        context.prec = 28
        if own.count < least:
            value = score
        elif not own.spread:
            value = everybody.mean
        else:
            value = everybody.mean + everybody.spread * (score - own.mean) / own.spread
        return min(max(value, _ZERO), _HUNDRED)
