"""Conflicts of interest (回避): computed from the registry and from what people did together, or declared.

Domain: nobody reviews people of the same unit, nor those with whom one was in a team in the last years; nor a claim
that one has a part in, an order that one took up oneself, or the order of one's own employer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from services.teams.rules.policy import TeamsPolicy
from shared.errors import Reason


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A panel's member. ``teammates``: person → the last day on which both were in one team. ``load``: claims that
    the reviewer has already; ``most``: as many as it may become."""

    person_id: str
    name: str
    unit_code: str
    fields: tuple[str, ...] = ()
    most: int = 0
    load: int = 0
    teammates: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Claim:
    """What reviewers are found for. ``people`` are or were asked to be on the roster, ``units`` employ them or take
    the money, ``rivals`` are or were asked by other claims on the same order. ``readers`` review it now; whoever is
    in ``declared`` has said not to be impartial. ``needed``: how many reviewers it still lacks."""

    claim_id: str
    label: str
    host_code: str
    people: frozenset[str]
    units: frozenset[str]
    rivals: frozenset[str] = frozenset()
    offered_by: str = ""
    subjects: tuple[str, ...] = ()
    readers: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()
    needed: int = 0


def conflicts(reviewer: Reviewer, claim: Claim, policy: TeamsPolicy, today: date) -> Iterable[Reason]:
    """Every reason for which this reviewer must keep away from this claim."""
    if reviewer.person_id in claim.people:
        yield _reason("on_roster", reviewer, "在该团队名单中或曾受邀", "is or was asked to be on the roster")
    elif reviewer.person_id in claim.rivals:
        yield _reason("same_order", reviewer, "参与了同一订单的其他申报", "has a part in another claim on the order")
    if reviewer.person_id == claim.offered_by:
        yield _reason("offered", reviewer, "是该订单的发榜专家", "offers the order")
    if reviewer.unit_code and reviewer.unit_code in claim.units:
        yield _reason("same_unit", reviewer, "与团队人员同单位", "works in the same unit as someone of the team")
    if reviewer.unit_code and reviewer.unit_code == claim.host_code:
        yield _reason("same_host", reviewer, "所在单位为需求单位", "works for the host of the order")
    met = () if reviewer.person_id in claim.people else claim.people & reviewer.teammates.keys()
    if any(recent(reviewer.teammates[person], policy, today) for person in met):
        years = policy.conflict_years
        yield _reason(
            "shared_team",
            reviewer,
            f"{years}年内与团队人员同在一个服务团",
            f"was in one team with someone of it within {years} years",
        )
    if reviewer.person_id in claim.declared:
        yield _reason("declared", reviewer, "已申明利益冲突", "has declared a conflict of interest")


def recent(last: date, policy: TeamsPolicy, today: date) -> bool:
    """Whether this day lies within the policy's years, whatever the day of February."""
    years = policy.conflict_years
    return (last.year + years, last.month, last.day) >= (today.year, today.month, today.day)


def _reason(code: str, reviewer: Reviewer, zh: str, en: str) -> Reason:
    return Reason(f"conflict.{code}", f"{reviewer.name}{zh}", f"{reviewer.name} {en}", "/person_id")
