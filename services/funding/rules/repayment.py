"""A repayment (缴款): registered by one person with the bank's reference, confirmed by another. Pure."""

import unicodedata
from dataclasses import dataclass

from shared.actor import Actor
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "repayment",
    {"registered": "待确认", "confirmed": "已确认", "rejected": "已退回"},
    (
        Step("confirm", ("registered",), "confirmed", ("finance_checker",), "确认到账", "Confirm"),
        Step("reject", ("registered",), "rejected", ("finance_checker",), "退回", "Reject"),
    ),
)


@dataclass(frozen=True, slots=True)
class RepaymentFacts:
    """``by_bank_statement``: a line of the bank's own statement says so; then one person who matches it is enough."""

    status: str
    registered_by: str
    by_bank_statement: bool = False


def as_one(reference: str) -> str:
    """The one way in which a bank's reference is kept, so that one transfer is not two by how it is written: narrow,
    in capitals, without blanks and invisible characters."""
    kept = (char for char in unicodedata.normalize("NFKC", reference) if unicodedata.category(char)[0] not in "ZC")
    return "".join(kept).upper()


def confirm_obstacles(repayment: RepaymentFacts, actor: Actor) -> list[Reason]:
    """Somebody else than who registered it, unless the bank's statement says it."""
    if repayment.registered_by != actor.id or repayment.by_bank_statement:
        return []
    return [Reason("repayment.same_person", "登记人与确认人必须是不同的人", "Whoever registered it cannot confirm it")]


def confirm(repayment: RepaymentFacts, actor: Actor) -> str:
    """The money is there."""
    status = LIFECYCLE.after("confirm", repayment.status, actor)
    require(confirm_obstacles(repayment, actor))
    return status


def reject(repayment: RepaymentFacts, reason: str, actor: Actor) -> str:
    """It is not there, or not what was registered; its reference may be used again."""
    status = LIFECYCLE.after("reject", repayment.status, actor)
    require(reason_given("repayment.reason", reason))
    return status
