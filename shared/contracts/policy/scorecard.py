"""A scorecard (考核表): how a year of service becomes a total between 0 and 100. It is part of the policy set that a round
pins, so its version stays with the round; what an item looks at comes from the closed vocabulary ``KINDS``."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

KINDS = {
    "days": ("服务天数", "days served"),
    "visits": ("服务次数", "visits"),
    "indicators": ("目标完成", "results"),
    "host": ("受援单位满意度", "satisfaction of the host"),
    "beneficiaries": ("群众满意度", "satisfaction of the people served"),
    "district": ("区县评分", "score of the district"),
    "assessors": ("市级评审", "scores of the city's assessors"),
    "unit_opinion": ("派出单位意见", "opinion of the sending unit"),
    "manual": ("人工核定分", "points given by the bureau"),
}
"""What an item may look at, each a share of 0 to 1 of its weight: confirmed days and visits of those agreed, the mean of
the agreed indicators, ratings of 100, the unit's graded answer, points that the bureau gives with a reason."""


@dataclass(frozen=True, slots=True)
class Item:
    """``weight``: the points that it brings at most. ``late``: points of 100 that stand for a rating which nobody gave in
    time. A manual item has a code and a name of its own."""

    kind: str
    weight: int
    late: int = 60
    code: str = ""
    zh: str = ""
    en: str = ""

    @property
    def key(self) -> str:
        """What tells it from the other items."""
        return self.code or self.kind

    @property
    def names(self) -> tuple[str, str]:
        """Its name in Chinese and English."""
        zh, en = KINDS[self.kind]
        return self.zh or zh, self.en or en


@dataclass(frozen=True, slots=True)
class Section:
    """``weight``: what it counts for among the 100 points. ``cap``: the most that its items bring together (none: its
    weight); above the weight where extra points are possible."""

    code: str
    zh: str
    en: str
    weight: int
    items: tuple[Item, ...]
    cap: int | None = None

    @property
    def most(self) -> int:
        """The points at which it is cut."""
        return self.weight if self.cap is None else self.cap


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The total is the sum of the sections, at most 100."""

    name: str
    version: int
    sections: tuple[Section, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in order."""
        return tuple(item for section in self.sections for item in section.items)


def _service(days: int, visits: int) -> Section:
    items = tuple(Item(kind, weight) for kind, weight in (("days", days), ("visits", visits)) if weight)
    return Section("service", "服务情况", "Service", days + visits, items)


def _results(weight: int) -> Section:
    return Section("results", "目标完成", "Results", weight, (Item("indicators", weight),))


def _satisfaction(host: int, beneficiaries: int) -> Section:
    items = (Item("host", host), Item("beneficiaries", beneficiaries))
    return Section("satisfaction", "满意度", "Satisfaction", host + beneficiaries, items)


SCORECARDS = {
    "yearly": Scorecard("yearly", 1, (_service(40, 20), _results(20), _satisfaction(10, 10))),
    "reviewed": Scorecard(
        "reviewed",
        1,
        (
            _service(20, 10),
            _results(20),
            _satisfaction(10, 10),
            Section(
                "judged",
                "考评意见",
                "Judgement",
                30,
                (
                    Item("unit_opinion", 5),
                    Item("district", 10),
                    Item("assessors", 15),
                ),
            ),
            Section(
                "extra",
                "加分项",
                "Extra points",
                0,
                (Item("manual", 5, code="extra", zh="突出成效加分", en="outstanding effects"),),
                cap=5,
            ),
        ),
    ),
    "visits": Scorecard("visits", 1, (_service(0, 50), _satisfaction(30, 20))),
    "audience": Scorecard("audience", 1, (_satisfaction(40, 60),)),
    "post": Scorecard(
        "post",
        1,
        (
            _results(40),
            _satisfaction(20, 10),
            Section("judged", "考评意见", "Judgement", 30, (Item("unit_opinion", 10), Item("district", 20))),
        ),
    ),
}
"""Scorecards that a policy may name instead of writing them out. ``yearly``, the default: 40·days + 20·visits +
20·indicators + 20·(host + beneficiaries)/200. ``reviewed`` adds those who judge, ``visits`` is for open-ended orders,
``audience`` for lectures, ``post`` for secondments."""

MOST_SECTIONS, MOST_ITEMS = 12, 24


def of_weights(days: int, visits: int, results: int, satisfaction: int, late: int) -> Scorecard:
    """The card of a round that was opened when a policy had four weights instead. An odd point of satisfaction goes to
    the host."""
    host = Item("host", satisfaction - satisfaction // 2, late)
    ratings = (host, Item("beneficiaries", satisfaction // 2, late))
    sections = (
        _service(days, visits),
        _results(results),
        replace(_satisfaction(0, 0), weight=satisfaction, items=ratings),
    )
    return Scorecard("yearly", 1, tuple(section for section in sections if section.weight))


def scorecard_faults(card: Scorecard) -> Iterator[tuple[str, str]]:
    """What would keep a card from being added up, as (pointer below the card, message)."""
    if not card.name.strip() or len(card.name) > 60:
        yield "/name", "a name of at most 60 characters"
    if card.version < 1:
        yield "/version", "counts from 1"
    if sum(section.weight for section in card.sections) != 100:
        yield "/sections", "the weights of the sections must come to 100 points"
    if len(card.sections) > MOST_SECTIONS or len(card.items) > MOST_ITEMS:
        yield "/sections", f"at most {MOST_SECTIONS} sections and {MOST_ITEMS} items"
    yield from _unique_faults(card)
    for place, section in enumerate(card.sections):
        at = f"/sections/{place}"
        if not section.zh.strip() or not section.en.strip() or max(len(section.zh), len(section.en)) > 60:
            yield f"{at}/zh", "a name in Chinese and English of at most 60 characters each"
        if not section.items:
            yield f"{at}/items", "needs items"
        elif not 0 <= section.weight <= section.most <= sum(item.weight for item in section.items):
            yield f"{at}/cap", "the cap lies between the section's weight and the sum of its items"
        for number, item in enumerate(section.items):
            yield from _item_faults(item, f"{at}/items/{number}")


def _unique_faults(card: Scorecard) -> Iterator[tuple[str, str]]:
    codes = [section.code for section in card.sections]
    if len(set(codes)) < len(codes) or not all(codes):
        yield "/sections", "each section has a code of its own"
    keys = [item.key for item in card.items]
    if len(set(keys)) < len(keys):
        yield "/sections", "each kind stands on the card once, manual items with a code of their own"


def _item_faults(item: Item, at: str) -> Iterator[tuple[str, str]]:
    if item.kind not in KINDS:
        yield f"{at}/kind", f"one of {', '.join(KINDS)}"
    if not 0 < item.weight <= 100:
        yield f"{at}/weight", "between 1 and 100 points"
    if not 0 <= item.late <= 100:
        yield f"{at}/late", "between 0 and 100 points"
    if (item.kind == "manual") != bool(item.code):
        yield f"{at}/code", "a manual item has a code, and nothing else does"
    if item.kind == "manual" and not (item.zh.strip() and item.en.strip()):
        yield f"{at}/zh", "a manual item has a name in Chinese and English"
    if max(len(item.code), len(item.zh), len(item.en)) > 60:
        yield f"{at}/zh", "at most 60 characters"
