"""An appeal (复核申请): the lead of a claim that was not chosen asks someone else to look again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.rights import LEAD_ONLY
from shared.actor import Actor
from shared.errors import Forbidden, NotAllowed, Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "appeal",
    {"lodged": "待复核", "upheld": "成立", "dismissed": "不成立", "withdrawn": "已撤回"},
    (
        Step("uphold", ("lodged",), "upheld", ("bureau", "supervisor"), "复核成立", "Uphold"),
        Step("dismiss", ("lodged",), "dismissed", ("bureau", "supervisor"), "复核不成立", "Dismiss"),
        Step("withdraw", ("lodged",), "withdrawn", ("expert",), "撤回复核申请", "Withdraw"),
    ),
)


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision that is appealed against: when, by whom (the token's subject), and whether one was lodged."""

    decided_at: datetime
    decided_by: str
    outcome: str
    appealed: bool = False


def lodge(status: str, decided: Decided | None, grounds: str, policy: TeamsPolicy, now: datetime) -> str:
    """The lead of a rejected claim appeals once against each decision, within the policy's calendar days."""
    if status != "rejected":
        raise NotAllowed(
            Reason("appeal.not_rejected", "仅未入选的申报可申请复核", "Only against a claim's rejection", "/status")
        )
    require(lodge_obstacles(decided, grounds, policy, now))
    return next(iter(LIFECYCLE.statuses))


def lodge_obstacles(decided: Decided | None, grounds: str, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    """Everything that keeps an appeal out."""
    if decided is None:
        yield Reason(
            "appeal.no_decision", "该申报没有可复核的评审决定", "There is no decision to appeal against", "/status"
        )
    elif now >= ends_at(decided.decided_at, policy):
        yield Reason(
            "appeal.late",
            f"复核申请期限为{policy.appeal_days}日，已于{ends_at(decided.decided_at, policy):%Y-%m-%d %H:%M}届满",
            f"Appeals were possible until {ends_at(decided.decided_at, policy):%Y-%m-%d %H:%M}",
            "/status",
        )
    if decided is not None and decided.appealed:
        yield Reason("appeal.once", "对同一决定只能申请一次复核", "One appeal against each decision", "/status")
    if not grounds.strip():
        yield Reason("appeal.grounds_missing", "须说明复核理由", "The grounds are missing", "/grounds")


def ends_at(decided_at: datetime, policy: TeamsPolicy) -> datetime:
    """When the time to appeal is over."""
    return decided_at + timedelta(days=policy.appeal_days)


def uphold(status: str, decided: Decided, reason: str, actor: Actor) -> str:
    """The decision was wrong: the claim is decided anew."""
    after = LIFECYCLE.after("uphold", status, actor)
    require(_answer_obstacles(decided, reason, actor))
    return after


def dismiss(status: str, decided: Decided, reason: str, actor: Actor) -> str:
    """The decision stands, with reasons."""
    after = LIFECYCLE.after("dismiss", status, actor)
    require(_answer_obstacles(decided, reason, actor))
    return after


def withdraw(status: str, own: bool, actor: Actor) -> str:
    """The lead takes the appeal back."""
    after = LIFECYCLE.after("withdraw", status, actor)
    if not own:
        raise Forbidden(LEAD_ONLY)
    return after


def _answer_obstacles(decided: Decided, reason: str, actor: Actor) -> Iterable[Reason]:
    if decided.decided_by == actor.id:
        yield Reason("appeal.own_decision", "作出原决定的人不能办理复核", "Not by whoever made the decision", "/status")
    if not reason.strip():
        yield Reason("appeal.reason_missing", "须说明复核意见", "The answer needs its reasons", "/reason")
