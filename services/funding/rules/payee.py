"""Payee accounts: one verified account per unit, never a person's; a change needs time and a second person. Pure."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.funding.rules.policy import Policy
from services.funding.rules.substitute import apart
from shared.actor import SYSTEM, Actor
from shared.errors import Reason, reason_given, require
from shared.identifiers import credit_code_error
from shared.lifecycle import Lifecycle, Step

CLOSES = ("finance_maker", "finance_checker", "unit", "host")
GROUNDS = {"closed": "账户已销户", "rejected": "银行拒收", "name_mismatch": "户名不符", "other": "其他"}
"""Why an account is of no use any more; the unit registers another one, or the same one rightly."""

OPEN = ("registered", "verified")

LIFECYCLE = Lifecycle(
    "payee",
    {"registered": "待核实", "verified": "已核实", "replaced": "已更换", "closed": "已停用"},
    (
        Step("verify", ("registered",), "verified", ("finance_checker",), "核实", "Verify"),
        Step("replace", OPEN, "replaced", ("system",), "更换", "Replace"),
        Step("close", OPEN, "closed", CLOSES, "停用", "Close"),
    ),
)


@dataclass(frozen=True, slots=True)
class PayeeFacts:
    """One account of a unit, under the name that its holder has at the bank. ``usable_from`` ends its cooling-off (at
    once for a unit's first account), ``closed_as`` one of :data:`GROUNDS`."""

    status: str
    registered_by: str
    usable_from: datetime
    unit_name: str = ""
    closed_as: str = ""
    registered_for: str = ""


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


def register_obstacles(known_here: bool, known_elsewhere: bool) -> list[Reason]:
    """An office registers for the units that its awards pay, or for those that no award pays yet."""
    if known_here or not known_elsewhere:
        return []
    return [
        Reason(
            "payee.division", "该单位的资助不在本辖区", "The unit is paid by rounds of another division", "/unit_code"
        )
    ]


def usable_from(now: datetime, had_verified: bool, policy: Policy) -> datetime:
    """An account after another one cools off before it can be verified, so that the unit can object, also when the
    earlier one was closed; a first one need not.
    Source: policy ``account_cooling_off_days``."""
    return now + timedelta(days=policy.account_cooling_off_days) if had_verified else now


def verify_obstacles(payee: PayeeFacts, actor: Actor, now: datetime) -> list[Reason]:
    """A second person, by both names, after the cooling-off."""
    same = Reason("payee.same_person", "登记人与核实人必须是不同的人", "Whoever registered it cannot verify it")
    found = apart(same, actor, (payee.registered_by, payee.registered_for))
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


def close_obstacles(reason: str) -> list[Reason]:
    """In words, beside the ground's code."""
    return list(reason_given("payee.reason", reason))


def close(payee: PayeeFacts, reason: str, actor: Actor) -> str:
    """The bank has closed or refuses the account, or it is another's: nothing more is paid to it."""
    status = LIFECYCLE.after("close", payee.status, actor)
    require(close_obstacles(reason))
    return status


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: widths of characters, brackets and blanks do not count."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def masked(account: str) -> str:
    """The last four digits; nobody needs to read more."""
    return f"****{account[-4:]}"
