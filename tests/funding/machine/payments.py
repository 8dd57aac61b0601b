"""What the finance desk does: appropriations, requests, signatures, bank files and answers, accounts, recoveries."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.funding.models import Award, Batch, Instalment, Instruction, Payee, Substitute
from services.funding.rules.budget import Papers
from services.funding.rules.treasury import TreasuryFields
from services.funding.usecases import answer, award, batch, payee, round, signing, substitute
from services.funding.usecases.substitute import Naming
from shared.actor import Actor
from tests.funding.factories import OTHER_UNIT, UNIT, signed
from tests.funding.machine.world import PEOPLE, Act, Base, account, choices, crashes, people, rounds

COOLED_OFF = timedelta(days=9)
OPEN = ("due", "requested", "returned", "reissued")
roles = st.sampled_from(("finance_maker", "finance_checker", "bureau"))


class Payments(Base):
    @rule(
        number=rounds, amount_fen=st.sampled_from((60_000_000, 35_000_000, 20_000_000, 0)), actor=people, crash=crashes
    )
    def appropriate(self, number: int, amount_fen: int, actor: Actor, crash: str) -> None:
        key = self.rounds[number]
        self.do(lambda s, _now: round.set_appropriation(s, key, amount_fen, Papers("x"), actor), crash, actor)

    @rule(choice=choices, signers=st.permutations(PEOPLE), crash=crashes)
    def pay_one(self, choice: int, signers: list[Actor], crash: str) -> None:
        """What should happen: a request, as many checkers as it takes, and the bank's file."""
        key = self.pick(Instalment, choice, Instalment.status.in_(OPEN))
        maker, *checkers = signers
        self.do(lambda s, _now: signed(signing.request(s, [key], TreasuryFields(), maker)), actor=maker)
        self.do(lambda s, _now: signed(signing.reissue(s, [key], maker)), actor=maker)
        for who in checkers:
            self.do(lambda s, _now, who=who: signed(signing.approve(s, [key], who)), crash, who)
        self.send_batch(choice, maker, crash)

    @rule(
        choice=choices,
        actor=people,
        behalf=st.sampled_from(("", "", "甲", "乙")),
        crash=crashes,
        verb=st.sampled_from(("request", "approve", "approve", "reject", "reissue", "book")),
    )
    def sign_any_instalment(self, choice: int, actor: Actor, behalf: str, verb: str, crash: str) -> None:
        """Anybody, perhaps in another's place, at any time."""
        key = self.pick(Instalment, choice)
        acts: dict[str, Act] = {
            "request": lambda s, _now: signed(signing.request(s, [key], TreasuryFields(), actor, behalf)),
            "approve": lambda s, _now: signed(signing.approve(s, [key], actor, behalf)),
            "reject": lambda s, _now: signed(signing.reject(s, [key], "x", actor, behalf)),
            "reissue": lambda s, _now: signed(signing.reissue(s, [key], actor, behalf)),
            "book": lambda s, _now: signing.book(s, key, f"记-{choice % 3}", actor),
        }
        if self.do(acts[verb], crash, actor) and behalf and verb != "book":
            self.stands_in(actor, behalf)

    def stands_in(self, actor: Actor, behalf: str) -> None:
        """Somebody named the one as the other's substitute, and nobody ended it."""
        named = sa.and_(Substitute.status == "named", Substitute.substitute == actor.id, Substitute.principal == behalf)
        assert self.rows(Substitute.id, where=named), f"{actor.id} signed for {behalf}"

    @rule(principal=people, stands_in=people, role=roles, actor=people, crash=crashes)
    def name_a_substitute(self, principal: Actor, stands_in: Actor, role: str, actor: Actor, crash: str) -> None:
        def naming(now: Any) -> Naming:
            return Naming(role, principal.id, stands_in.id, now.date(), now.date() + timedelta(days=9), "出差")

        self.do(lambda s, now: substitute.name(s, naming(now), actor, now), crash, actor)

    @rule(choice=choices, actor=people, crash=crashes, verb=st.sampled_from(("revoke", "end")))
    def end_a_substitution(self, choice: int, actor: Actor, verb: str, crash: str) -> None:
        rows = self.rows(Substitute.id, where=Substitute.status == "named")
        if rows:
            key = rows[choice % len(rows)].id
            acts: dict[str, Act] = {
                "revoke": lambda s, now: substitute.revoke(s, key, "x", actor, now),
                "end": lambda s, _now: substitute.end(s, key),
            }
            self.do(acts[verb], crash, actor)

    @rule(choice=choices, actor=people, crash=crashes)
    def send_batch(self, choice: int, actor: Actor, crash: str) -> None:
        key = self.rounds[choice % 2]
        self.do(lambda s, now: batch.make(s, key, None, actor, now), crash, actor)

    @rule(choice=choices, actor=people, crash=crashes)
    def void_a_batch(self, choice: int, actor: Actor, crash: str) -> None:
        key = self.pick(Batch, choice, Batch.status == "sent")
        self.do(lambda s, now: batch.void(s, key, "账户选错", actor, now), crash, actor)

    @rule(choice=choices, result=st.sampled_from(("paid", "paid", "returned", "unknown")), actor=people, crash=crashes)
    def hear_from_the_bank(self, choice: int, result: str, actor: Actor, crash: str) -> None:
        """Of any instruction there ever was, also of two at once."""
        lines = self.rows(Instruction.id, where=self.instructed())
        if lines:
            said = [answer.Answer(lines[place % len(lines)].id, result) for place in {choice, choice // 2}]
            self.do(lambda s, now: answer.answer(s, said, actor, now), crash, actor)

    @rule(
        unit=st.sampled_from((UNIT, OTHER_UNIT)), number=st.integers(0, 2), maker=people, checker=people, crash=crashes
    )
    def change_account(self, unit: str, number: int, maker: Actor, checker: Actor, crash: str) -> None:
        self.do(lambda s, now: payee.register(s, account(unit, number), maker, now), crash, maker)
        for row in self.rows(Payee.id, where=sa.and_(Payee.unit_code == unit, Payee.status == "registered")):
            self.do(lambda s, now, key=row.id: payee.verify(s, key, checker, now + COOLED_OFF), crash, checker)

    @rule(choice=choices, actor=people, crash=crashes)
    def revoke_any_award(self, choice: int, actor: Actor, crash: str) -> None:
        key = self.pick(Award, choice, Award.status.in_(("settled", "closed", "reserved")))
        self.do(lambda s, now: award.revoke(s, key, "x", actor, now), crash, actor)

    def instructed(self) -> Any:
        """Instructions of this example's rounds."""
        return Instruction.batch_id.in_(sa.select(Batch.id).where(self.own(Batch)))
