"""What kind of order this is, what it asks experts to do, and the action it belongs to: within what the round's mode
offers. A mode that lists nothing leaves the words to the host."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.orders.rules.policy import Policy
from shared.errors import Reason

COUNTY = 6
"""Digits of a division code that name the county."""


@dataclass(frozen=True, slots=True)
class ActionOffered:
    """The action that an order belongs to. ``divisions``: 12-digit codes of its counties."""

    name: str
    status: str
    divisions: Sequence[str]


def kind_obstacles(kind: str, policy: Policy, *, needed: bool) -> Iterator[Reason]:
    """One of the mode's kinds; ``needed`` once the order is handed in."""
    if kind and policy.kinds and kind not in policy.kinds:
        listed = "、".join(policy.kinds)
        yield Reason(
            "order.kind", f"没有“{kind}”这一类别，可选：{listed}", f"No kind '{kind}'; one of {listed}", "/kind"
        )
    if needed and policy.kinds and not kind:
        yield Reason("order.kind_missing", "须填写订单类别", "The kind of order is missing", "/kind")


def task_obstacles(tasks: Sequence[str], policy: Policy) -> Iterator[Reason]:
    """Each from the mode's menu of activities."""
    for place, task in enumerate(tasks):
        if policy.menu and task not in policy.menu:
            yield Reason(
                "order.task",
                f"服务内容清单中没有“{task}”",
                f"'{task}' is not on the menu of activities",
                f"/tasks/{place}",
            )


def action_obstacles(division: str, action: ActionOffered | None) -> Iterator[Reason]:
    """An action that still goes on, in the order's own county."""
    if action is None:
        return
    if action.status not in ("planned", "under_way"):
        yield Reason(
            "order.action_ended",
            f"行动“{action.name}”已结束或取消",
            f"The action '{action.name}' is over or cancelled",
            "/action_id",
        )
    if division[:COUNTY] not in {code[:COUNTY] for code in action.divisions}:
        yield Reason(
            "order.action_elsewhere",
            f"行动“{action.name}”不覆盖订单所在县",
            f"The action '{action.name}' does not go to the order's county",
            "/action_id",
        )


def obstacles(
    division: str, kind: str, tasks: Sequence[str], action: ActionOffered | None, policy: Policy, *, needed: bool
) -> Iterator[Reason]:
    """All of them at once."""
    yield from kind_obstacles(kind, policy, needed=needed)
    yield from task_obstacles(tasks, policy)
    yield from action_obstacles(division, action)
