"""An action (行动) of a round's calendar: some days in some counties. It begins and ends by the calendar, or when the
bureau says so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.orders.rules.content import kind_obstacles
from services.orders.rules.policy import Policy
from shared.actor import Actor, prefix
from shared.errors import Forbidden, Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "action",
    {"planned": "计划中", "under_way": "进行中", "done": "已完成", "cancelled": "已取消"},
    (
        Step("start", ("planned",), "under_way", ("bureau", "system"), "开始行动", "Start"),
        Step("finish", ("under_way",), "done", ("bureau", "system"), "完成行动", "Finish"),
        Step("cancel", ("planned", "under_way"), "cancelled", ("bureau",), "取消行动", "Cancel"),
    ),
)
OPEN_ROUND = ("draft", "open", "closed", "decided", "running")
EDITABLE = ("planned", "under_way")


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """``divisions``: 12-digit codes of the counties; ``unknown``: those of them that no table lists; ``open_orders``:
    its orders that have not ended."""

    status: str
    name: str
    kind: str
    starts_on: date
    ends_on: date
    divisions: Sequence[str]
    round_status: str
    round_division: str
    unknown: Sequence[str] = ()
    open_orders: int = 0


def check_bureau(action: ActionFacts, actor: Actor) -> None:
    """The calendar is the bureau's, within its own division."""
    if not actor.has("system") and not (actor.has("bureau") and actor.covers(action.round_division)):
        raise Forbidden(Reason("action.bureau", "仅限本辖区主管部门办理", "Only the bureau of the round's division"))


def plan_obstacles(action: ActionFacts, policy: Policy) -> Iterator[Reason]:
    """A kind of the mode, days in order, counties that exist within the round's division, each once."""
    if action.round_status not in OPEN_ROUND:
        yield Reason("action.round_ended", "该批次已结束", "The round has ended", "/round_id")
    yield from kind_obstacles(action.kind, policy, needed=False)
    if action.ends_on < action.starts_on:
        yield Reason("action.term", "结束日期早于开始日期", "It ends before it starts", "/ends_on")
    yield from _county_obstacles(action)


def _county_obstacles(action: ActionFacts) -> Iterator[Reason]:
    seen: set[str] = set()
    for place, code in enumerate(action.divisions):
        at = f"/divisions/{place}"
        if not code.endswith("000000") or code.endswith("00000000") or code in action.unknown:
            yield Reason("action.county", f"“{code}”不是县级区划代码", f"'{code}' is no county", at)
        elif not _within(code, action.round_division):
            yield Reason("action.outside", f"“{code}”不在批次辖区内", f"'{code}' lies outside the round", at)
        if code in seen:
            yield Reason("action.county_twice", f"“{code}”重复", f"'{code}' stands twice", at)
        seen.add(code)


def _within(code: str, division: str) -> bool:
    return code.startswith(prefix(division))


def plan(action: ActionFacts, policy: Policy, actor: Actor) -> str:
    """An action enters the round's calendar."""
    check_bureau(action, actor)
    require(plan_obstacles(action, policy))
    return "planned"


def edit(action: ActionFacts, policy: Policy, actor: Actor, without: Sequence[str]) -> None:
    """It may change until it is over. ``without``: counties that are left out now although orders lie there."""
    check_bureau(action, actor)
    require(edit_obstacles(action, policy, without))


def edit_obstacles(action: ActionFacts, policy: Policy, without: Sequence[str]) -> Iterator[Reason]:
    """Not over, and none of its orders is left without its county."""
    if action.status not in EDITABLE:
        yield Reason("action.over", "行动已结束，不能修改", "The action is over", "/status")
    yield from plan_obstacles(action, policy)
    for code in without:
        yield Reason(
            "action.county_has_orders",
            f"“{code}”有本行动的订单，不能移出",
            f"'{code}' has orders of this action and stays",
            "/divisions",
        )


def start(action: ActionFacts, actor: Actor) -> str:
    """Its first day has come, or the bureau begins earlier."""
    check_bureau(action, actor)
    return LIFECYCLE.after("start", action.status, actor)


def finish(action: ActionFacts, actor: Actor) -> str:
    """Its last day is over, or the bureau ends it earlier."""
    check_bureau(action, actor)
    return LIFECYCLE.after("finish", action.status, actor)


def cancel(action: ActionFacts, reason: str, actor: Actor) -> str:
    """It does not take place; its orders must have ended or moved first."""
    check_bureau(action, actor)
    after = LIFECYCLE.after("cancel", action.status, actor)
    require(cancel_obstacles(action, reason))
    return after


def cancel_obstacles(action: ActionFacts, reason: str | None = None) -> Iterator[Reason]:
    """None as reason: only what does not depend on it."""
    if reason is not None:
        yield from reason_given("action.reason", reason)
    if action.open_orders:
        yield Reason(
            "action.has_orders",
            f"尚有{action.open_orders}个未结束的订单",
            f"{action.open_orders} of its orders have not ended",
            "/status",
        )
