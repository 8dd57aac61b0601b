"""What must hold of papers and books beside the payments: documents, statements, final accounts, what goes back."""

from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.funding.models import (
    AppropriationChange,
    Attachment,
    Award,
    BankStatement,
    BankStatementLine,
    Batch,
    Expense,
    FinalAccount,
    Instalment,
    Instruction,
    LedgerAccount,
    LedgerPosting,
    LedgerTransaction,
    OutstandingItem,
    Proof,
    Recovery,
    Resolution,
)
from services.funding.queries.reconciliation import reconcile
from services.funding.rules.award import FINAL_INSTALMENTS
from services.funding.rules.final_account import HANDED_IN
from services.funding.usecases import ledger
from services.funding.usecases.verification import RECEIVED
from tests.funding.machine.payments import Payments
from tests.funding.machine.world import PEOPLE

ON_ITS_WAY = ("due", "requested", "reissued", "approved", "in_batch", "unknown", "paid", "returned")


class Audit(Payments):
    def nothing_is_due_before_its_documents_are_accepted(self) -> None:
        """Each by another person than handed it in, and on files that still stand."""
        open_ = {
            row.id for row in self.rows(Instalment.id, where=self.own(Instalment) & Instalment.status.in_(ON_ITS_WAY))
        }
        own = Proof.award_id.in_(sa.select(Award.id).where(self.own(Award)))
        standing: dict[UUID, set[UUID]] = defaultdict(set)
        for file in self.rows(Attachment.id, Attachment.noun_id, where=Attachment.removed_at.is_(None)):
            standing[file.noun_id].add(file.id)
        proofs = self.rows(
            Proof.id,
            Proof.instalment_id,
            Proof.status,
            Proof.kind,
            Proof.files,
            Proof.submitted_by,
            Proof.judged_by,
            where=own,
        )
        for one in proofs:
            assert one.status == "accepted" or one.instalment_id not in open_
            assert one.status != "accepted" or one.submitted_by != one.judged_by
            if one.status in ("submitted", "accepted"):
                assert set(one.files) <= standing[one.instalment_id]
                assert one.files or one.kind == "milestone"

    def two_people_resolve_what_the_bank_cannot_say(self) -> None:
        told = self.rows(
            Resolution.id,
            Resolution.status,
            Resolution.proposed_by,
            Resolution.decided_by,
            Resolution.result,
            Instruction.result,
            where=self.own(Resolution) & (Instruction.id == Resolution.instruction_id),
        )
        for _key, status, proposed_by, decided_by, result, known in told:
            assert status != "confirmed" or (proposed_by != decided_by and result == known)
            assert status != "proposed" or known == "unknown"

    def what_the_bank_booked_is_matched_or_queued(self) -> None:
        """Each line counts once, and is matched over its amount or stands in a queue; what went out twice stands there
        too, and what no statement shows."""
        sent = {
            row.id: row
            for row in self.rows(
                Instruction.id,
                Instruction.amount_fen,
                Instruction.result,
                Instruction.answered_at,
                Batch.paying_account_id,
                where=self.instructed() & (Batch.id == Instruction.batch_id),
            )
        }
        ours = BankStatementLine.paying_account_id.in_(self.accounts)
        lines = self.rows(
            BankStatementLine.id,
            BankStatementLine.amount_fen,
            BankStatementLine.direction,
            BankStatementLine.instruction_id,
            BankStatementLine.bank_statement_id,
            where=ours,
        )
        about = sa.or_(
            OutstandingItem.bank_line_id.in_([line.id for line in lines]),
            OutstandingItem.instruction_id.in_(list(sent)),
        )
        items = self.rows(
            OutstandingItem.id,
            OutstandingItem.code,
            OutstandingItem.queue,
            OutstandingItem.status,
            OutstandingItem.bank_line_id,
            OutstandingItem.instruction_id,
            where=about,
        )
        queued = {item.bank_line_id: item for item in items if item.bank_line_id}
        for line in lines:
            if line.instruction_id is None:
                assert queued[line.id].status != "matched"
            else:
                assert sent[line.instruction_id].amount_fen == line.amount_fen
        out = Counter(line.instruction_id for line in lines if line.direction == "out" and line.instruction_id)
        twice = Counter(
            item.instruction_id for item in items if item.code == "bank_statement.twice" and item.status != "matched"
        )
        assert all(twice[key] >= times - 1 for key, times in out.items()), "the bank paid twice, and nobody is told"
        self._missing(sent, out, [item for item in items if item.queue == "ledger"])
        new = Counter(line.bank_statement_id for line in lines)
        for file in self.rows(
            BankStatement.id,
            BankStatement.lines,
            BankStatement.known,
            where=BankStatement.paying_account_id.in_(self.accounts),
        ):
            assert file.lines - file.known == new[file.id]

    def _missing(self, sent: dict[UUID, Any], out: Counter[UUID], items: list[Any]) -> None:
        newest = {
            row[0]: row[1]
            for row in self.rows(
                BankStatement.paying_account_id,
                sa.func.max(BankStatement.imported_at).over(partition_by=BankStatement.paying_account_id),
                where=BankStatement.paying_account_id.in_(self.accounts),
            )
        }
        waiting = {item.instruction_id: item.status for item in items}
        assert len(waiting) == len(items), "a payment is missing twice"
        for key, one in sent.items():
            seen = newest.get(one.paying_account_id)
            if one.result == "paid" and seen and one.answered_at < seen and not out[key]:
                assert key in waiting, "no statement shows it, and nobody is told"
            if one.result == "paid" and out[key]:
                assert waiting.get(key) != "open"

    def the_reconciliation_says_what_ledger_and_statements_say(self) -> None:
        received = self.own(LedgerAccount) & LedgerAccount.place.in_(RECEIVED)
        by_ledger: Counter[UUID] = Counter()
        for row in self.rows(LedgerAccount.id, LedgerAccount.round_id, LedgerAccount.balance_fen, where=received):
            by_ledger[row.round_id] += row.balance_fen
        by_bank: Counter[UUID] = Counter()
        matched = (
            self.own(Batch) & (Instruction.batch_id == Batch.id) & (BankStatementLine.instruction_id == Instruction.id)
        )
        for row in self.rows(
            BankStatementLine.id,
            Batch.round_id,
            BankStatementLine.direction,
            BankStatementLine.amount_fen,
            where=matched,
        ):
            by_bank[row.round_id] += row.amount_fen if row.direction == "out" else -row.amount_fen

        async def read() -> list[Any]:
            async with self.world.database.reading() as session:
                tomorrow = await session.scalar(sa.select(sa.func.now() + sa.text("interval '9 years'")))
                return [await reconcile(session, key, tomorrow, PEOPLE[0]) for key in self.rounds]

        for key, said in zip(self.rounds, self.world.run(read()), strict=True):
            assert (said.ledger_fen, said.bank_fen) == (by_ledger[key], by_bank[key])

    def closed_books_stay_closed(self) -> None:
        """What is handed in waits for nothing; what is accepted says what the bank and the checkers said, for good, and
        what it leaves is claimed once."""
        accounts = self.rows(
            FinalAccount.id,
            FinalAccount.award_id,
            FinalAccount.status,
            FinalAccount.received_fen,
            FinalAccount.accepted_fen,
            FinalAccount.unspent_fen,
            FinalAccount.signed,
            FinalAccount.decided_by,
            where=self.own(FinalAccount),
        )
        for one in (row for row in accounts if row.status in HANDED_IN):
            parts = self.rows(Instalment.id, Instalment.status, where=Instalment.award_id == one.award_id)
            assert {part.status for part in parts} <= FINAL_INSTALMENTS
            spent = self.rows(Expense.id, Expense.status, Expense.amount_fen, where=Expense.award_id == one.award_id)
            assert "submitted" not in {row.status for row in spent}
            if one.status == "accepted":
                self._accepted(one, [part.id for part in parts], spent)

    def _accepted(self, one: Any, parts: list[UUID], spent: list[Any]) -> None:
        assert one.decided_by not in one.signed
        paid = Instruction.instalment_id.in_(parts) & (Instruction.result == "paid")
        received = sum(row.amount_fen for row in self.rows(Instruction.id, Instruction.amount_fen, where=paid))
        accepted = sum(row.amount_fen for row in spent if row.status == "accepted")
        assert (one.received_fen, one.accepted_fen) == (received, accepted)
        unspent = sa.and_(
            Recovery.award_id == one.award_id, Recovery.ground == "unspent", Recovery.status != "reversed"
        )
        claims = [row.amount_fen for row in self.rows(Recovery.id, Recovery.amount_fen, where=unspent)]
        assert claims == [fen for fen in (received - accepted,) if fen]
        assert sum(claims) == one.unspent_fen

    def a_reversal_mirrors_what_it_takes_back(self) -> None:
        """Linked, once, place by place with the opposite sign; and never itself reversed."""
        made = self.rows(
            LedgerTransaction.id,
            LedgerTransaction.reverses_id,
            LedgerTransaction.reason,
            where=self.own(LedgerTransaction),
        )
        reversals = {row.id: row.reverses_id for row in made if row.reverses_id}
        assert len(set(reversals.values())) == len(reversals)
        assert not set(reversals) & set(reversals.values())
        assert all(row.reason for row in made if row.reverses_id)
        postings: dict[UUID, Counter[UUID]] = defaultdict(Counter)
        where = LedgerPosting.transaction_id.in_([*reversals, *reversals.values()])
        for row in self.rows(
            LedgerPosting.id,
            LedgerPosting.transaction_id,
            LedgerPosting.account_id,
            LedgerPosting.amount_fen,
            where=where,
        ):
            postings[row.transaction_id][row.account_id] += row.amount_fen
        for key, original in reversals.items():
            assert postings[key] == {account: -fen for account, fen in postings[original].items()}

    def what_leaves_a_round_arrives_or_goes_back(self) -> None:
        """A carry-over arrives whole in the other round, linked; the places say what the changes say."""
        changes = self.rows(
            AppropriationChange.id,
            AppropriationChange.round_id,
            AppropriationChange.event,
            AppropriationChange.amount_fen,
            AppropriationChange.linked_id,
            where=self.own(AppropriationChange),
        )
        arrived = {row.linked_id: row for row in changes if row.linked_id}
        left: Counter[tuple[UUID, str]] = Counter()
        for one in changes:
            left[one.round_id, one.event] += one.amount_fen
            if one.event == "carry_over":
                there = arrived.pop(one.id)
                assert (there.round_id, there.event, there.amount_fen) == (
                    self.rounds[1],
                    "appropriate",
                    one.amount_fen,
                )
        assert not arrived
        for number, places in enumerate(self._now()):
            key = self.rounds[number]
            assert places["appropriation"] == left[key, "appropriate"] - left[key, "cut"]
            assert (places["carried_over"], places["lapsed"]) == (left[key, "carry_over"], left[key, "lapse"])

    def _now(self) -> list[dict[str, int]]:
        async def read() -> list[dict[str, int]]:
            async with self.world.database.reading() as session:
                return [await ledger.balances(session, key) for key in self.rounds]

        found: list[dict[str, int]] = self.world.run(read())
        return found
