"""Benefits (政策待遇): granted by a qualified grade or better, held while unqualified, released then."""

from shared.actor import SYSTEM
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "benefit",
    {"none": "未产生", "granted": "已授予", "held": "暂缓", "withdrawn": "已取消"},
    (
        Step("grant", ("none", "withdrawn"), "granted", ("system",), "授予", "Grant"),
        Step("hold", ("none", "granted", "withdrawn"), "held", ("system",), "暂缓", "Hold"),
        Step("release", ("held",), "granted", ("system",), "解除暂缓", "Release"),
        Step("withdraw", ("held",), "withdrawn", ("system",), "取消", "Withdraw"),
    ),
)
"""``none`` is where a benefit stands before any published grade; it is never stored."""


def none() -> str:
    """Where a benefit stands before its first step."""
    return "none"


def after_grade(status: str, grade: str) -> str | None:
    """What a published grade does to a benefit: grant, release, hold, or nothing."""
    if grade == "unqualified":
        return None if status == "held" else "hold"
    return {"none": "grant", "withdrawn": "grant", "held": "release"}.get(status)


def after_rectification(status: str, passed: bool) -> str | None:
    """Rectified releases what was held; failed withdraws it."""
    if status != "held":
        return None
    return "release" if passed else "withdraw"


def grant(status: str) -> str:
    """A published grade of qualified or better grants it."""
    return LIFECYCLE.after("grant", status, SYSTEM)


def hold(status: str) -> str:
    """A published unqualified grade holds it until the team has rectified."""
    return LIFECYCLE.after("hold", status, SYSTEM)


def release(status: str) -> str:
    """Rectified, or corrected to qualified or better."""
    return LIFECYCLE.after("release", status, SYSTEM)


def withdraw(status: str) -> str:
    """Rectification failed."""
    return LIFECYCLE.after("withdraw", status, SYSTEM)
