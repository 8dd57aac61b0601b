"""A pretend bank: it reads the payment file that it gets, pays, returns a few, and answers with a file of its own.

The format is the generic one that the system ships; no real bank's."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from demo.client import DemoFailed

ENCODING = "gbk"
STATEMENT = (
    "交易日期",
    "借方金额（元）",
    "贷方金额（元）",
    "对方户名",
    "对方账号",
    "附言",
    "摘要",
    "流水号",
    "余额（元）",
)
ANSWER = ("指令编号", "收款人账号", "金额（元）", "处理结果", "凭证号", "失败原因")
PAID, RETURNED, UNKNOWN = "成功", "退回", "处理中"
WHY = "户名与账号不符"
RETURNED_AT, UNKNOWN_AT, OF = 7, 13, 20
"""Of twenty payments the bank sends one back; of the first twenty it does not know one."""


@dataclass(frozen=True)
class Payment:
    """One line of the file, as the bank sees it."""

    reference: str
    account: str
    name: str
    fen: int


@dataclass
class Bank:
    """What it has done so far: the word on each payment by its reference."""

    vouchers: str
    words: dict[str, str] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    booked: list[tuple[date, str, bool]] = field(default_factory=list)
    """What it booked on the paying account: the day, the payment, whether it came back."""

    def read(self, content: bytes, headers: Mapping[str, str]) -> list[Payment]:
        """The payments of a file. Raises DemoFailed when its SHA-256, count or sum is not what was said of it."""
        if hashlib.sha256(content).hexdigest() != headers["x-content-sha256"]:
            raise DemoFailed("the bank file is not the one whose SHA-256 was told")
        lines = csv.DictReader(io.StringIO(content.decode(ENCODING), newline=""))
        found = [
            Payment(line["指令编号"], line["收款人账号"], line["收款人全称"], int(Decimal(line["金额（元）"]) * 100))
            for line in lines
            if line["序号"] != "合计"
        ]
        told = int(headers["x-control-count"]), int(headers["x-control-sum-fen"])
        if (len(found), sum(one.fen for one in found)) != told:
            raise DemoFailed("the bank file's count or sum is not what was told")
        return found

    def pay(self, payments: Sequence[Payment], on: date, wavering: bool) -> bytes:
        """Take the payments and answer; ``wavering``: some come back, of one nothing is known yet."""
        for number, one in enumerate(payments):
            word = PAID
            if wavering and number % OF == RETURNED_AT:
                word = RETURNED
            elif wavering and number == UNKNOWN_AT:
                word = UNKNOWN
            self.words[one.reference], self.payments[one.reference] = word, one
            self.booked += [(on, one.reference, False)] if word != UNKNOWN else []
            self.booked += [(on, one.reference, True)] if word == RETURNED else []
        return self.answer([one.reference for one in payments])

    def resolve(self, on: date) -> list[str]:
        """What was unknown has arrived after all; the references."""
        late = self.of(UNKNOWN)
        self.booked += [(on, reference, False) for reference in late]
        self.words.update(dict.fromkeys(late, PAID))
        return late

    def of(self, word: str) -> list[str]:
        return [reference for reference, said in self.words.items() if said == word]

    def answer(self, references: Sequence[str]) -> bytes:
        """The answer file on these payments."""
        text = io.StringIO(newline="")
        out = csv.writer(text)
        out.writerow(ANSWER)
        for reference in references:
            one, word = self.payments[reference], self.words[reference]
            voucher = f"{self.vouchers}-{1 + list(self.words).index(reference):04}" if word == PAID else ""
            out.writerow((reference, one.account, yuan(one.fen), word, voucher, WHY if word == RETURNED else ""))
        return text.getvalue().encode(ENCODING)

    def statement(self) -> bytes:
        """Everything that it booked on the paying account: payments are debited, what came back is credited."""
        text = io.StringIO(newline="")
        out = csv.writer(text)
        out.writerow(STATEMENT)
        for number, (on, reference, back) in enumerate(self.booked, 1):
            one = self.payments[reference]
            sides = ("", yuan(one.fen)) if back else (yuan(one.fen), "")
            out.writerow(
                (f"{on:%Y%m%d}", *sides, one.name, one.account, reference, "退汇" if back else "转账", number, "")
            )
        return text.getvalue().encode(ENCODING)


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
