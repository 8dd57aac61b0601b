"""City review (市级评审): the bureau names assessors for a cycle, each team is given several of them, never with a conflict of
interest, and each scores it 0 to 100 on a sheet of their own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.assessment.rules.policy import Policy, Scorecard
from shared.actor import Actor
from shared.balanced import Pair
from shared.errors import NotFound, Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

ACTIVE = ("assigned", "scored")
"""Sheets that count towards the assessors that a team needs."""

LIFECYCLE = Lifecycle(
    "sheet",
    {"assigned": "待评分", "scored": "已评分", "conflicted": "已回避", "withdrawn": "已撤销"},
    (
        Step("score", ("assigned", "scored"), "scored", ("reviewer",), "评审打分", "Hand in a score"),
        Step("declare", ("assigned", "scored"), "conflicted", ("reviewer",), "申明回避", "Declare a conflict"),
        Step("withdraw", ("assigned", "scored"), "withdrawn", ("bureau",), "撤销评审任务", "Withdraw"),
    ),
)


@dataclass(frozen=True, slots=True)
class Assessor:
    """Somebody whom the bureau named. ``load``: the teams that this person has; ``most``: as many as it may become;
    ``teammates``: people with whom this one was in a team within the policy's years."""

    person_id: str
    name: str
    unit_code: str
    most: int
    load: int = 0
    teammates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A team to be scored. ``people`` serve or served in it, ``units`` employ them; ``readers`` have a sheet of it,
    ``declared`` said that they are not impartial."""

    assessment_id: str
    label: str
    host_code: str
    people: frozenset[str]
    units: frozenset[str]
    readers: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """A sheet, whose it is, and whether its assessment still takes parts."""

    status: str
    person_id: str
    collecting: bool
    parts_due_at: datetime | None = None


def exists(card: Scorecard) -> Iterator[Reason]:
    """There are assessors where the round's card has an item for them."""
    if not any(item.kind == "assessors" for item in card.items):
        yield Reason("review.none", "本批次考核表没有市级评审项", "The scorecard of this round has no city review")


def name_obstacles(named: Sequence[Assessor], card: Scorecard, open_: bool) -> Iterator[Reason]:
    """Each once, with a unit by which conflicts are found, while there is something left to score."""
    yield from exists(card)
    if not open_:
        yield Reason("review.over", "本年度考核已评分", "The cycle is scored already")
    seen: set[str] = set()
    for place, one in enumerate(named):
        if one.person_id in seen:
            yield Reason("assessor.twice", "同一专家列了两次", "The same person twice", f"/assessors/{place}/person_id")
        seen.add(one.person_id)


def conflicts(one: Assessor, team: Reviewed) -> Iterator[Reason]:
    """Every reason for which this assessor must keep away from this team."""
    if one.person_id in team.people:
        yield _reason("serves", one, "是或曾是该团队人员", "serves or served in the team")
    elif one.teammates & team.people:
        yield _reason("shared_team", one, "近年与团队人员同在一个服务团", "was lately in one team with someone of it")
    if one.unit_code in team.units:
        yield _reason("same_unit", one, "与团队人员同单位", "works in the same unit as someone of the team")
    if one.unit_code == team.host_code:
        yield _reason("same_host", one, "所在单位为受援单位", "works for the host")
    if one.person_id in team.declared:
        yield _reason("declared", one, "已申明利益冲突", "has declared a conflict of interest")


def _reason(code: str, one: Assessor, zh: str, en: str) -> Reason:
    return Reason(f"conflict.{code}", f"{one.name}{zh}", f"{one.name} {en}", "/person_id")


def pairs(
    assessors: Sequence[Assessor], teams: Sequence[Reviewed]
) -> tuple[dict[Pair, float], dict[Pair, tuple[Reason, ...]]]:
    """The pairs that may be, all equally good, and those that may not, each with its conflicts."""
    free: dict[Pair, float] = {}
    barred: dict[Pair, tuple[Reason, ...]] = {}
    for t, team in enumerate(teams):
        for a, one in enumerate(assessors):
            if found := tuple(conflicts(one, team)):
                barred[a, t] = found
            elif one.person_id not in team.readers:
                free[a, t] = 0.0
    return free, barred


def needed(team: Reviewed, policy: Policy) -> int:
    """How many assessors a team still lacks."""
    return max(0, policy.assessors_per_team - len(team.readers))


def shortfalls(
    teams: Sequence[Reviewed], assessors: int, missing: Mapping[int, int], barred: Mapping[Pair, tuple[Reason, ...]]
) -> Iterator[Reason]:
    """Which teams cannot get enough assessors, and why."""
    if missing and not assessors:
        yield Reason("review.assessors_none", "请先聘定评审专家", "Name assessors first")
        return
    for place, lacking in sorted(missing.items()):
        team, away = teams[place], sum(t == place for _, t in barred)
        yield Reason(
            "review.assessors_short",
            f"{team.label}缺{lacking}名评审专家：{assessors}人中{away}人须回避，其余已在评或已达上限",
            f"{team.label} lacks {lacking} assessor(s): of {assessors}, {away} have a conflict, the others have it "
            "already or have as many teams as they may be given",
            f"/assessments/{team.assessment_id}",
        )


def assign() -> str:
    """An assessor is given a team to score."""
    return "assigned"


def score(facts: SheetFacts, points: Decimal, found: Sequence[Reason], actor: Actor, now: datetime) -> str:
    """The assessor's own score, given anew as often as wanted until the parts are due. ``found``: the conflicts that are
    known by now; whoever has one does not score, whatever was thought when the sheet was given."""
    status = LIFECYCLE.after("score", facts.status, actor)
    own(facts, actor)
    require([*found, *score_obstacles(facts, points, now)])
    return status


def score_obstacles(facts: SheetFacts, points: Decimal, now: datetime) -> Iterator[Reason]:
    """In time, from 0 to 100."""
    yield from late_obstacles(facts, now)
    if not 0 <= points <= 100:
        yield Reason("sheet.range", "评分应为0至100分", "A score is from 0 to 100", "/score")


def late_obstacles(facts: SheetFacts, now: datetime) -> Iterator[Reason]:
    """Scores are taken until the parts are due."""
    if not facts.collecting or (facts.parts_due_at is not None and now >= facts.parts_due_at):
        yield Reason("sheet.late", "评审期限已过", "The time for scoring is over")


def declare(facts: SheetFacts, reason: str, actor: Actor) -> str:
    """An assessor who is not impartial says so, and why; whatever was scored no longer counts."""
    status = LIFECYCLE.after("declare", facts.status, actor)
    own(facts, actor)
    require(_end_obstacles(facts, reason))
    return status


def withdraw(facts: SheetFacts, reason: str, actor: Actor) -> str:
    """The bureau takes a team back from an assessor, always with a reason."""
    status = LIFECYCLE.after("withdraw", facts.status, actor)
    require(_end_obstacles(facts, reason))
    return status


def over_obstacles(facts: SheetFacts) -> Iterator[Reason]:
    """Nobody is taken from a team that is scored."""
    if not facts.collecting:
        yield Reason("sheet.over", "该团队已评分", "The team is scored already")


def _end_obstacles(facts: SheetFacts, reason: str) -> Iterator[Reason]:
    yield from over_obstacles(facts)
    yield from reason_given("sheet.reason", reason)


def shows_material(status: str) -> bool:
    """Whoever stood back, or had the team taken away, does not look into it any longer."""
    return status in ACTIVE


def own(facts: SheetFacts, actor: Actor) -> None:
    """Another assessor's sheet is not there."""
    if not actor.person or actor.person != facts.person_id:
        raise NotFound("sheet")
