"""Payment batches: the bank's file and the bank's answers. Pure."""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.errors import Reason, Refused

COLUMNS = ("指令编号", "收款单位", "统一社会信用代码", "开户银行", "联行号", "账号", "金额（元）", "用途")


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction to the bank; the amount in fen."""

    instruction_id: str
    unit_name: str
    unit_code: str
    bank_name: str
    bank_code: str
    account: str
    amount_fen: int
    purpose: str


@dataclass(frozen=True, slots=True)
class BankFile:
    """What the bank gets, with what it is checked by: the number of lines, their sum in fen, the SHA-256."""

    content: str
    count: int
    sum_fen: int
    sha256: str


def yuan(amount_fen: int) -> str:
    """Fen as the yuan with two decimals that banks take: 1234500 → 12345.00. Never through a float."""
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def bank_file(lines: Sequence[Line]) -> BankFile:
    """The CSV file (UTF-8, CRLF) of a batch. Raises Refused when there is nothing to pay."""
    if not lines:
        raise Refused(Reason("batch.empty", "没有可送银行的已复核分期", "No approved instalment can go to the bank"))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow((
            line.instruction_id, line.unit_name, line.unit_code, line.bank_name, line.bank_code, line.account,
            yuan(line.amount_fen), line.purpose))  # fmt: skip
    content = text.getvalue()
    return BankFile(content, len(lines), sum(line.amount_fen for line in lines), digest(content))


def digest(content: str) -> str:
    """SHA-256 of the file's bytes (UTF-8), hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def altered_obstacles(content: str, sha256: str) -> list[Reason]:
    """The stored file must still be the one that was made."""
    if digest(content) == sha256:
        return []
    return [Reason("batch.altered", "银行文件校验值不符", "The bank file does not match its SHA-256")]


SETTLED = ("paid", "returned")


def answer(known: str | None, result: str) -> bool:
    """The bank's ``result`` (paid, returned or unknown) for an instruction whose answer so far is ``known``. True when
    it is news, False when it was said before. Refused when the instruction is settled otherwise: each settles once."""
    if known == result:
        return False
    if known in SETTLED:
        raise Refused(Reason(
            "instruction.settled", f"该指令的银行结果已确定：{known}",
            f"This instruction is settled already: {known}", "/result"))  # fmt: skip
    return True


def status(results: Iterable[str | None]) -> str:
    """A batch is settled when the bank has said of every instruction that it was paid or returned."""
    return "settled" if all(result in SETTLED for result in results) else "sent"
