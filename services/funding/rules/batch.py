"""Payment batches: sent to the bank as one file, settled by the bank's answers, or voided before the bank has it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.funding.rules.substitute import apart
from shared.actor import SYSTEM, Actor
from shared.errors import Reason, Refused, reason_given, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "batch",
    {"sent": "已送银行", "settled": "已办结", "voided": "已撤销"},
    (
        Step("settle", ("sent",), "settled", ("system",), "办结", "Settle"),
        Step("void", ("sent",), "voided", ("finance_checker",), "撤销批次", "Void"),
    ),
)

SETTLED = {"paid": "已拨付", "returned": "已退回"}


def answer(known: str | None, result: str, typed: bool = False) -> bool:
    """The bank's ``result`` (paid, returned or unknown) for an instruction whose answer so far is ``known``. True when
    it is news, False when it was said before. Refused when the instruction is settled otherwise: each settles once; and
    when one person ``typed`` what became of an unknown one: that takes the bank's own file, or two people."""
    if known == "voided":
        raise Refused(
            Reason(
                "instruction.voided",
                "该指令所在批次已撤销，从未送银行",
                "Its batch was voided: it never went to the bank",
                "/result",
            )
        )
    if known == result:
        return False
    if known in SETTLED:
        raise Refused(
            Reason(
                "instruction.settled",
                f"该指令的银行结果已确定：{SETTLED[known]}",
                f"This instruction is settled already: {known}",
                "/result",
            )
        )
    if typed and known == "unknown":
        raise Refused(
            Reason(
                "instruction.two_people",
                "银行结果不明的，须由一人提出认定、另一人复核，或导入银行的回单文件",
                "What was unknown is resolved by the bank's own file, or proposed by one person and confirmed by another",
                "/result",
            )
        )
    return True


def settle_obstacles(results: Iterable[str | None]) -> list[Reason]:
    """The bank has said of every instruction that it was paid or returned."""
    if all(result in SETTLED for result in results):
        return []
    return [Reason("batch.unanswered", "银行尚未全部答复", "The bank has not answered everything")]


def settle(status: str) -> str:
    """Its last instruction is settled."""
    return LIFECYCLE.after("settle", status, SYSTEM)


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """Who made it (``sub``) and in whose place, how often its file was handed out, and what the bank said of its instructions."""

    status: str
    made_by: str
    handed_out: int
    results: tuple[str | None, ...]
    made_for: str = ""


def void_obstacles(batch: BatchFacts, reason: str, actor: Actor) -> list[Reason]:
    """Nobody has had the file, the bank has said nothing, a second person does it, with a reason. A file that was
    handed out may be with the bank: then only the bank's word tells what became of it."""
    same = Reason("batch.same_person", "制作批次的人不得撤销该批次", "Whoever made the batch cannot void it")
    found = [*reason_given("batch.reason", reason), *apart(same, actor, (batch.made_by, batch.made_for))]
    if batch.handed_out:
        found.append(
            Reason(
                "batch.handed_out",
                "银行文件已被下载，可能已送银行，须等银行答复",
                "Its file was downloaded and may be with the bank: wait for the bank's answer",
            )
        )
    if any(batch.results):
        found.append(Reason("batch.answered", "银行已有答复", "The bank has answered already"))
    return found


def void(batch: BatchFacts, reason: str, actor: Actor) -> str:
    """Undone as a whole: what it would have paid is approved again and may go into another."""
    status = LIFECYCLE.after("void", batch.status, actor)
    require(void_obstacles(batch, reason, actor))
    return status


def file_obstacles(status: str) -> list[Reason]:
    """The file of a voided batch must never reach the bank."""
    if status != "voided":
        return []
    return [
        Reason(
            "batch.voided", "批次已撤销，银行文件不得再使用", "The batch was voided: its file is no longer handed out"
        )
    ]
