"""When two orders look like one: a score of 100 points from four signs, and the reasons in words. A person decides."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.errors import Reason

TITLE, PROBLEM, HOST, PLACE = 50, 20, 20, 10
"""Points for each sign; they come to 100. Titles say most: they are short and name the thing."""
ALIKE = 70
"""Likeness in percent from which two texts are named as alike."""
NEAREST = (
    (12, 100, "same_village", "同村（社区）", "same village"),
    (9, 70, "same_town", "同乡镇", "same town"),
    (6, 30, "same_county", "同区县", "same county"),
)
"""Digits of the division code that agree, and what part of the points for the place they bring."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What two orders share; likeness in percent. ``place``: digits of the division code that agree."""

    same_host: bool
    title: float
    problem: float
    place: int


def score(signs: Signs) -> int:
    """0 to 100. Unlike titles and unlike problems are two needs, however near."""
    near = next((percent for digits, percent, *_ in NEAREST if signs.place >= digits), 0)
    if max(signs.title, signs.problem) < ALIKE:
        return 0
    total = TITLE * signs.title + PROBLEM * signs.problem + HOST * 100 * signs.same_host + PLACE * near
    return round(total / 100)


def reasons(signs: Signs) -> Iterator[Reason]:
    """Why the pair is suggested, in words."""
    if signs.same_host:
        yield Reason("duplicate.host", "同一需求单位", "the same host", "/host_code")
    for likeness, what, zh, en in (
        (signs.title, "title", "需求名称", "title"),
        (signs.problem, "problem", "需求描述", "problem"),
    ):
        if likeness >= ALIKE:
            yield Reason(
                f"duplicate.{what}", f"{zh}相似（{likeness:.0f}%）", f"like {en} ({likeness:.0f} %)", f"/{what}"
            )
    for digits, _percent, code, zh, en in NEAREST:
        if signs.place >= digits:
            yield Reason(f"duplicate.{code}", zh, en, "/division")
            return
