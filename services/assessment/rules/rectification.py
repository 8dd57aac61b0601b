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
        Step("extend", ("open",), "extended", ("bureau",), "延期", "Extend"),
        Step("pass", ("open", "extended"), "passed", ("bureau",), "整改合格", "Pass"),
        Step("fail", ("open", "extended"), "failed", ("bureau",), "整改不合格", "Fail"),
        Step("cancel", ("open", "extended", "passed", "failed"), "cancelled", ("system",), "撤销", "Cancel"),
    ),
)


@dataclass(frozen=True, slots=True)
class RectificationFacts:
    status: str
    due_at: datetime


def opened() -> str:
    """Opened by a published unqualified grade."""
    return "open"


def due_at(published_at: datetime, policy: Policy) -> datetime:
    """The end of the last day to put things right (policy: days from publication)."""
    return end_of(published_at.date() + timedelta(days=policy.rectification_days), published_at)


def extend(facts: RectificationFacts, until: datetime, reason: str, actor: Actor) -> str:
    """Once, to a later day, with a reason."""
    status = LIFECYCLE.after("extend", facts.status, actor)
    require(extend_obstacles(facts, until, reason))
    return status


def extend_obstacles(facts: RectificationFacts, until: datetime, reason: str) -> Iterator[Reason]:
    """A later day, and a reason."""
    if until <= facts.due_at:
        yield Reason("rectification.due", "新期限应晚于原期限", "The new deadline must be later", "/due_on")
    yield from reason_obstacles(reason)


def reason_obstacles(reason: str) -> Iterator[Reason]:
    """Every decision on it is reasoned."""
    if not reason.strip():
        yield Reason("rectification.reason", "请说明理由", "Give the reason", "/reason")


def pass_(facts: RectificationFacts, finding: str, actor: Actor) -> str:
    """Inspected and found in order: held money and benefits are released."""
    status = LIFECYCLE.after("pass", facts.status, actor)
    require(reason_obstacles(finding))
    return status


def fail(facts: RectificationFacts, finding: str, actor: Actor) -> str:
    """Inspected and found wanting: the award is revoked, benefits are withdrawn."""
    status = LIFECYCLE.after("fail", facts.status, actor)
    require(reason_obstacles(finding))
    return status


def cancel(facts: RectificationFacts) -> str:
    """A corrected edition took its ground away."""
    return LIFECYCLE.after("cancel", facts.status, SYSTEM)
