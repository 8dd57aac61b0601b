"""What the statements of the paying accounts bring: lines as they should be, altered, twice, strange, and again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.funding.models import Batch
from services.funding.usecases import bank_statement
from services.funding.usecases.upload import Upload
from shared.actor import Actor
from shared.crypto import unseal
from tests.funding import bank
from tests.funding.machine.bank import Bank
from tests.funding.machine.world import choices, crashes, people

KINDS = ("out", "out", "out", "in", "amount", "account", "no reference", "strange", "interest")
Line = tuple[str, ...]


class BankStatements(Bank):
    def __init__(self) -> None:
        self.booked: list[tuple[int, list[Line]]] = []
        self.serial = 0
        super().__init__()

    @rule(
        choice=choices,
        kinds=st.lists(st.tuples(choices, st.sampled_from(KINDS)), min_size=1, max_size=4),
        whole=st.booleans(),
        actor=people,
        crash=crashes,
    )
    def import_a_statement(
        self, choice: int, kinds: Sequence[tuple[int, str]], whole: bool, actor: Actor, crash: str
    ) -> None:
        """A few lines, or every payment as it went out and then those."""
        sent = [row for batch in self.rows(Batch.id, Batch.content, where=self.own(Batch)) for row in rows_of(batch)]
        lines = [self.movement(row, "out") for row in sent if whole]
        lines += [self.movement(sent[which % len(sent)], kind) for which, kind in kinds if sent]
        self.booked.append((choice % len(self.accounts), lines))
        self.send_statement(*self.booked[-1], "gbk", actor, crash)

    @rule(choice=choices, encoding=st.sampled_from(("gbk", "gb18030", "utf-8-sig")), actor=people, crash=crashes)
    def send_a_statement_again(self, choice: int, encoding: str, actor: Actor, crash: str) -> None:
        """The same bytes, or the same lines in other ones."""
        if self.booked:
            self.send_statement(*self.booked[choice % len(self.booked)], encoding, actor, crash)

    @rule(actor=people, other=people, crash=crashes)
    def pay_from_another_account(self, actor: Actor, other: Actor, crash: str) -> None:
        """Perhaps nobody else confirms it."""
        self.open_account(actor, other, crash)

    def movement(self, row: dict[str, str], kind: str) -> Line:
        """A line without its day, about what the bank was sent in this row."""
        self.serial += 1
        yuan = str(Decimal(row["金额（元）"]) + (Decimal("0.01") if kind == "amount" else 0))
        out, in_ = ("", yuan) if kind in ("in", "interest") else (yuan, "")
        reference = {"no reference": "", "strange": uuid4().hex, "interest": "存款利息"}.get(kind, row["指令编号"])
        account = {"account": "6222000011112222", "interest": ""}.get(kind, row["收款人账号"])
        return (out, in_, reference, account, f"{self.rounds[0].hex[:8]}-{self.serial}")

    def send_statement(self, at: int, lines: Sequence[Line], encoding: str, actor: Actor, crash: str) -> None:
        async def take(session: Any, now: Any) -> None:
            content = bank.statement(*(bank.line(now.date(), *line) for line in lines), encoding=encoding)
            await bank_statement.take(session, self.accounts[at], Upload("对账单.csv", content), actor, now)

        self.do(take, crash, actor)


def rows_of(batch: Any) -> list[dict[str, str]]:
    return bank.rows_of(unseal(batch.content))
