"""What goes back to the treasury: money left over at the year's end, and money that payees must return."""

from datetime import date
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.funding.models import Appropriation, Award, Recovery, Repayment
from services.funding.rules.budget import Papers
from services.funding.usecases import recovery, reinstatement, round
from services.funding.usecases.recovery import Payment
from shared.actor import Actor
from tests.funding.machine.world import Act, Base, choices, crashes, people, rounds

PAPERS = Papers("年终结转", "渝财预〔2020〕9号", "渝财〔2020〕99号")
AMOUNTS = st.sampled_from((1, 5_000_000, 40_000_000))


class Treasury(Base):
    @rule(number=rounds, into=rounds, amount_fen=AMOUNTS, actor=people, crash=crashes)
    def carry_over(self, number: int, into: int, amount_fen: int, actor: Actor, crash: str) -> None:
        key, later = self.appropriation(number), self.rounds[into]
        self.do(lambda s, _now: round.carry_over(s, key, later, amount_fen, PAPERS, actor), crash, actor)

    @rule(number=rounds, amount_fen=AMOUNTS, actor=people, crash=crashes)
    def lapse(self, number: int, amount_fen: int, actor: Actor, crash: str) -> None:
        key = self.appropriation(number)
        self.do(lambda s, _now: round.lapse(s, key, amount_fen, PAPERS, actor), crash, actor)

    def appropriation(self, number: int) -> Any:
        rows = self.rows(Appropriation.id, where=Appropriation.round_id == self.rounds[number])
        return rows[0].id if rows else uuid4()

    @rule(choice=choices, actor=people, crash=crashes)
    def reinstate_an_award(self, choice: int, actor: Actor, crash: str) -> None:
        """By the bureau, once what stood in the way of a corrected grade is gone."""
        key = self.pick(Award, choice, Award.status.in_(("revoked", "recovered")))
        self.do(lambda s, now: reinstatement.reinstate(s, key, actor, now), crash, actor)

    @rule(choice=choices, share=st.sampled_from((1, 2, 3)), slip=st.integers(0, 3), actor=people, crash=crashes)
    def register_a_repayment(self, choice: int, share: int, slip: int, actor: Actor, crash: str) -> None:
        """Of all, or a part; the bank's reference may have been registered before."""
        key = self.pick(Recovery, choice)
        fen = [row.amount_fen // share for row in self.rows(Recovery.id, Recovery.amount_fen, where=Recovery.id == key)]
        paid = Payment(fen[0] if fen else 1, f"HK-{self.rounds[0]}-{slip}", date(2020, 3, 1))
        self.do(lambda s, now: recovery.register(s, key, paid, actor, now), crash, actor)

    @rule(choice=choices, verb=st.sampled_from(("confirm", "confirm", "reject")), actor=people, crash=crashes)
    def decide_a_repayment(self, choice: int, verb: str, actor: Actor, crash: str) -> None:
        key = self.pick(Repayment, choice)
        acts: dict[str, Act] = {
            "confirm": lambda s, now: recovery.confirm(s, key, actor, now),
            "reject": lambda s, now: recovery.reject(s, key, "x", actor, now),
        }
        self.do(acts[verb], crash, actor)

    @rule(
        choice=choices, actor=people, crash=crashes, verb=st.sampled_from(("plan", "propose", "write_off", "reverse"))
    )
    def handle_a_recovery(self, choice: int, verb: str, actor: Actor, crash: str) -> None:
        key = self.pick(Recovery, choice)
        whole = sum(row.amount_fen for row in self.rows(Recovery.id, Recovery.amount_fen, where=Recovery.id == key))
        parts = [(date(2020, 6, 1), 1), (date(2020, 7, 1), whole - 1)]
        acts: dict[str, Act] = {
            "plan": lambda s, now: recovery.plan(s, key, parts, actor, now),
            "propose": lambda s, _now: recovery.propose_write_off(s, key, "无法收回", actor),
            "write_off": lambda s, _now: recovery.write_off(s, key, actor),
            "reverse": lambda s, _now: recovery.reverse(s, key, "误", actor),
        }
        self.do(acts[verb], crash, actor)
