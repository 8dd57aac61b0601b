"""The round's scorecard at work: how a year of service becomes a total between 0 and 100.

Each item of the card brings ``weight · share`` points, its share between 0 and 1 computed from confirmed facts:

days, visits            min(1, confirmed / agreed)
indicators              mean over the agreed indicators of clamp((actual - baseline) / (target - baseline), 0, 1)
host, beneficiaries     the rating of 100; district and assessors likewise, as they count (``normalising``)
unit_opinion            agreed 100, with reservations the policy's points, not agreed 0, of 100
manual                  the points that the bureau gave with a reason

A section brings the sum of its items, at most its cap; the total is the sum of the sections, at most 100. Sums are exact
(fractions) and rounded once, half up, to two decimals. The words for all of it are in ``explaining``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from services.assessment.rules import normalising
from services.assessment.rules.normalising import MOST, Counted
from services.assessment.rules.policy import Item, Policy, Section

_HALF = Fraction(1, 2)
_ONE, _NONE = Fraction(1), Fraction(0)
OPINIONS = {"agree": "同意", "reservations": "基本同意", "disagree": "不同意"}
"""What the sending unit may say."""

FAMILIES = {"service": ("days", "visits"), "results": ("indicators",), "satisfaction": ("host", "beneficiaries")}
"""What is shown beside every total, and decides between equal ones, whatever the card's sections are."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One agreed target. ``actual`` is the latest report; without a report it stands at its baseline."""

    name: str
    unit: str
    baseline: Decimal
    target: Decimal
    actual: Decimal | None


