"""Districts differ in how severe they are. How a district's score counts between districts, by the policy:

none            as given
zscore          on the city's scale (``shared.standard_scores``), two decimals half up
percentile      100 × (teams of the district that it scored lower + half of those it scored the same) / its scores

A district with fewer scores than the policy asks for says too little: its scores count as given. The city's scale are the
scores of all districts of the cycle that were handed in when a team is scored; each team keeps the figures it was
scored with. Also here: how the scores of several assessors become one."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, TypeVar

from services.assessment.rules.policy import Policy
from shared.amounts import plain
from shared.standard_scores import Moments, moments, moments_by, standardised

Key = TypeVar("Key", bound=Hashable)
_CENT, _EXACT = Decimal("0.01"), Decimal("0.000001")

MOST = 100
"""Of a total, and of every rating."""

RULES = {"median": ("中位数", "median"), "trimmed_mean": ("去掉一个最高分和一个最低分后的平均值", "trimmed mean")}
"""How the scores of several assessors become one; fewer than three are not trimmed."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A district's score and what it counts as. ``how``: ``none``, ``few``, ``zscore`` or ``percentile``; ``scores``: how
    many the district gave; means and spreads of the district and the city for ``zscore``."""

    given: Decimal
    counted: Decimal
    how: str = "none"
    scores: int = 1
    own_mean: Decimal | None = None
    own_spread: Decimal | None = None
    mean: Decimal | None = None
    spread: Decimal | None = None

    def document(self) -> dict[str, Any]:
        """As stored: decimals as text."""
        return {n: format(v, "f") if isinstance(v, Decimal) else v for n, v in asdict(self).items()}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Counted":
        """The inverse of :meth:`document`."""
        figures = (stored[name] for name in ("own_mean", "own_spread", "mean", "spread"))
        of = (None if figure is None else Decimal(figure) for figure in figures)
        return cls(Decimal(stored["given"]), Decimal(stored["counted"]), stored["how"], stored["scores"], *of)


def between_districts(scores: Mapping[Key, tuple[str, Decimal]], policy: Policy) -> dict[Key, Counted]:
    """What each score (of a team: its district and the points) counts as among all of the cycle."""
    how, least = policy.district_normalisation, policy.district_least
    if how == "none" or not scores:
        return {key: Counted(given, given) for key, (_, given) in scores.items()}
    own, city = moments_by(list(scores.values())), moments([given for _, given in scores.values()])
    ordered: dict[str, list[Decimal]] = defaultdict(list)
    for district, given in sorted(scores.values()):
        ordered[district].append(given)
    found = {}
    for key, (district, given) in scores.items():
        if own[district].count < least:
            found[key] = Counted(given, given, "few", own[district].count)
        elif how == "zscore":
            found[key] = _standard(given, own[district], city, least)
        else:
            found[key] = Counted(given, percentile(given, ordered[district]), how, own[district].count)
    return found


def _standard(given: Decimal, own: Moments, city: Moments, least: int) -> Counted:
    counted = standardised(given, own, city, least).quantize(_CENT, ROUND_HALF_UP)
    figures = (own.mean, own.spread, city.mean, city.spread)
    return Counted(given, counted, "zscore", own.count, *(value.quantize(_EXACT, ROUND_HALF_UP) for value in figures))


def percentile(given: Decimal, ordered: Sequence[Decimal]) -> Decimal:
    """The place of a score among those of its district (ascending), 0 to 100, to two decimals half up."""
    lower, up_to = bisect_left(ordered, given), bisect_right(ordered, given)
    exact = Fraction(50 * (lower + up_to), len(ordered))
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_CENT, ROUND_HALF_UP)


def words(one: Counted) -> tuple[str, str]:
    """How the district's score came to count as it does, in both languages."""
    zh, en = f"区县评分{one.given}", f"the district gave {one.given}"
    if one.how == "few":
        return f"{zh}，本区县仅{one.scores}个评分，不作校正", f"{en}, one of {one.scores} scores: too few to normalise"
    if one.how == "percentile":
        return (
            f"{zh}，在本区县{one.scores}个评分中的百分位为{one.counted}",
            f"{en}, percentile {one.counted} of its {one.scores} scores",
        )
    if one.how == "zscore":
        return _standard_words(one, zh, en)
    return zh, en


def _standard_words(one: Counted, zh: str, en: str) -> tuple[str, str]:
    if not one.own_spread:
        return (
            f"{zh}，本区县{one.scores}个评分均相同，按全市均值计{one.counted}",
            f"{en}, its {one.scores} scores are all the same: it counts as the city's mean, {one.counted}",
        )
    figures = (one.mean, one.spread, one.own_mean, one.own_spread)
    mean, spread, own_mean, own_spread = (plain(figure) for figure in figures if figure is not None)
    sum_ = f"{mean} + {spread} × ({one.given} - {own_mean}) / {own_spread}"
    cut, cut_en = ("（限于0至100）", ", kept within 0 and 100,") if one.counted in (0, MOST) else ("", "")
    return (
        f"{zh}，按均值和标准差校正：{sum_}（全市均值{mean}、标准差{spread}；"
        f"本区县{one.scores}个评分，均值{own_mean}、标准差{own_spread}），计{one.counted}{cut}",
        f"{en}, on the city's scale: {sum_} (city: mean {mean}, spread {spread}; its district: {one.scores} scores, "
        f"mean {own_mean}, spread {own_spread}){cut_en} counts as {one.counted}",
    )


def agreed(scores: Sequence[Decimal], rule: str) -> Fraction:
    """What several assessors' scores (at least one) come to, exactly."""
    ordered = sorted(Fraction(score) for score in scores)
    if rule == "median":
        middle = len(ordered) // 2
        kept = ordered[middle : middle + 1] if len(ordered) % 2 else ordered[middle - 1 : middle + 1]
    else:
        kept = ordered[1:-1] if len(ordered) >= 3 else ordered
    return sum(kept, Fraction(0)) / len(kept)
