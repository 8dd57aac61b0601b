"""Half-year and final summaries of a team (半年小结、总结)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from services.teams.rules.policy import TeamsPolicy
from shared.actor import Actor
from shared.calendar import end_of, months_later
from shared.errors import NotFound, Reason, require
from shared.lifecycle import Lifecycle, Step

Kind = Literal["half_year", "final"]

LIFECYCLE = Lifecycle(
    "summary",
    {"draft": "待提交", "submitted": "待审核", "accepted": "已通过", "returned": "已退回"},
    (
        Step("submit", ("draft", "returned"), "submitted", ("expert",), "提交", "Submit"),
        Step("accept", ("submitted",), "accepted", ("district", "bureau"), "通过", "Accept"),
        Step("return", ("submitted",), "returned", ("district", "bureau"), "退回", "Return"),
    ),
)

WRITTEN = ("draft", "returned")
"""While the team writes it."""
OWED_WHILE = ("serving", "concluded")
"""Teams that owe their summaries; whoever was dissolved or withdrew owes none."""


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    status: str
    sections: Mapping[str, str]
    division: str


def opened() -> str:
    """Where a summary begins."""
    return "draft"


def begin_obstacles(team_status: str, starts_on: date | None) -> Iterable[Reason]:
    """A team that serves or has served may begin its final summary before it is owed."""
    if team_status not in OWED_WHILE or starts_on is None:
        yield Reason("summary.not_served", "团队尚未开始服务", "The team has not begun to serve", "/status")


def half_year(starts_on: date, number: int) -> tuple[date, date]:
    """First and last day of the n-th half year of the term, from 1."""
    return months_later(starts_on, 6 * (number - 1)), months_later(starts_on, 6 * number) - timedelta(days=1)


def due(kind: Kind, period_to: date, now: datetime, policy: TeamsPolicy) -> datetime:
    """Until when it is to be submitted: the end of the last day. ``now`` names the zone."""
    days = policy.half_year_due_days if kind == "half_year" else policy.final_due_days
    return end_of(period_to + timedelta(days=days), now)


def is_late(submitted_at: datetime | None, due_at: datetime, now: datetime) -> bool:
    """A late summary is still taken, and stays marked as late."""
    return (submitted_at or now) >= due_at


def edit_obstacles(status: str, names: Collection[str], policy: TeamsPolicy) -> Iterable[Reason]:
    """The sections are the round's, and are written until it is submitted."""
    if status not in WRITTEN:
        yield Reason("summary.not_editable", "已提交，不能修改", "It was submitted and cannot be changed", "/status")
    known = (*policy.summary_sections, *policy.summary_extras)
    for name in names:
        if name not in known:
            listed = "、".join(known)
            yield Reason(
                "summary.section", f"没有“{name}”一项；应为：{listed}", f"No section '{name}'", f"/sections/{name}"
            )


def submit(summary: SummaryFacts, policy: TeamsPolicy, actor: Actor) -> str:
    """The lead submits it with every section written, however late."""
    status = LIFECYCLE.after("submit", summary.status, actor)
    require(submit_obstacles(summary, policy))
    return status


def submit_obstacles(summary: SummaryFacts, policy: TeamsPolicy) -> Iterable[Reason]:
    """What is not written yet."""
    for name in policy.summary_sections:
        if not summary.sections.get(name, "").strip():
            yield Reason(
                "summary.section_missing", f"请填写“{name}”", f"The section '{name}' is missing", f"/sections/{name}"
            )


def accept(summary: SummaryFacts, actor: Actor) -> str:
    """District or bureau take it as it is."""
    status = LIFECYCLE.after("accept", summary.status, actor)
    _own_division(summary, actor)
    return status


def return_(summary: SummaryFacts, reason: str, actor: Actor) -> str:
    """District or bureau send it back, always with a reason."""
    status = LIFECYCLE.after("return", summary.status, actor)
    _own_division(summary, actor)
    if not reason.strip():
        require([Reason("summary.reason_missing", "须说明退回理由", "A reason must be given", "/reason")])
    return status


def _own_division(summary: SummaryFacts, actor: Actor) -> None:
    if not actor.covers(summary.division):
        raise NotFound("summary")


def conclude_obstacles(accepted: bool, policy: TeamsPolicy) -> Iterable[Reason]:
    """Where the policy says so, a team is concluded once its final summary is accepted."""
    if policy.conclude_needs_summary and not accepted:
        yield Reason(
            "team.summary_missing",
            "总结尚未提交或通过，不能结项",
            "The final summary is not accepted yet",
            "/summaries",
        )
