"""How an award ends: its year goes on to the last payment, its books are closed, and what was not spent comes back."""

from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.funding.models import Award, FinalAccount, Instalment, Instruction, Proof, Recovery, Repayment
from services.funding.rules.treasury import TreasuryFields
from services.funding.usecases import answer, expense, final_account, proof, recovery, signing
from services.funding.usecases.recovery import Payment
from shared.actor import Actor
from tests.funding.factories import TeamOf
from tests.funding.machine.audit import Audit
from tests.funding.machine.desk import Desk
from tests.funding.machine.papers import Papers, anybody
from tests.funding.machine.world import PAYEES, PEOPLE, Act, Base, choices, crashes


class Closing(Papers, Desk, Audit):
    @rule(team=Base.teams, signers=st.permutations(PEOPLE), crash=crashes)
    def finish_the_year(self, team: tuple[TeamOf, int], signers: list[Actor], crash: str) -> None:
        """What should happen: it serves well, everything asked for is handed in, paid, spent in part, accounted for, and
        the rest is paid back."""
        one = team[0]
        for event in (one.started(), one.graded("qualified", 9)):
            self.hear(event)
        self.prove_everything(one, signers[0])
        self.pay_everything(one, signers)
        for award in self.rows(Award.id, where=Award.team_id == one.team_id):
            spent = self.spend(award.id, "差旅费", 900_000, 0, PAYEES[one.unit])
            self.do(lambda s, now, spent=spent: expense.accept(s, spent, "已核", signers[1], now), actor=signers[1])
        self.hear(one.concluded())
        self.account_for(one, signers[0], crash)
        self.pay_back(one, signers)

    def prove_everything(self, team: TeamOf, judge: Actor) -> None:
        unit = PAYEES[team.unit]
        for part in self.rows(Instalment.id, where=Instalment.team_id == team.team_id):
            for wanted in self.rows(Proof.id, Proof.kind, where=Proof.instalment_id == part.id):
                self.hand_in_file(part.id, wanted.kind, unit)
                files = [row.id for row in self.handed_in() if row.noun_id == part.id]
                self.do(lambda s, now, key=wanted.id, own=files: proof.submit(s, key, "x", own, unit, now), actor=unit)
                self.do(lambda s, now, key=wanted.id: proof.accept(s, key, judge, now), actor=judge)
                self.nothing_is_due_before_its_documents_are_accepted()

    def pay_everything(self, team: TeamOf, signers: list[Actor]) -> None:
        parts = self.send_everything(team, signers)
        checker = signers[1]
        where = Instruction.instalment_id.in_(parts) & (
            Instruction.result.is_(None) | (Instruction.result == "unknown")
        )
        said = [answer.Answer(row.id, "paid") for row in self.rows(Instruction.id, where=where)]
        self.do(lambda s, now: answer.answer(s, said, checker, now), actor=checker)

    def send_everything(self, team: TeamOf, signers: list[Actor]) -> list[UUID]:
        """Into the bank's hands goes what may; returns all its instalments."""
        maker, *checkers = signers
        parts = [row.id for row in self.rows(Instalment.id, where=Instalment.team_id == team.team_id)]
        self.do(lambda s, _now: signing.request(s, parts, TreasuryFields(), maker), actor=maker)
        self.do(lambda s, _now: signing.reissue(s, parts, maker), actor=maker)
        for who in checkers:
            self.do(lambda s, _now, who=who: signing.approve(s, parts, who), actor=who)
        self.send_batch(self.rounds.index(team.round_id), maker, "")
        return parts

    @rule(team=Base.teams, signers=st.permutations(PEOPLE), sent=st.booleans(), crash=crashes)
    def close_the_books_too_early(self, team: tuple[TeamOf, int], signers: list[Actor], sent: bool, crash: str) -> None:
        """The year is over and the books are written, while money is promised, or all of it on its way."""
        if sent:
            for event in (team[0].started(), team[0].graded("qualified", 8)):
                self.hear(event)
            self.prove_everything(team[0], signers[0])
            self.send_everything(team[0], signers)
        self.hear(team[0].concluded())
        self.account_for(team[0], signers[0], crash)

    def account_for(self, team: TeamOf, judge: Actor, crash: str) -> None:
        unit = PAYEES[team.unit]
        for award in self.rows(Award.id, where=Award.team_id == team.team_id):
            self.do(lambda s, _now, key=award.id: final_account.draft(s, key, "按预算使用", "未发生", unit), actor=unit)
        for row in self.rows(FinalAccount.id, where=FinalAccount.team_id == team.team_id):
            self.do(lambda s, now, key=row.id: final_account.submit(s, key, unit, now), actor=unit)
            self.do(lambda s, now, key=row.id: final_account.accept(s, key, judge, now), crash, judge)

    def pay_back(self, team: TeamOf, signers: list[Actor]) -> None:
        maker, checker = signers[:2]
        for row in self.rows(Recovery.id, Recovery.amount_fen, where=Recovery.team_id == team.team_id):
            paid = Payment(row.amount_fen, f"JY-{row.id}", date(2020, 5, 1))
            self.do(lambda s, now, key=row.id, paid=paid: recovery.register(s, key, paid, maker, now), actor=maker)
            for one in self.rows(Repayment.id, where=Repayment.recovery_id == row.id):
                self.do(lambda s, now, key=one.id: recovery.confirm(s, key, checker, now), actor=checker)

    @rule(choice=choices, actor=anybody, crash=crashes)
    def draft_a_final_account(self, choice: int, actor: Actor, crash: str) -> None:
        key = self.pick(Award, choice)
        self.do(lambda s, _now: final_account.draft(s, key, "按预算使用", "", actor), crash, actor)

    @rule(
        choice=choices,
        actor=anybody,
        crash=crashes,
        verb=st.sampled_from(("edit", "submit", "submit", "accept", "accept", "return", "reopen")),
    )
    def handle_a_final_account(self, choice: int, verb: str, actor: Actor, crash: str) -> None:
        """Anybody, at any time: also whoever wrote it, and after what was left came back."""
        key = self.pick(FinalAccount, choice)

        async def edit(session: Any, _now: Any) -> None:
            row, _award = await final_account.own(session, key, actor)
            await final_account.edit(session, row, "按预算使用", "未发生", actor)

        acts: dict[str, Act] = {
            "edit": edit,
            "submit": lambda s, now: final_account.submit(s, key, actor, now),
            "accept": lambda s, now: final_account.accept(s, key, actor, now),
            "return": lambda s, now: final_account.return_(s, key, "x", actor, now),
            "reopen": lambda s, now: final_account.reopen(s, key, "x", actor, now),
        }
        self.do(acts[verb], crash, actor)
