"""What else people do with an award: hold it, book what was spent."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.funding.models import Award, Expense, Hold, Instalment
from services.funding.schemas import ExpenseIn
from services.funding.usecases import budget_line, expense, hold
from services.funding.usecases.budget_line import Move
from services.funding.usecases.hold import Ground
from shared.actor import Actor
from tests.funding.factories import UNIT
from tests.funding.machine.world import PEOPLE, SUPERVISOR, Act, Base, choices, crashes, people

LINES = st.sampled_from(("差旅费", "培训费", "别的"))
holders = st.sampled_from((*PEOPLE, SUPERVISOR))


class Desk(Base):
    @rule(choice=choices, whole=st.booleans(), days=st.sampled_from((None, -1, 0, 5)), actor=holders, crash=crashes)
    def place_a_hold(self, choice: int, whole: bool, days: int | None, actor: Actor, crash: str) -> None:
        key = self.pick(Award, choice)
        parts = self.rows(Instalment.id, where=Instalment.award_id == key)
        part = None if whole or not parts else parts[choice % len(parts)].id

        def ground(now: Any) -> Ground:
            return Ground("person", "查实", part, None if days is None else now.date() + timedelta(days=days))

        self.do(lambda s, now: hold.place(s, key, ground(now), actor, now), crash, actor)

    @rule(choice=choices, actor=holders, crash=crashes)
    def lift_a_hold(self, choice: int, actor: Actor, crash: str) -> None:
        key = self.pick_of_awards(Hold, choice, Hold.status == "standing")
        self.do(lambda s, now: hold.lift(s, key, "已查实", actor, now), crash, actor)

    @rule(choice=choices, crash=crashes)
    def let_a_hold_expire(self, choice: int, crash: str) -> None:
        key = self.pick_of_awards(Hold, choice, Hold.ends_at.is_not(None))
        self.do(lambda s, now: hold.expire(s, key, now + timedelta(days=9)), crash)

    @rule(
        choice=choices,
        line=LINES,
        number=st.integers(0, 3),
        actor=people,
        crash=crashes,
        amount_fen=st.sampled_from((1, 900_000, 2_500_000, 4_000_000)),
    )
    def book_an_expense(self, choice: int, line: str, number: int, amount_fen: int, actor: Actor, crash: str) -> None:
        """Drafted and handed in; one of a few fapiao, which others may have used."""
        self.spend(self.pick(Award, choice), line, amount_fen, number, actor, crash)

    def spend(self, award: UUID, line: str, amount_fen: int, number: int, actor: Actor, crash: str = "") -> UUID:
        """One expense of the award, with the fapiao of this number unless it is 0."""
        sent = ExpenseIn.model_validate(
            {
                "id": uuid4(),
                "spent_on": date(2020, 5, 2),
                "what": "高铁票",
                "recipient": {"kind": "unit", "name": "铁路"},
                "parts": [{"line": line, "amount_fen": amount_fen}],
                "fapiaos": [
                    {
                        "code": "",
                        "number": f"{self.rounds[0].int % 10**18:018d}{number:02d}",
                        "seller_code": UNIT,
                        "amount_fen": amount_fen,
                        "issued_on": date(2020, 5, 1),
                    }
                ]
                if number
                else [],
            }
        )
        self.do(lambda s, now: expense.draft(s, award, [sent], actor, now), crash, actor)
        self.do(lambda s, now: expense.submit(s, sent.id, actor, now), crash, actor)
        return sent.id

    @rule(
        choice=choices,
        actor=people,
        crash=crashes,
        verb=st.sampled_from(("submit", "accept", "accept", "return", "withdraw")),
    )
    def handle_an_expense(self, choice: int, verb: str, actor: Actor, crash: str) -> None:
        key = self.pick(Expense, choice)
        acts: dict[str, Act] = {
            "submit": lambda s, now: expense.submit(s, key, actor, now),
            "accept": lambda s, now: expense.accept(s, key, "已核", actor, now),
            "return": lambda s, now: expense.return_(s, key, "x", actor, now),
            "withdraw": lambda s, _now: expense.withdraw(s, key, actor),
        }
        self.do(acts[verb], crash, actor)

    @rule(
        choice=choices,
        source=LINES,
        into=LINES,
        actor=people,
        crash=crashes,
        amount_fen=st.sampled_from((1, 400_000, 1_000_000)),
    )
    def move_between_lines(
        self, choice: int, source: str, into: str, amount_fen: int, actor: Actor, crash: str
    ) -> None:
        key, move = self.pick(Award, choice), Move(source, into, amount_fen, "x")
        self.do(lambda s, _now: budget_line.transfer(s, key, move, actor), crash, actor)
