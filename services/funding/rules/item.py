"""Outstanding items (未达账项): what ledger, instruction and bank do not agree on. Closed by a person with a reason, or by
the bank's later word; never silently. Pure."""

from dataclasses import dataclass
from datetime import datetime

from shared.actor import Actor
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

FINANCE = ("finance_maker", "finance_checker")

LIFECYCLE = Lifecycle(
    "item",
    {"open": "未达", "matched": "已核对", "explained": "已说明"},
    (
        Step("match", ("open",), "matched", (*FINANCE, "system"), "核对", "Match"),
        Step("explain", ("open",), "explained", FINANCE, "说明原因", "Explain"),
    ),
)

QUEUES = {
    "answer": "银行回单有误",  # the bank's answer does not fit
    "bank_statement": "对账单与指令不符",  # a line of the statement does not fit
    "ledger": "账上已付、对账单未见",  # paid by the ledger, not on the statement
    "unanswered": "银行逾期未答复",  # the bank has not answered
}
"""The named queues."""

AGES = {"3": (0, 3), "10": (4, 10), "30": (11, 30), "over": (31, 100_000)}
"""Ageing in whole days since: at most 3, 10, 30, more than 30."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item: its amount in fen, in which of :data:`QUEUES` it stands."""

    status: str
    amount_fen: int
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The instruction that an item is matched with: its amount in fen, the bank's word on it. ``direction`` is that of
    the item's line of a statement, "" without one; ``shown``: another line of that direction is the instruction's
    already; ``elsewhere``: it was paid from another account than the line's."""

    amount_fen: int
    result: str | None
    direction: str = ""
    shown: bool = False
    elsewhere: bool = False


def opened() -> str:
    """Where every item begins."""
    return next(iter(LIFECYCLE.statuses))


def alone_obstacles(item: ItemFacts) -> list[Reason]:
    """What waits for a line of a statement or an answer of the bank is matched by these, never by a person's word."""
    if item.queue not in ("ledger", "unanswered"):
        return []
    return [
        Reason(
            "item.not_shown",
            "须以对账单或银行回单核对，否则只能说明原因",
            "A statement or the bank's answer settles it; else explain it",
            "/instruction_id",
        )
    ]


def _moved_obstacles(with_: Counterpart) -> list[Reason]:
    """A payment goes out once and comes back once; whatever more the bank moved is said, not matched away."""
    found = []
    if with_.elsewhere:
        found.append(
            Reason("item.account", "该指令不是从此账户支付的", "It was paid from another account", "/instruction_id")
        )
    if with_.shown:
        found.append(
            Reason(
                "item.twice",
                "该指令已有对账单的一笔，此笔疑为重复，只能说明原因",
                "A line of a statement is this instruction's already: this one may be a second payment",
                "/instruction_id",
            )
        )
    elif with_.direction == "in" and with_.result == "paid":
        found.append(
            Reason(
                "item.refund",
                "银行已确认支付，退回的款项只能说明原因",
                "The bank confirmed it as paid: say why money came back",
                "/instruction_id",
            )
        )
    return found


def match_obstacles(item: ItemFacts, with_: Counterpart) -> list[Reason]:
    """An item is matched with an instruction that the bank has settled, over the same amount, and that no other line
    of the same direction shows."""
    found = [*alone_obstacles(item), *_moved_obstacles(with_)]
    if with_.result not in ("paid", "returned"):
        found.append(
            Reason(
                "item.unsettled",
                "该指令尚无银行的最终结果",
                "The bank has not settled this instruction",
                "/instruction_id",
            )
        )
    if with_.amount_fen != item.amount_fen:
        found.append(
            Reason(
                "item.amount",
                "与该指令金额不符，只能说明原因",
                "The instruction's amount differs: explain it instead",
                "/instruction_id",
            )
        )
    return found


def match(item: ItemFacts, with_: Counterpart | None, actor: Actor) -> str:
    """It agrees with an instruction after all; None where the system found the agreement itself."""
    status = LIFECYCLE.after("match", item.status, actor)
    require(match_obstacles(item, with_) if with_ else [])
    return status


def pay_back(item: ItemFacts, direction: str, actor: Actor) -> str:
    """It is money that came in and pays a recovery back; ``direction`` is its line's, "" without one. What may be
    repaid is the recovery's own rule."""
    status = LIFECYCLE.after("match", item.status, actor)
    if direction != "in":
        require(
            [
                Reason(
                    "item.not_incoming",
                    "仅对账单的入账可作为缴款",
                    "Only money that came in by a statement pays back",
                    "/recovery_id",
                )
            ]
        )
    return status


def explain(item: ItemFacts, reason: str, actor: Actor) -> str:
    """A person says what it was."""
    status = LIFECYCLE.after("explain", item.status, actor)
    require(reason_given("item.reason", reason))
    return status


def age(since: datetime, now: datetime) -> tuple[int, str]:
    """Whole days, and the bucket of :data:`AGES`."""
    days = max(0, (now - since).days)
    return days, next(name for name, (_least, most) in AGES.items() if days <= most)
