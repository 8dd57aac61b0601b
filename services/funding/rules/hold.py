"""A hold: why money of an award, or of one instalment, is not paid for now. Several may stand at once; money moves on
when the last one ends. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shared.actor import SYSTEM, Actor
from shared.calendar import end_of
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "hold",
    {"standing": "暂缓中", "lifted": "已解除", "expired": "已到期"},
    (
        Step("lift", ("standing",), "lifted", ("bureau", "supervisor", "system"), "解除暂缓", "Lift"),
        Step("expire", ("standing",), "expired", ("system",), "到期", "Expire"),
    ),
)

SOURCES = {
    "grade": "考核不合格",
    "person": "经办决定",
    "suspension": "暂停申报资格",
    "objection": "异议或投诉",
}
"""Where a hold comes from. Only ``grade`` is placed and lifted by the system, with the published grades."""

PLACES = ("bureau", "supervisor")
HOLDABLE = ("reserved", "committed", "active")
"""Statuses of an award whose money can still be held back."""


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """One hold. ``placed_as`` is the role in which it was placed (bureau, supervisor or system)."""

    status: str
    source: str
    placed_as: str
    instalment: str = ""


def place_obstacles(award: str, instalment: str | None, reason: str, until: date | None, now: datetime) -> list[Reason]:
    """``award`` and ``instalment`` are statuses: money that is paid or free cannot be held. The last day lies ahead."""
    found = []
    if award not in HOLDABLE:
        found.append(Reason("hold.award_ended", "该资助已结束，无资金可暂缓", "The award has ended: nothing to hold"))
    elif instalment in ("paid", "cancelled"):
        found.append(
            Reason(
                "hold.instalment_final", "该分期已拨付或取消", "This instalment is paid or cancelled", "/instalment_id"
            )
        )
    found += reason_given("hold.reason", reason)
    if until and end_of(until, now) <= now:
        found.append(Reason("hold.until", "截止日期已过", "The last day has passed", "/until"))
    return found


def place(
    award: str, instalment: str | None, reason: str, until: date | None, actor: Actor, now: datetime
) -> tuple[str, str]:
    """The bureau or the supervisor holds an award, or one instalment, with the reason and perhaps until a day. Returns
    the first status and the role in which it was placed."""
    require(place_obstacles(award, instalment, reason, until, now))
    return next(iter(LIFECYCLE.statuses)), "supervisor" if actor.has("supervisor") else "bureau"


def lift_obstacles(hold: HoldFacts, reason: str, actor: Actor) -> list[Reason]:
    """What the grade holds the grade releases; what the supervisor holds nobody else releases."""
    found = list(reason_given("hold.reason", reason))
    if actor == SYSTEM:
        return []
    if hold.placed_as == "system":
        found.append(
            Reason(
                "hold.automatic",
                "考核结果产生的暂缓，整改通过或等次更正后自动解除",
                "It follows from the grade and ends with it",
            )
        )
    if hold.placed_as == "supervisor" and not actor.has("supervisor"):
        found.append(
            Reason(
                "hold.supervisor",
                "监督部门作出的暂缓，由监督部门解除",
                "Placed by the supervisor: only the supervisor lifts it",
            )
        )
    return found


def lift(hold: HoldFacts, reason: str, actor: Actor) -> str:
    """Its ground is gone, with the reason."""
    status = LIFECYCLE.after("lift", hold.status, actor)
    require(lift_obstacles(hold, reason, actor))
    return status


def expire(hold: HoldFacts) -> str:
    """Its last day is over."""
    return LIFECYCLE.after("expire", hold.status, SYSTEM)


def code(holds: Iterable[HoldFacts], instalment: str = "", team_gone: bool = False) -> str:
    """Why this instalment is held (a code), or "" when it is not: holds of the whole award and its own. Without an
    instalment: why the whole award is. Nothing is paid to a team that is gone."""
    if team_gone:
        return "team.gone"
    on = [hold for hold in holds if hold.status == "standing" and hold.instalment in ("", instalment)]
    first = min(on, key=lambda hold: list(SOURCES).index(hold.source), default=None)
    if first is None:
        return ""
    return "grade.unqualified" if first.source == "grade" else f"hold.{first.source}"
