"""Payment batches: sent to the bank as one file, settled by the bank's answers. Pure."""

from collections.abc import Iterable

from shared.actor import SYSTEM
from shared.errors import Reason, Refused
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "batch",
    {"sent": "已送银行", "settled": "已办结"},
    (Step("settle", ("sent",), "settled", ("system",), "办结", "Settle"),),
)

SETTLED = ("paid", "returned")


def answer(known: str | None, result: str, typed: bool = False) -> bool:
    """The bank's ``result`` (paid, returned or unknown) for an instruction whose answer so far is ``known``. True when
    it is news, False when it was said before. Refused when the instruction is settled otherwise: each settles once; and
    when one person ``typed`` what became of an unknown one: that takes the bank's own file, or two people."""
    if known == result:
        return False
    if known in SETTLED:
        raise Refused(Reason(
            "instruction.settled", f"该指令的银行结果已确定：{known}",
            f"This instruction is settled already: {known}", "/result"))  # fmt: skip
    if typed and known == "unknown":
        raise Refused(Reason(
            "instruction.two_people", "银行结果不明的，须由一人提出认定、另一人复核，或导入银行的回单文件",
            "What was unknown is resolved by the bank's own file, or proposed by one person and confirmed by another",
            "/result"))  # fmt: skip
    return True


def settle_obstacles(results: Iterable[str | None]) -> list[Reason]:
    """The bank has said of every instruction that it was paid or returned."""
    if all(result in SETTLED for result in results):
        return []
    return [Reason("batch.unanswered", "银行尚未全部答复", "The bank has not answered everything")]


def settle(status: str) -> str:
    """Its last instruction is settled."""
    return LIFECYCLE.after("settle", status, SYSTEM)