@dataclass(frozen=True, slots=True)
class Given:
    """Points that the bureau gave for a manual item of the card, and why."""

    code: str
    points: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Measures:
    """What the scorecard looks at. Only what the host confirmed counts (days, entries of the cycle's year), against the
    days and visits that are agreed for a year. Ratings are 0-100; None means that nobody rated in time and the item's
    ``late`` stands in. ``assessors``: the scores that were handed in by assessors without a conflict. ``open``: parts
    may still be handed in (a preview, never stored)."""

    agreed_days: Decimal
    agreed_visits: int
    confirmed_days: Decimal
    confirmed_entries: int
    indicators: tuple[Indicator, ...]
    host: Decimal | None = None
    beneficiaries: Decimal | None = None
    opinion: str | None = None
    district: Counted | None = None
    assessors: tuple[Decimal, ...] = ()
    manual: tuple[Given, ...] = ()
    open: bool = False

    def document(self) -> dict[str, Any]:
        """As stored beside the score: decimals as text."""
        return {
            "agreed_days": _text(self.agreed_days),
            "agreed_visits": self.agreed_visits,
            "confirmed_days": _text(self.confirmed_days),
            "confirmed_entries": self.confirmed_entries,
            "indicators": [
                {
                    "name": i.name,
                    "unit": i.unit,
                    "baseline": _text(i.baseline),
                    "target": _text(i.target),
                    "actual": _text(i.actual),
                }
                for i in self.indicators
            ],
            "host": _text(self.host),
            "beneficiaries": _text(self.beneficiaries),
            "opinion": self.opinion,
            "district": self.district.document() if self.district else None,
            "assessors": [_text(score) for score in self.assessors],
            "manual": [{"code": g.code, "points": _text(g.points), "reason": g.reason} for g in self.manual],
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Measures":
        """The inverse of :meth:`document`; what was stored before there were such measures has none of them."""
        district = stored.get("district")
        return cls(
            agreed_days=Decimal(stored["agreed_days"]),
            agreed_visits=stored["agreed_visits"],
            confirmed_days=Decimal(stored["confirmed_days"]),
            confirmed_entries=stored["confirmed_entries"],
            indicators=tuple(
                Indicator(i["name"], i["unit"], Decimal(i["baseline"]), Decimal(i["target"]), _decimal(i["actual"]))
                for i in stored["indicators"]
            ),
            host=_decimal(stored["host"]),
            beneficiaries=_decimal(stored["beneficiaries"]),
            opinion=stored.get("opinion"),
            district=Counted.of(district) if district else None,
            assessors=tuple(Decimal(score) for score in stored.get("assessors", ())),
            manual=tuple(Given(g["code"], Decimal(g["points"]), g["reason"]) for g in stored.get("manual", ())),
        )


@dataclass(frozen=True, slots=True)
class Score:
    """Points to two decimals. ``total`` rounds the exact sum once, so it may differ from the sum of what is shown by a
    hundredth; the families (``FAMILIES``) are sums of items, before any cap of a section."""

    service: Decimal
    results: Decimal
    satisfaction: Decimal
    total: Decimal


def score(measures: Measures, policy: Policy) -> Score:
    """What the scorecard gives for these measures."""
    points = {item.key: item_points(item, measures, policy) for item in policy.scorecard.items}
    families = {
        family: half_up(sum((points.get(kind, _NONE) for kind in kinds), _NONE)) for family, kinds in FAMILIES.items()
    }
    return Score(**families, total=half_up(total(points, policy)))


@dataclass(frozen=True, slots=True)
class Brought:
    """What a section of the card brought, to four decimals as it is explained, of at most ``most``."""

    code: str
    zh: str
    en: str
    points: Decimal
    most: int


def sections(measures: Measures, policy: Policy) -> list[Brought]:
    """Every section of the card in its order: their sum, at most 100, is the total before it is rounded."""
    points = {item.key: item_points(item, measures, policy) for item in policy.scorecard.items}
    return [
        Brought(one.code, one.zh, one.en, half_up(section_points(one, points), 4), one.most)
        for one in policy.scorecard.sections
    ]


def total(points: Mapping[str, Fraction], policy: Policy) -> Fraction:
    """The exact total for the points of each item (by its key)."""
    exact = sum((section_points(section, points) for section in policy.scorecard.sections), _NONE)
    return min(exact, Fraction(MOST))


def section_points(section: Section, points: Mapping[str, Fraction]) -> Fraction:
    """What a section brings: its items, at most its cap."""
    return min(sum((points[item.key] for item in section.items), _NONE), Fraction(section.most))


def item_points(item: Item, measures: Measures, policy: Policy) -> Fraction:
    """The exact points of one item of the card."""
    if item.kind == "manual":
        given = next((Fraction(g.points) for g in measures.manual if g.code == item.code), _NONE)
        return min(given, Fraction(item.weight))
    if item.kind in _REACHED:
        return item.weight * _REACHED[item.kind](measures)
    return item.weight * counted_rating(item, measures, policy) / MOST


def counted_rating(item: Item, measures: Measures, policy: Policy) -> Fraction:
    """The points of 100 that a rated item counts with: what was said, or what stands for whoever was late."""
    said = rating(item.kind, measures, policy)
    return Fraction(item.late) if said is None else said


def rating(kind: str, m: Measures, policy: Policy) -> Fraction | None:
    """What was said in time, of 100; None when nobody said anything."""
    if kind == "assessors":
        return normalising.agreed(m.assessors, policy.assessors_rule) if m.assessors else None
    if kind == "unit_opinion":
        points = {"agree": MOST, "reservations": policy.reservations_points, "disagree": 0}
        return None if m.opinion is None else Fraction(points[m.opinion])
    said = {"host": m.host, "beneficiaries": m.beneficiaries, "district": m.district.counted if m.district else None}[
        kind
    ]
    return None if said is None else Fraction(said)


def indicators_share(measures: Measures) -> Fraction:
    """The mean over the agreed indicators; without any there is no result to show: nothing."""
    shares = [achieved(i) for i in measures.indicators]
    return sum(shares, _NONE) / len(shares) if shares else _NONE


def achieved(indicator: Indicator) -> Fraction:
    """Share of the way from baseline to target, 0 to 1; works downwards too. A target equal to its baseline
    is kept (1) or missed (0)."""
    actual = indicator.baseline if indicator.actual is None else indicator.actual
    way = Fraction(indicator.target) - Fraction(indicator.baseline)
    if way == 0:
        return _ONE if indicator.actual is not None and actual >= indicator.target else _NONE
    return max(_NONE, min(_ONE, (Fraction(actual) - Fraction(indicator.baseline)) / way))


def half_up(value: Fraction, places: int = 2) -> Decimal:
    """Rounded half up to ``places`` decimals, from the exact value (never below zero here)."""
    scale = 10**places
    return Decimal(int(value * scale + _HALF)).scaleb(-places)


def _part_of(done: Decimal | int, agreed: Decimal | int) -> Fraction:
    """Share of what was agreed, at most 1; where nothing was agreed nothing is missing."""
    return min(_ONE, Fraction(done) / Fraction(agreed)) if agreed > 0 else _ONE


_REACHED: Mapping[str, Callable[[Measures], Fraction]] = {
    "days": lambda m: _part_of(m.confirmed_days, m.agreed_days),
    "visits": lambda m: _part_of(m.confirmed_entries, m.agreed_visits),
    "indicators": indicators_share,
}


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
