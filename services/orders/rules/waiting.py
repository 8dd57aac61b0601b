"""Whom an order waits for, by where it stands."""

from collections.abc import Collection
from dataclasses import dataclass

from services.orders.rules.order import LIFECYCLE


@dataclass(frozen=True, slots=True)
class Awaited:
    """The next step, and the role that takes it."""

    action: str
    role: str
    zh: str
    en: str


STANDING = ("draft", "returned", "submitted", "endorsed", "recommended", "unclaimed")
_SUBMIT = {
    "draft": Awaited("submit", "host", "完善并提交需求", "Complete and submit the order"),
    "returned": Awaited("submit", "host", "修改被退回的需求", "Mend the returned order"),
}
_OFFICES = {
    "recommend": Awaited("recommend", "district", "审核推荐需求", "Screen and recommend the order"),
    "publish": Awaited("publish", "bureau", "发布订单", "Publish the order"),
}
_ENDORSE = Awaited("endorse", "town", "审核需求", "Endorse the order")
_UNCLAIMED = Awaited("extend", "bureau", "处理无人接单的订单", "Extend, republish or withdraw the unclaimed order")


def awaited(status: str, town_endorsement: bool, switches: Collection[str] | None) -> Awaited | None:
    """Who must do what next: the town where policy wants its endorsement, the district where the mode has
    recommendations, else the bureau."""
    if status in _SUBMIT:
        return _SUBMIT[status]
    if status == "unclaimed":
        return _UNCLAIMED
    if status == "submitted" and town_endorsement:
        return _ENDORSE
    possible = {step.action for step in LIFECYCLE.possible(status, switches)}
    return next((_OFFICES[action] for action in ("recommend", "publish") if action in possible), None)
