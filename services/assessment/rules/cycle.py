"""A yearly cycle (年度考核): one round, one year, every live team."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.assessment.rules.policy import Policy
from shared.actor import SYSTEM, Actor
from shared.calendar import end_of
from shared.errors import Reason, require
from shared.lifecycle import Lifecycle, Step

_ORDER = ("enrolled", "collecting", "scored", "graded", "on_notice", "published")
_BEGUN = _ORDER[1:]
_LIVE = ("agreed", "serving")

LIFECYCLE = Lifecycle(
    "cycle",
    {
        "enrolled": "已建立",
        "collecting": "收集材料",
        "scored": "已评分",
        "graded": "已定等次",
        "on_notice": "公示中",
        "published": "已公布",
    },
    (
        Step("collect", ("enrolled",), "collecting", ("bureau",), "开始收集材料", "Collect"),
        Step("score", ("collecting",), "scored", ("bureau", "system"), "评分", "Score"),
        Step("grade", ("scored", "graded"), "graded", ("bureau",), "定等次", "Grade"),
        Step("put_on_notice", ("graded",), "on_notice", ("system",), "公示", "Put on notice"),
        Step("publish", _BEGUN[:-1], "published", ("bureau",), "公布", "Publish"),
        Step("correct", _BEGUN, "published", ("system",), "更正", "Correct"),
    ),
)
"""The steps of the whole cycle. Single assessments may run behind (an objection holds one back or opens it
again); the cycle stands where the one furthest behind stands, see :func:`standing`."""


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """``confirmed``: assessments whose notice entry is confirmed and that no edition shows yet;
    ``notice_open``: a notice of grades with unsettled entries; ``published``: an edition shows somebody."""

    status: str
    confirmed: int = 0
    notice_open: bool = False
    published: bool = False


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What decides whether a team belongs to a cycle: its stage, its agreed term, whether it is in some cycle already."""

    stage: str
    starts_on: date | None
    ends_on: date | None
    assessed: bool = False


def standing(statuses: Sequence[str]) -> str:
    """Where a cycle stands: with the assessment that is furthest behind; excluded ones do not count."""
    counted = [_ORDER.index(s) for s in statuses if s != "excluded"]
    return _ORDER[min(counted)] if counted else "published"


def enrols(team: TeamFacts, year: int) -> bool:
    """Every live team whose term has begun by the end of the year and did not end before it; also one that is not in any
    cycle yet, be its term over or the team concluded: nobody serves without a grade."""
    begun = team.starts_on is not None and team.starts_on.year <= year
    return begun and (
        _unassessed(team) or (team.stage in _LIVE and (team.ends_on is None or team.ends_on.year >= year))
    )


def _unassessed(team: TeamFacts) -> bool:
    return team.stage in (*_LIVE, "concluded") and team.starts_on is not None and not team.assessed


def exists(cycle_id: object) -> Reason:
    """One cycle per round and year: which it is."""
    return Reason(
        "cycle.exists", f"该年度考核已建立：{cycle_id}", f"The cycle of this year exists already: {cycle_id}", "/year"
    )


def open_obstacles(year: int, round_year: int, teams: int, now: datetime, rated: bool = True) -> Iterator[Reason]:
    """A round whose mode rates, a year between the round's and the present one, and somebody to assess."""
    if not rated:
        yield Reason("cycle.not_rated", "该批次所属项目不进行年度考核", "The round's mode has no yearly rating")
    if not round_year <= year <= now.year:
        yield Reason(
            "cycle.year",
            f"年度应在{round_year}年至{now.year}年之间",
            f"The year lies between {round_year} and {now.year}",
            "/year",
        )
    elif not teams:
        yield Reason("cycle.empty", "没有在服务的团队", "No live team to assess")


def opened(year: int, round_year: int, teams: int, now: datetime, rated: bool = True) -> str:
    """A cycle is for a year that has begun and for at least one live team of a round that rates."""
    require(open_obstacles(year, round_year, teams, now, rated))
    return "enrolled"


def collect(facts: CycleFacts, actor: Actor) -> str:
    """Opens the parts of every enrolled assessment."""
    return LIFECYCLE.after("collect", facts.status, actor)


def parts_due_at(now: datetime, policy: Policy) -> datetime:
    """Parts may be handed in until the end of this day (policy: days from the opening of the collection)."""
    return end_of(now.date() + timedelta(days=policy.part_days), now)


def remind_at(now: datetime, due_at: datetime, policy: Policy) -> datetime | None:
    """Once, some days before the parts are due (policy; none: never, nor when that moment is over)."""
    at = due_at - timedelta(days=policy.reminder_days)
    return at if policy.reminder_days and at > now else None


def score(facts: CycleFacts, actor: Actor) -> str:
    """Scores every assessment that is collecting; each has its own conditions."""
    return LIFECYCLE.after("score", facts.status, actor)


def grade(facts: CycleFacts, actor: Actor) -> str:
    """Graded as a whole, and not while a notice of its grades is open: the order of all decides the cap."""
    status = LIFECYCLE.after("grade", facts.status, actor)
    require(grade_obstacles(facts))
    return status


def grade_obstacles(facts: CycleFacts) -> Iterator[Reason]:
    """Nothing of it is on notice, and what a notice confirmed is published."""
    if facts.confirmed:
        yield Reason("cycle.confirmed", "请先公布已公示期满的等次", "Publish the confirmed grades first")
    if facts.notice_open:
        yield Reason("cycle.on_notice", "考核结果公示尚未结束", "Its grades are on notice: settle the notice first")


def put_on_notice(facts: CycleFacts) -> str:
    """Everything graded is shown together."""
    return LIFECYCLE.after("put_on_notice", facts.status, SYSTEM)


def publish(facts: CycleFacts, actor: Actor) -> str:
    """An edition shows those whose notice entry is confirmed; held ones follow in a later edition."""
    status = LIFECYCLE.after("publish", facts.status, actor)
    require(publish_obstacles(facts))
    return status


def publish_obstacles(facts: CycleFacts) -> Iterator[Reason]:
    """At least one grade that a notice has confirmed."""
    if not facts.confirmed:
        yield Reason("cycle.nothing_confirmed", "没有公示期满的考核结果", "No grade has been confirmed by a notice")


def correct(facts: CycleFacts) -> str:
    """Published ratings are put right by a new edition, under the same conditions as grading."""
    status = LIFECYCLE.after("correct", facts.status, SYSTEM)
    require(correct_obstacles(facts))
    return status


def correct_obstacles(facts: CycleFacts) -> Iterator[Reason]:
    """Something published to put right, and nothing on its way to be."""
    if not facts.published:
        yield Reason("cycle.unpublished", "尚无已公布的等次", "Nothing is published yet")
    yield from grade_obstacles(facts)


def is_last(year: int, teams: Sequence[TeamFacts]) -> bool:
    """True when no team of the round needs a further cycle: none is still on its way to an agreement or served and was
    never assessed, and no live team's agreed term reaches beyond this year. A team that withdrew, was dissolved or
    lapsed needs none."""
    return not any(
        team.stage in ("on_notice", "confirmed")
        or _unassessed(team)
        or (team.stage in _LIVE and team.ends_on is not None and team.ends_on.year > year)
        for team in teams
    )
