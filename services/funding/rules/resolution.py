"""A resolution (结果认定): what became of an instruction of which the bank could not say. One person proposes it with the
evidence, another confirms it; the bank's own later word overtakes it. Pure."""

from dataclasses import dataclass

from services.funding.rules.substitute import apart
from shared.actor import SYSTEM, Actor
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

FINANCE = ("finance_maker", "finance_checker")

LIFECYCLE = Lifecycle(
    "resolution",
    {"proposed": "待复核", "confirmed": "已认定", "rejected": "已退回", "overtaken": "银行已答复"},
    (
        Step("confirm", ("proposed",), "confirmed", ("finance_checker",), "认定", "Confirm"),
        Step("reject", ("proposed",), "rejected", FINANCE, "退回", "Reject"),
        Step("overtake", ("proposed",), "overtaken", ("system",), "以银行答复为准", "Give way to the bank's word"),
    ),
)


@dataclass(frozen=True, slots=True)
class ResolutionFacts:
    """``proposed_by`` and ``proposed_for`` are who proposed it and in whose place."""

    status: str
    proposed_by: str
    proposed_for: str = ""


def propose_obstacles(known: str | None, result: str, voucher: str, reason: str) -> list[Reason]:
    """``known`` is the bank's word so far: only what it could not say is resolved by people, with the evidence; and of
    what was paid the bank's voucher is known."""
    found = list(reason_given("resolution.reason", reason))
    if known != "unknown":
        found.append(
            Reason(
                "resolution.not_unknown", "银行结果并非不明，无须认定", "The bank's result is not unknown", "/result"
            )
        )
    if result == "paid" and not voucher.strip():
        found.append(
            Reason(
                "resolution.voucher",
                "认定为已支付须填写银行凭证号",
                "Give the bank's voucher of what was paid",
                "/voucher",
            )
        )
    return found


def propose(known: str | None, result: str, voucher: str, reason: str) -> str:
    """Somebody at the desk says what became of it, and how they know; returns the first status."""
    require(propose_obstacles(known, result, voucher, reason))
    return next(iter(LIFECYCLE.statuses))


def confirm_obstacles(resolution: ResolutionFacts, actor: Actor) -> list[Reason]:
    """Another person than who proposed it, by both names."""
    same = Reason("resolution.same_person", "提出人与认定人必须是不同的人", "Whoever proposed it cannot confirm it")
    return apart(same, actor, (resolution.proposed_by, resolution.proposed_for))


def confirm(resolution: ResolutionFacts, actor: Actor) -> str:
    """A second person has seen the evidence: it counts as the bank's word."""
    status = LIFECYCLE.after("confirm", resolution.status, actor)
    require(confirm_obstacles(resolution, actor))
    return status


def reject(resolution: ResolutionFacts, reason: str, actor: Actor) -> str:
    """The evidence does not hold; another resolution may be proposed. Whoever proposed it may take it back."""
    status = LIFECYCLE.after("reject", resolution.status, actor)
    require(reason_given("resolution.reason", reason))
    return status


def overtake(resolution: ResolutionFacts) -> str:
    """The bank has said itself what became of it."""
    return LIFECYCLE.after("overtake", resolution.status, SYSTEM)
