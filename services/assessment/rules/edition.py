"""An edition (发布版本): what is published of a cycle at one time, numbered, frozen and fingerprinted.

Each edition is the whole list in force and names the fingerprint of the one before it, so an edited or
missing edition shows. A line keeps the number of the edition in which it last changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from services.assessment.rules.frozen import Document
from services.assessment.rules.grading import GRADES
from services.assessment.rules.notice import masked


@dataclass(frozen=True, slots=True)
class Line:
    """One team's published rating; no personal data beyond team, lead, unit and place. ``computed`` and ``reason`` only
    where a person gave another grade than the computed one."""

    assessment_id: str
    order_number: str
    team: str
    lead: str
    unit: str
    place: str
    total: Decimal
    grade: str
    edition: int = 0
    computed: str = ""
    reason: str = ""

    def document(self) -> Document:
        overridden = {"computed": self.computed, "reason": masked(self.reason)} if self.computed else {}
        return overridden | {
            "assessment_id": self.assessment_id,
            "order_number": self.order_number,
            "team": masked(self.team),
            "lead": masked(self.lead),
            "unit": masked(self.unit),
            "place": masked(self.place),
            "total": format(self.total, "f"),
            "grade": self.grade,
            "edition": self.edition,
        }


_RATING = ("total", "grade", "computed", "reason")
"""What a new edition of a line is about."""

_WHO = ("order_number", "team", "lead", "unit", "place")


def named(line: Line, before: Document | None) -> Line:
    """The line with the names under which it was first published: whoever leads by now was not rated then."""
    return replace(line, **{name: before[name] for name in _WHO}) if before else line


def numbered(lines: Sequence[Line], before: Document | None, number: int) -> list[Line]:
    """The lines of edition ``number``: a new or changed line carries it, an unchanged one keeps its own."""
    known = {line["assessment_id"]: line for line in before["lines"]} if before else {}
    return [_numbered(line, known.get(line.assessment_id), number) for line in lines]


def _numbered(line: Line, before: Document | None, number: int) -> Line:
    shown = line.document()
    if before and all(before.get(name) == shown.get(name) for name in _RATING):
        return replace(line, edition=before["edition"])
    return replace(line, edition=number)


def content(
    *,
    round_name: str,
    year: int,
    number: int,
    published_at: datetime,
    reason: str,
    previous_hash: str,
    lines: Sequence[Line],
    scale: Mapping[str, str],
) -> Document:
    """The frozen document of an edition, in order of the order numbers."""
    return {
        "scale": dict(scale),
        "round": round_name,
        "year": year,
        "number": number,
        "published_at": published_at.isoformat(),
        "reason": reason,
        "previous_hash": previous_hash,
        "lines": [line.document() for line in sorted(lines, key=_place_in_list)],
    }


def _place_in_list(line: Line) -> tuple[str, str, str]:
    return (line.order_number, line.team, line.assessment_id)


def counts(lines: Sequence[Line]) -> dict[str, int]:
    """How many of each grade the edition shows."""
    return {grade: sum(line.grade == grade for line in lines) for grade in GRADES}
