"""From totals to grades: thresholds, the cap of excellent teams, ties at its edge."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from services.assessment.rules.explaining import Line
from services.assessment.rules.policy import Policy

Key = TypeVar("Key", bound=Hashable)
GRADES = {"excellent": "优秀", "qualified": "合格", "unqualified": "不合格"}


@dataclass(frozen=True, slots=True)
class Result:
    """What teams are ordered by: total first, then results, then satisfaction (points to two decimals)."""

    total: Decimal
    results: Decimal
    satisfaction: Decimal

    @property
    def rank(self) -> tuple[Decimal, Decimal, Decimal]:
        return (self.total, self.results, self.satisfaction)


def by_thresholds(total: Decimal, policy: Policy) -> str:
    """The grade before the cap: from 90 excellent, from 60 qualified, else unqualified (policy values)."""
    if total >= policy.excellent_from:
        return "excellent"
    return "qualified" if total >= policy.qualified_from else "unqualified"


def excellent_places(assessed: int, policy: Policy) -> int:
    """Places for excellent teams: floor(15 % of the assessed), at least one (policy values)."""
    return max(policy.excellent_cap_least, assessed * policy.excellent_cap_percent // 100)


def grades(results: Sequence[tuple[Key, Result]], policy: Policy, places: int | None = None) -> dict[Key, str]:
    """The computed grade of every team of a cycle that has a result. When more reach the threshold than there are
    places, they are ordered by total, results, satisfaction; those tied across the edge stay qualified. ``places``:
    where others are assessed, too, that have no result yet."""
    given = {key: by_thresholds(result.total, policy) for key, result in results}
    candidates = sorted((r.rank for key, r in results if given[key] == "excellent"), reverse=True)
    places = excellent_places(len(results), policy) if places is None else places
    if len(candidates) > places:
        first_without_place = candidates[places]
        for key, result in results:
            if given[key] == "excellent" and result.rank <= first_without_place:
                given[key] = "qualified"
    return given


def ranks(results: Mapping[Key, Result]) -> dict[Key, int]:
    """The place of each, the best first; equal results share theirs, and the next one after them counts all of them."""
    places: dict[tuple[Decimal, Decimal, Decimal], int] = {}
    for number, rank in enumerate(sorted((result.rank for result in results.values()), reverse=True), 1):
        places.setdefault(rank, number)
    return {key: places[result.rank] for key, result in results.items()}


def scale(policy: Policy) -> dict[str, str]:
    """The thresholds and the cap as a list says them, with what it means that a grade stands beside another one."""
    return {
        "zh": f"等次标准：{policy.excellent_from}分以上为优秀，名额不超过参评团队的{policy.excellent_cap_percent}%"
        f"（至少{policy.excellent_cap_least}个）；{policy.qualified_from}分以上为合格。经调整的等次，原等次和理由并列显示。",
        "en": f"Excellent from {policy.excellent_from}, at most {policy.excellent_cap_percent} % of the assessed teams (at "
        f"least {policy.excellent_cap_least}); qualified from {policy.qualified_from}. Where another grade was given, the "
        "computed one and the reason stand beside it.",
    }


def explain(result: Result, computed: str, assessed: int, policy: Policy) -> Line:
    """Why the computed grade is what it is: thresholds, places, the team's place at the edge."""
    places = excellent_places(assessed, policy)
    capped = computed == "qualified" and by_thresholds(result.total, policy) == "excellent"
    note = "；达到优秀分数线但排名在名额之外（同分均为合格）" if capped else ""
    note_en = "; reached excellent but stands beyond its places (ties stay qualified)" if capped else ""
    return Line(
        "grade",
        result.total,
        100,
        f"等次：{policy.excellent_from}分以上优秀、{policy.qualified_from}分以上合格；参评{assessed}个，"
        f"优秀名额{places}个；{GRADES[computed]}{note}",
        f"grade: excellent from {policy.excellent_from}, qualified from {policy.qualified_from}; "
        f"{assessed} assessed, {places} excellent places; {computed}{note_en}",
    )
