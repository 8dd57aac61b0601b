"""A year in figures: what its teams and orders come to, in a county, in a city, by industry, by programme.

Pure. Everything is a sum over rows, one a team and one an order, and each row lies in exactly one county: what the
counties come to is what the city comes to. Two figures are of their own kind: places are counted once however many
teams serve there, so they add up over counties (a place lies in one) and not over industries; and an expert who
serves in two teams is two ``experts`` (人次), which is why people are told besides, each counted once.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from services.assessment.rules.frozen import Document
from services.assessment.rules.grading import GRADES

Key = TypeVar("Key", bound=Hashable)

PROGRAMMES = {
    "team_project": "专家服务团（1+N+1）",
    "service_group": "专家服务小组",
    "service_base": "专家服务基地",
    "lecture": "专家讲堂",
    "secondment": "挂职服务",
}
"""The programmes in words; one that is not listed is called by its own name."""
MATCHED = ("matched", "in_service", "completed")
"""Where an order stands that has found its team."""
EXPERTS, LOCAL_TALENT = ("lead", "member"), "local_talent"
"""Roles that a report counts; a host's assistants are neither."""


def county_of(division: str) -> str:
    """The county in which a place lies: the first six digits of its code."""
    return division[:6].ljust(12, "0")


@dataclass(frozen=True, slots=True)
class IndicatorYear:
    """From baseline to actual; ``actual`` is empty when nobody reported. Decimals as text."""

    name: str
    unit: str
    baseline: str
    target: str
    actual: str

    @property
    def reached(self) -> bool:
        """Reported, and at its target or beyond it in the direction that was agreed."""
        if not self.actual:
            return False
        baseline, target, actual = Decimal(self.baseline), Decimal(self.target), Decimal(self.actual)
        return actual >= target if target >= baseline else actual <= target


@dataclass(frozen=True, slots=True)
class TeamYear:
    """One team in one year. ``day_tenths``: confirmed days times ten; ``forms``: visits by form of service;
    ``awarded_fen`` of its whole term, ``paid_fen`` and ``returned_fen`` (came back) of the year, ``held_fen`` at its end;
    ``grade`` and ``total`` as published, empty before. ``key_place``: its order is of a key place. ``active``: served or
    was there to serve; of another, only money moved in the year."""

    order_number: str
    order: str
    team: str
    unit: str
    division: str
    place: str
    industry: str
    programme: str
    round: str
    round_year: int
    key_place: bool
    experts: int
    local_talents: int
    visits: int
    day_tenths: int
    forms: dict[str, int]
    beneficiaries: int
    served_units: int
    awarded_fen: int
    paid_fen: int
    returned_fen: int
    held_fen: int = 0
    cards_issued: int = 0
    card_uses: int = 0
    grade: str = ""
    total: str = ""
    indicators: tuple[IndicatorYear, ...] = ()
    active: bool = True

    @property
    def county(self) -> str:
        return county_of(self.division)

    def document(self) -> Document:
        """As it is frozen: plain JSON without floats."""
        return asdict(self) | {"indicators": [asdict(one) for one in self.indicators]}

    @staticmethod
    def of(document: Document) -> "TeamYear":
        """As it was frozen."""
        return TeamYear(**document | {"indicators": tuple(IndicatorYear(**one) for one in document["indicators"])})


