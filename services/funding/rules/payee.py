"""Payee accounts: one verified account per unit, never a person's; a change needs time and a second person. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.funding.rules.policy import Policy
from shared.actor import SYSTEM, Actor
from shared.errors import Reason, require
from shared.identifiers import credit_code_error
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "payee",
    {"registered": "待核实", "verified": "已核实", "replaced": "已更换"},
    (
        Step("verify", ("registered",), "verified", ("finance_checker",), "核实", "Verify"),
        Step("replace", ("registered", "verified"), "replaced", ("system",), "更换", "Replace"),
    ),
)


@dataclass(frozen=True, slots=True)
class PayeeFacts:
    """One account of a unit. ``usable_from`` ends its cooling-off (at once for a unit's first account)."""

    status: str
    registered_by: str
    usable_from: datetime


def registration_obstacles(unit_code: str, bank_code: str, account: str) -> list[Reason]:
    """The form of what was sent: a valid social credit code, a 12-digit bank code, 8 to 32 digits of account."""
    found = []
    if error := credit_code_error(unit_code, "/unit_code"):
        found.append(error)
    if not (bank_code.isascii() and bank_code.isdigit() and len(bank_code) == 12):
        found.append(Reason("payee.bank_code", "联行号应为 12 位数字", "A bank code has 12 digits", "/bank_code"))
    if not (account.isascii() and account.isdigit() and 8 <= len(account) <= 32):
        found.append(
            Reason("payee.account", "账号应为 8 至 32 位数字", "An account number has 8 to 32 digits", "/account")
        )
    return found


def usable_from(now: datetime, has_verified: bool, policy: Policy) -> datetime:
    """A changed account cools off before it can be verified, so that the unit can object; a first one need not.
    Source: policy ``account_cooling_off_days``."""
    return now + timedelta(days=policy.account_cooling_off_days) if has_verified else now


def verify_obstacles(payee: PayeeFacts, actor: Actor, now: datetime) -> list[Reason]:
    """A second person, after the cooling-off."""
    found = []
    if actor.id == payee.registered_by:
        found.append(
            Reason("payee.same_person", "登记人与核实人必须是不同的人", "Whoever registered it cannot verify it")
        )
    if now < payee.usable_from:
        until = payee.usable_from.isoformat(timespec="minutes")
        found.append(
            Reason("payee.cooling_off", f"账户变更冷静期至 {until}", f"A changed account cools off until {until}")
        )
    return found


def verify(payee: PayeeFacts, actor: Actor, now: datetime) -> str:
    """A second person confirms that the account is the unit's."""
    status = LIFECYCLE.after("verify", payee.status, actor)
    require(verify_obstacles(payee, actor, now))
    return status


def replace(payee: PayeeFacts) -> str:
    """A newer account of the same unit takes its place."""
    return LIFECYCLE.after("replace", payee.status, SYSTEM)


def masked(account: str) -> str:
    """The last four digits; nobody needs to read more."""
    return f"****{account[-4:]}"
