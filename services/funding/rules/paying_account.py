"""The account from which an office pays (付款账户): written down by one person, confirmed by another, as a payee's is. Pure."""

from dataclasses import dataclass

from services.funding.rules.substitute import apart
from shared.actor import SYSTEM, Actor
from shared.errors import Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "paying_account",
    {"registered": "待确认", "confirmed": "使用中", "replaced": "已更换"},
    (
        Step("confirm", ("registered",), "confirmed", ("finance_checker",), "确认启用", "Confirm"),
        Step("replace", ("registered", "confirmed"), "replaced", ("system",), "更换", "Replace"),
    ),
)


@dataclass(frozen=True, slots=True)
class PayingAccountFacts:
    """``registered_by`` and ``registered_for`` are who wrote it down and in whose place."""

    status: str
    registered_by: str
    registered_for: str = ""


def register() -> str:
    """Where every account begins."""
    return next(iter(LIFECYCLE.statuses))


def confirm_obstacles(account: PayingAccountFacts, actor: Actor) -> list[Reason]:
    """A second person: where money leaves from decides whose money it is."""
    same = Reason(
        "paying_account.same_person", "登记人与确认人必须是不同的人", "Whoever registered it cannot confirm it"
    )
    return apart(same, actor, (account.registered_by, account.registered_for))


def confirm(account: PayingAccountFacts, actor: Actor) -> str:
    """From now on the office pays from it, and no longer from the one before."""
    status = LIFECYCLE.after("confirm", account.status, actor)
    require(confirm_obstacles(account, actor))
    return status


def replace(account: PayingAccountFacts) -> str:
    """A newer one of the office takes its place."""
    return LIFECYCLE.after("replace", account.status, SYSTEM)
