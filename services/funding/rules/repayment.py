"""A repayment (缴款): registered by one person with the bank's reference, confirmed by another. Pure."""

import unicodedata
from dataclasses import dataclass

from services.funding.rules.substitute import apart
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
    """``registered_by`` and ``registered_for`` are who registered it, or brought the statement that shows it, and in
    whose place."""

    status: str
    registered_by: str
    registered_for: str = ""


def as_one(reference: str) -> str:
    """The one way in which a bank's reference is kept, so that one transfer is not two by how it is written: narrow,
    in capitals, without blanks and invisible characters."""
    kept = (char for char in unicodedata.normalize("NFKC", reference) if unicodedata.category(char)[0] not in "ZC")
    return "".join(kept).upper()


def show_obstacles(shown: bool) -> list[Reason]:
    """A repayment is shown by one line of the bank's statements."""
    if not shown:
        return []
    return [
        Reason(
            "repayment.reference_used", "该银行流水号已登记", "This bank reference is registered already", "/reference"
        )
    ]


def confirm_obstacles(repayment: RepaymentFacts, actor: Actor) -> list[Reason]:
    """Somebody else than who registered it, by both names, also when the bank's statement shows it: whoever brings a
    statement does not judge it alone."""
    same = Reason("repayment.same_person", "登记人与确认人必须是不同的人", "Whoever registered it cannot confirm it")
    return apart(same, actor, (repayment.registered_by, repayment.registered_for))


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
