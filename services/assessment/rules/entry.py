"""One team's entry on a posted notice: listed, held back by an objection, settled."""

from shared.actor import SYSTEM
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "entry",
    {"listed": "公示中", "held": "有异议", "confirmed": "已确认", "upheld": "异议成立", "left": "已退出"},
    (
        Step("hold", ("listed", "held"), "held", ("system",), "暂缓", "Hold back"),
        Step("release", ("held",), "listed", ("system",), "解除暂缓", "Release"),
        Step("confirm", ("listed", "held"), "confirmed", ("system",), "确认", "Confirm"),
        Step("uphold", ("held",), "upheld", ("system",), "异议成立", "Uphold"),
        Step("leave", ("listed", "held"), "left", ("system",), "退出", "Leave"),
    ),
)


def listed() -> str:
    """Where an entry begins."""
    return "listed"


def hold(status: str) -> str:
    """An objection holds the entry back until it is answered."""
    return LIFECYCLE.after("hold", status, SYSTEM)


def release(status: str) -> str:
    """Dismissed within the period: others may still object."""
    return LIFECYCLE.after("release", status, SYSTEM)


def confirm(status: str) -> str:
    """The period is over, and no objection holds the entry back (any more)."""
    return LIFECYCLE.after("confirm", status, SYSTEM)


def uphold(status: str) -> str:
    """An objection was upheld: the team leaves the notice and is decided anew."""
    return LIFECYCLE.after("uphold", status, SYSTEM)


def leave(status: str) -> str:
    """The team withdrew, was dissolved or lapsed."""
    return LIFECYCLE.after("leave", status, SYSTEM)


WITHDRAWN = ("upheld", "left")
"""No longer on the notice. Society reads the same of both: whether somebody objected is nobody's business."""


def is_open(status: str) -> bool:
    """Neither confirmed nor settled otherwise."""
    return status in ("listed", "held")
