"""Rectification (限期整改): an unqualified team puts things right by a deadline, or its award is revoked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.assessment.rules.policy import Policy
from shared.actor import SYSTEM, Actor
from shared.calendar import end_of
from shared.errors import Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "rectification",
    {"open": "整改中", "extended": "延期", "passed": "整改合格", "failed": "整改不合格", "cancelled": "撤销"},
    (
        Step("plan", ("open",), "open", ("expert",), "提交整改方案", "Plan"),
        Step("plan", ("extended",), "extended", ("expert",), "提交整改方案", "Plan"),
        Step("extend", ("open",), "extended", ("bureau",), "延期", "Extend"),
        Step("inspect", ("open",), "open", ("bureau", "district"), "现场复查", "Inspect"),
        Step("inspect", ("extended",), "extended", ("bureau", "district"), "现场复查", "Inspect"),
        Step("pass", ("open", "extended"), "passed", ("bureau",), "整改合格", "Pass"),
        Step("fail", ("open", "extended"), "failed", ("bureau",), "整改不合格", "Fail"),
        Step("cancel", ("open", "extended", "passed", "failed"), "cancelled", ("system",), "撤销", "Cancel"),
    ),
)


@dataclass(frozen=True, slots=True)
class RectificationFacts:
    """``inspected``: what the newest inspection found: in order (True), wanting (False), None without one."""

    status: str
    due_at: datetime
    inspected: bool | None = None


def is_open(status: str) -> bool:
    """Not decided yet."""
    return status in ("open", "extended")


def opened() -> str:
    """Opened by a published unqualified grade."""
    return "open"


def due_at(published_at: datetime, policy: Policy) -> datetime:
    """The end of the last day to put things right (policy: days from publication)."""
    return end_of(published_at.date() + timedelta(days=policy.rectification_days), published_at)


def extend(facts: RectificationFacts, until: datetime, reason: str, actor: Actor, now: datetime) -> str:
    """Once, to a later day, with a reason."""
    status = LIFECYCLE.after("extend", facts.status, actor)
    require(extend_obstacles(facts, until, reason, now))
    return status


def extend_obstacles(facts: RectificationFacts, until: datetime, reason: str, now: datetime) -> Iterator[Reason]:
    """A later day that is not over, and a reason."""
    if until <= max(facts.due_at, now):
        yield Reason("rectification.due", "新期限应晚于原期限和今天", "The new deadline must be later", "/due_on")
    yield from reason_obstacles(reason)


def reason_obstacles(reason: str) -> Iterator[Reason]:
    """Every decision on it is reasoned."""
    if not reason.strip():
        yield Reason("rectification.reason", "请说明理由", "Give the reason", "/reason")


def plan(facts: RectificationFacts, text: str, actor: Actor) -> str:
    """The team says what it will put right, and by when; a later plan takes the place of an earlier one."""
    status = LIFECYCLE.after("plan", facts.status, actor)
    require(plan_obstacles(text))
    return status


def plan_obstacles(text: str) -> Iterator[Reason]:
    """A plan says something."""
    if not text.strip():
        yield Reason("rectification.plan", "请填写整改方案", "The plan needs a text", "/plan")


def inspect(facts: RectificationFacts, finding: str, actor: Actor) -> str:
    """Somebody of the district or the bureau looks on the spot. There may be several inspections; the newest counts."""
    status = LIFECYCLE.after("inspect", facts.status, actor)
    require(reason_obstacles(finding))
    return status


def pass_(facts: RectificationFacts, finding: str, actor: Actor) -> str:
    """Inspected and found in order: held money and benefits are released."""
    status = LIFECYCLE.after("pass", facts.status, actor)
    require([*pass_obstacles(facts), *reason_obstacles(finding)])
    return status


def pass_obstacles(facts: RectificationFacts) -> Iterator[Reason]:
    """The newest inspection found it in order."""
    if facts.inspected is None:
        yield Reason("rectification.not_inspected", "尚未现场复查", "Nobody has inspected it yet")
    elif not facts.inspected:
        yield Reason("rectification.wanting", "最近一次复查不合格", "The newest inspection found it wanting")


def fail(facts: RectificationFacts, finding: str, actor: Actor, now: datetime) -> str:
    """Not put right: the award is revoked, benefits are withdrawn."""
    status = LIFECYCLE.after("fail", facts.status, actor)
    require([*fail_obstacles(facts, now), *reason_obstacles(finding)])
    return status


def fail_obstacles(facts: RectificationFacts, now: datetime) -> Iterator[Reason]:
    """The newest inspection found it wanting, or its time is over without one that found it in order."""
    if facts.inspected:
        yield Reason("rectification.in_order", "最近一次复查合格", "The newest inspection found it in order")
    elif facts.inspected is None and now < facts.due_at:
        yield Reason(
            "rectification.not_inspected",
            "整改期未满且尚未现场复查",
            "Its time is not over, and nobody has inspected it yet",
        )


def cancel(facts: RectificationFacts) -> str:
    """A corrected edition took its ground away."""
    return LIFECYCLE.after("cancel", facts.status, SYSTEM)