@dataclass(frozen=True, slots=True)
class OrderYear:
    """An order of the year's rounds, and where it stood."""

    number: str
    title: str
    division: str
    place: str
    industry: str
    programme: str
    key_place: bool
    status: str

    @property
    def county(self) -> str:
        return county_of(self.division)

    def document(self) -> Document:
        """As it is frozen."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Figures:
    """What rows come to. Amounts are fen, days tenths of a day."""

    orders: int = field(default=0, metadata={"zh": "发布订单（个）", "en": "Orders published"})
    orders_matched: int = field(default=0, metadata={"zh": "对接成功订单（个）", "en": "Orders matched"})
    key_orders: int = field(default=0, metadata={"zh": "重点地区订单（个）", "en": "Orders of key places"})
    key_orders_matched: int = field(default=0, metadata={"zh": "重点地区对接成功（个）", "en": "Of those matched"})
    teams: int = field(default=0, metadata={"zh": "服务团队（个）", "en": "Teams"})
    experts: int = field(default=0, metadata={"zh": "服务专家（人次）", "en": "Experts, once per team"})
    local_talents: int = field(default=0, metadata={"zh": "培养本土人才（人次）", "en": "Local talents trained"})
    visits: int = field(default=0, metadata={"zh": "服务次数（次）", "en": "Visits confirmed"})
    day_tenths: int = field(default=0, metadata={"zh": "服务天数（天）", "en": "Days confirmed"})
    beneficiaries: int = field(default=0, metadata={"zh": "受益群众（人次）", "en": "Beneficiaries"})
    served_units: int = field(default=0, metadata={"zh": "服务企业和单位（家次）", "en": "Units served"})
    places: int = field(default=0, metadata={"zh": "服务乡镇村（个）", "en": "Places served"})
    key_places: int = field(default=0, metadata={"zh": "其中重点地区（个）", "en": "Key places served"})
    indicators: int = field(default=0, metadata={"zh": "约定指标（项）", "en": "Indicators agreed"})
    indicators_reached: int = field(default=0, metadata={"zh": "达标指标（项）", "en": "Indicators reached"})
    excellent: int = field(default=0, metadata={"zh": "考核优秀（个）", "en": "Rated excellent"})
    qualified: int = field(default=0, metadata={"zh": "考核合格（个）", "en": "Rated qualified"})
    unqualified: int = field(default=0, metadata={"zh": "考核不合格（个）", "en": "Rated unqualified"})
    awarded_fen: int = field(
        default=0, metadata={"zh": "全期资助金额（元）", "en": "Awarded for the whole term (yuan)"}
    )
    paid_fen: int = field(default=0, metadata={"zh": "本年拨付（元）", "en": "Paid in the year (yuan)"})
    returned_fen: int = field(default=0, metadata={"zh": "本年收回（元）", "en": "Came back in the year (yuan)"})
    held_fen: int = field(
        default=0, metadata={"zh": "年末累计实拨（元）", "en": "Paid by the year's end, less what came back (yuan)"}
    )

    cards_issued: int = field(default=0, metadata={"zh": "发放英才卡（张）", "en": "Benefit cards issued"})
    card_uses: int = field(default=0, metadata={"zh": "英才卡使用（次）", "en": "Uses of benefit cards"})

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    def document(self) -> Document:
        return asdict(self)


NAMES = tuple(one.name for one in fields(Figures))
WORDS: dict[str, tuple[str, str]] = {one.name: (one.metadata["zh"], one.metadata["en"]) for one in fields(Figures)}
"""Chinese and English of each figure, in order."""


def figures(teams: Sequence[TeamYear], orders: Sequence[OrderYear]) -> Figures:
    """What these teams and orders come to."""
    served = [team for team in teams if team.visits]
    indicators = [one for team in teams for one in team.indicators]
    summed = (
        "experts",
        "local_talents",
        "visits",
        "day_tenths",
        "beneficiaries",
        "served_units",
        "awarded_fen",
        "paid_fen",
        "returned_fen",
        "held_fen",
        "cards_issued",
        "card_uses",
    )
    return Figures(
        orders=len(orders),
        orders_matched=sum(order.status in MATCHED for order in orders),
        key_orders=sum(order.key_place for order in orders),
        key_orders_matched=sum(order.key_place and order.status in MATCHED for order in orders),
        teams=sum(team.active for team in teams),
        places=len({team.division for team in served}),
        key_places=len({team.division for team in served if team.key_place}),
        indicators=len(indicators),
        indicators_reached=sum(one.reached for one in indicators),
        **{grade: sum(team.grade == grade for team in teams) for grade in GRADES},
        **{name: sum(getattr(team, name) for team in teams) for name in summed},
    )


def by(
    teams: Sequence[TeamYear],
    orders: Sequence[OrderYear],
    of_team: Callable[[TeamYear], Key],
    of_order: Callable[[OrderYear], Key] | None,
) -> list[tuple[Key, Figures]]:
    """The same figures of each group, in the order of the keys; orders belong to none where ``of_order`` is None."""
    keys = {of_team(team) for team in teams} | ({of_order(order) for order in orders} if of_order else set())
    return [
        (
            key,
            figures(
                [team for team in teams if of_team(team) == key],
                [order for order in orders if of_order and of_order(order) == key],
            ),
        )
        for key in sorted(keys, key=str)
    ]


def total(each: Iterable[Figures]) -> Figures:
    """What counties come to together."""
    return sum(each, Figures())


def forms(teams: Sequence[TeamYear]) -> dict[str, int]:
    """Visits by form of service, the commonest first."""
    found: dict[str, int] = {}
    for team in teams:
        for form, count in team.forms.items():
            found[form] = found.get(form, 0) + count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def measured(teams: Sequence[TeamYear]) -> list[dict[str, Any]]:
    """Indicators of one name and unit taken together: how many teams, and from where to where (sums, as text)."""
    found: dict[tuple[str, str], list[IndicatorYear]] = {}
    for team in teams:
        for one in team.indicators:
            found.setdefault((one.name, one.unit), []).append(one)
    return [
        {
            "name": name,
            "unit": unit,
            "teams": len(rows),
            "reached": sum(one.reached for one in rows),
            **{what: _sum(getattr(one, what) for one in rows) for what in ("baseline", "target")},
            "actual": _sum(one.actual or one.baseline for one in rows),
        }
        for (name, unit), rows in sorted(found.items())
    ]


def _sum(values: Iterable[str]) -> str:
    found = sum((Decimal(value) for value in values), Decimal(0)).normalize()
    return format(found, "f")


def change(before: int, after: int) -> str | None:
    """By how many percent a figure changed, with one decimal and its sign; None from nothing."""
    if not before:
        return None
    percent = (Decimal(after - before) * 100 / before).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{percent:+}"
