"""A follow-up visit (回访): some months after a team's end the district looks at what still stands.

Earlier, experts came for some days and nobody followed the results up; that is what this is for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.assessment.rules.policy import Policy
from shared.actor import SYSTEM, Actor
from shared.calendar import months_later
from shared.errors import NotFound, Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "follow_up",
    {"planned": "未到期", "open": "待回访", "recorded": "已回访"},
    (
        Step("open", ("planned",), "open", ("system",), "到期", "Fall due"),
        Step("record", ("open",), "recorded", ("district", "bureau"), "登记回访", "Record"),
    ),
)


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """``opens_on``: its first day; ``indicators``: the names of what the team had agreed."""

    status: str
    division: str
    opens_on: date
    due_on: date
    indicators: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What the visit found. ``standing``: indicator → its value now, as text; ``going_on``: how many local talents go on
    with the work."""

    visited_on: date
    text: str
    going_on: int
    standing: dict[str, str]


def planned(ended_on: date, like: datetime, policy: Policy) -> list[tuple[int, datetime, date]]:
    """Of each visit after how many months it is, when it opens (the beginning of a day) and until when it is due."""
    found = []
    for months in policy.follow_up_months:
        on = months_later(ended_on, months)
        opens_at = datetime.combine(on, time(), tzinfo=like.tzinfo)
        found.append((months, opens_at, on + timedelta(days=policy.follow_up_days)))
    return found


def plan() -> str:
    """Where it stands from the team's end on."""
    return next(iter(LIFECYCLE.statuses))


def open_(facts: FollowUpFacts) -> str:
    """Its day has come."""
    return LIFECYCLE.after("open", facts.status, SYSTEM)


def record(facts: FollowUpFacts, finding: Finding, today: date, actor: Actor) -> str:
    """By the office of the place; once."""
    if not actor.covers(facts.division):
        raise NotFound("follow_up")
    status = LIFECYCLE.after("record", facts.status, actor)
    require(record_obstacles(facts, finding, today))
    return status


def record_obstacles(facts: FollowUpFacts, finding: Finding, today: date) -> Iterator[Reason]:
    """Words, a day that has come, and the value now of every indicator that was agreed, of no other."""
    if not finding.text.strip():
        yield Reason("follow_up.text", "请填写回访情况", "Write what was found", "/text")
    if finding.visited_on > today:
        yield Reason("follow_up.day", "回访日期不能晚于今天", "The day has not come", "/visited_on")
    if finding.visited_on < facts.opens_on:
        yield Reason(
            "follow_up.early", f"回访日期不能早于{facts.opens_on}", f"Not before {facts.opens_on}", "/visited_on"
        )
    if finding.going_on < 0:
        yield Reason("follow_up.going_on", "人数不能为负", "Not below zero", "/going_on")
    if missing := [name for name in facts.indicators if name not in finding.standing]:
        named = "、".join(missing)
        yield Reason("follow_up.missing", f"请填写指标现值：{named}", f"Give the value now of: {named}", "/standing")
    if strange := sorted(set(finding.standing) - set(facts.indicators)):
        named = "、".join(strange)
        yield Reason("follow_up.unknown", f"没有约定的指标：{named}", f"Never agreed: {named}", "/standing")


def is_overdue(status: str, due_on: date, today: date) -> bool:
    """Open, and its time is over: it is still owed."""
    return status == "open" and due_on < today
