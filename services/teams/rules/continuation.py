"""Excellent: the team may apply for continued funding without the open call ★."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.actor import SYSTEM
from shared.errors import Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "continuation",
    {"granted": "可续期", "used": "已申请续期", "withdrawn": "已取消"},
    (
        Step("use", ("granted",), "used", ("expert",), "申请续期", "Apply for continuation"),
        Step("give_back", ("used",), "granted", ("system",), "恢复续期资格", "Give back"),
        Step("withdraw", ("granted", "used"), "withdrawn", ("system",), "取消", "Withdraw"),
        Step("restore", ("withdrawn",), "used", ("system",), "恢复", "Restore"),
    ),
)

ROUNDS = ("open", "closed")
"""Phases of a round in which a continuation may join it: selection has not been decided."""


@dataclass(frozen=True, slots=True)
class ContinuedTeam:
    """The team that wants to go on, and the round it wants to join."""

    right: str | None
    team_status: str
    round_phase: str
    same_round: bool


def due(grade: str) -> bool:
    """Only 优秀 gives the right."""
    return grade == "excellent"


def use_obstacles(team: ContinuedTeam) -> Iterable[Reason]:
    """One right gives one claim, in a later round that is not decided yet."""
    if team.right is None or team.right == "withdrawn":
        yield Reason(
            "continuation.not_excellent",
            "考核等次未达优秀，不能续期申报",
            "Only a team rated excellent may continue without the open call",
        )
    elif team.right == "used":
        yield Reason("continuation.used", "续期资格已使用", "The right to continue has been used")
    if team.team_status not in ("serving", "concluded"):
        yield Reason(
            "continuation.team_ended",
            "团队未在服务或已结项",
            "The team is neither serving nor concluded",
            "/status",
        )
    if team.same_round:
        yield Reason("continuation.same_round", "续期须申报新的批次", "Continue in another round", "/round_id")
    if team.round_phase not in ROUNDS:
        yield Reason("continuation.round_decided", "该批次已完成评审", "The round has been decided", "/round_id")


def grant() -> str:
    """From the publication of the grade."""
    return "granted"


def use(team: ContinuedTeam) -> str:
    """The lead of an excellent team applies."""
    require(use_obstacles(team))
    return "used"


def give_back(status: str) -> str:
    """The claim was withdrawn or rejected: the right can be used again."""
    return LIFECYCLE.after("give_back", status, SYSTEM)


def withdraw(status: str) -> str:
    """A corrected edition took its ground away."""
    return LIFECYCLE.after("withdraw", status, SYSTEM)


def restore(status: str) -> str:
    """The correction was corrected, and the claim that rests on the right still goes on: it is used, not granted anew."""
    return LIFECYCLE.after("restore", status, SYSTEM)
