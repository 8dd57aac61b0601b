"""Which expert suits which order. Suggestions only: people decide, nothing is changed.

Every part lies between 0 and 1. The arithmetic of the score works for single numbers and, unchanged, for whole
matrices of orders × experts.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.teams.rules.policy import TeamsPolicy
from shared.errors import Reason

SAME_SUBJECT, SAME_FIRST_LEVEL, SAME_GROUP = 1.0, 0.6, 0.2
"""Likeness of two subject codes: the same, in the same first-level subject (three digits), in the same group of
subjects (first digit: 2 agriculture, 3 medicine, 4–6 engineering, 7–9 humanities)."""
NEAR = {"county": 1.0, "city": 0.7, "province": 0.4, "elsewhere": 0.15}
"""Nearness by the division levels that two places share."""
EARTH_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Candidate:
    """What keeps an expert from being suggested at all. ``busy``: live or proposed teams."""

    name: str
    eligible: tuple[Reason, ...] = ()
    busy: int = 0
    limit: int = 1
    suspended: bool = False
    willing: bool = True
    unit_agrees: bool = True


def candidate_obstacles(person: Candidate) -> Iterable[Reason]:
    """Everything that keeps an expert from leading now: honour and title, a suspension, no free place, no will, no
    agreement of the unit."""
    yield from person.eligible
    if person.suspended:
        yield Reason("matching.suspended", f"{person.name}被暂停申报资格", f"{person.name} is suspended")
    if person.busy >= person.limit:
        yield Reason(
            "matching.busy", f"{person.name}已在{person.busy}个团队", f"{person.name} is in {person.busy} teams"
        )
    if not person.willing:
        yield Reason("matching.unwilling", f"{person.name}不愿意参加", f"{person.name} is not willing")
    if not person.unit_agrees:
        yield Reason("matching.unit", f"{person.name}的单位未同意", f"The unit of {person.name} does not agree")


def subject_likeness(one: str, other: str) -> float:
    """How near two subject codes of GB/T 13745 are."""
    if one == other:
        return SAME_SUBJECT
    if one[:3] == other[:3]:
        return SAME_FIRST_LEVEL
    return SAME_GROUP if one[:1] == other[:1] else 0.0


def expertise(subjects: Any, words: Any) -> Any:
    """Subjects and words support each other: either alone is enough, both are better, never above 1."""
    return subjects + words - subjects * words


def nearness_level(one: str, other: str) -> str:
    """The closest division level that two 12-digit codes share."""
    for digits, level in ((6, "county"), (4, "city"), (2, "province")):
        if one[:digits] == other[:digits]:
            return level
    return "elsewhere"


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude) in degrees (haversine)."""
    north, south = math.radians(one[0]), math.radians(other[0])
    across = math.radians(other[1] - one[1])
    chord = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def nearness_by_distance(km: Any, policy: TeamsPolicy) -> Any:
    """1 on the spot, a half at the policy's distance, falling ever slower."""
    return policy.matching_half_km / (policy.matching_half_km + km)


def freedom(busy: Any, claims: Any) -> Any:
    """1 for somebody without other work; each live team and each open claim takes its share."""
    return 1 / (1 + busy + claims)


def score(expertise: Any, nearness: Any, freedom: Any, policy: TeamsPolicy) -> Any:
    """The weighted geometric mean of the parts: nothing makes up for a missing one."""
    weights = (policy.matching_expertise, policy.matching_nearness, policy.matching_load)
    whole = sum(weights) or 1
    by_expertise, by_nearness, by_load = (weight / whole for weight in weights)
    return expertise**by_expertise * nearness**by_nearness * freedom**by_load


def urgency(key_place: Any, policy: TeamsPolicy) -> Any:
    """What an order's place counts in a round-wide assignment: key places are not left over."""
    return 1 + key_place * policy.matching_key_place / 100


def free_between(starts_on: date, ends_on: date, away: Collection[tuple[date, date]]) -> bool:
    """False when a period of absence overlaps the term; all days included."""
    return all(last < starts_on or first > ends_on for first, last in away)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one suggestion's score, and what they rest on in words."""

    subjects: float
    words: float
    nearness: float
    freedom: float
    shared_subjects: tuple[str, ...] = ()
    shared_words: tuple[str, ...] = ()
    level: str = "elsewhere"
    km: float | None = None
    busy: int = 0
    claims: int = 0
    key_place: bool = False


_LEVELS = {
    "county": ("同一区县", "in the same county"),
    "city": ("同一地市", "in the same city"),
    "province": ("同一省市", "in the same province"),
    "elsewhere": ("异地", "from elsewhere"),
}


def why(parts: Parts) -> tuple[Reason, ...]:
    """The reasons of a suggestion as an official would say them."""
    return tuple(_why(parts))


def _why(parts: Parts) -> Iterable[Reason]:
    if parts.shared_subjects:
        names = "、".join(parts.shared_subjects)
        yield Reason("matching.subject", f"专业学科一致：{names}", f"The same subject: {names}")
    elif parts.subjects >= SAME_FIRST_LEVEL:
        yield Reason("matching.near_subject", "属同一一级学科", "In the same first-level subject")
    elif parts.subjects > 0:
        yield Reason("matching.far_subject", "属相近学科门类", "In a neighbouring group of subjects")
    if parts.shared_words:
        words = "、".join(parts.shared_words)
        yield Reason("matching.words", f"关键词一致：{words}", f"The same words: {words}")
    zh, en = _LEVELS[parts.level]
    if parts.km is not None:
        yield Reason("matching.distance", f"{zh}，相距约{parts.km:.0f}公里", f"{en}, about {parts.km:.0f} km away")
    else:
        yield Reason("matching.place", zh, en[0].upper() + en[1:])
    if parts.busy or parts.claims:
        yield Reason(
            "matching.load",
            f"现有{parts.busy}个在服务团队、{parts.claims}项在办申报",
            f"Serves in {parts.busy} team(s) and has {parts.claims} open claim(s)",
        )
    else:
        yield Reason("matching.free", "目前没有其他服务任务", "Has no other work at present")
    if parts.key_place:
        yield Reason("matching.key_place", "重点乡镇，优先安排", "A key place, to be served first")
