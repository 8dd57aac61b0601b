"""Any sequence of commands, events (twice, late, out of order) and crashes over the real PostgreSQL: after each step
the ledger verifies and every rule about money holds.

``JIEDAN_EXAMPLES=500 pytest tests/funding/test_machine.py`` looks longer.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import IntegrityError

from services.funding.models import Award, Batch, Instalment, Instruction, LedgerAccount, Payee, Recovery, Repayment
from services.funding.rules.treasury import TreasuryFields
from services.funding.usecases import answer, award, batch, payee, recovery, round, signing, verification
from services.funding.usecases.payee import Account
from services.funding.usecases.recovery import Payment
from shared import clock as business
from shared.actor import SYSTEM, Actor
from shared.contracts.base import Event
from shared.contracts.funding import InstalmentPaid
from shared.contracts.teams import TeamReopened
from shared.crypto import use_keys
from shared.db import Database, reasons_of
from shared.errors import Answer, NotYet
from shared.outbox import outbox
from shared.service import Service
from shared.testing import Databases, settings_for_tests
from tests.funding.factories import CITY, OTHER_UNIT, TWO_PAYMENTS, UNIT, TeamOf, round_opened, signed

THRESHOLD = 9_000_000
PEOPLE = [
    Actor(name, frozenset({"finance_maker", "finance_checker", "bureau"}), division=CITY)
    for name in ("甲", "乙", "丙", "丁")
]
"""Four people who carry every role: only the rules keep them apart."""
GRADES = ("qualified", "qualified", "unqualified")
Act = Callable[[Any, Any], Awaitable[Any]]


class Crash(Exception):
    """The process dies before it commits."""


class World:
    """One database and the loop that talks to it, for all examples."""

    def __init__(self, databases: Databases, service: Service) -> None:
        self.runner = asyncio.Runner()
        self.service = service
        self.database: Database = self.run(self._open(databases))

    async def _open(self, databases: Databases) -> Database:
        chosen = settings_for_tests()
        use_keys(chosen.field_keys, chosen.hash_key)
        business.make_movable(True)
        return Database(await databases.create(self.service), service=self.service.name)

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def close(self) -> None:
        self.run(self.database.close())
        self.runner.close()


class Money(RuleBasedStateMachine):
    """One round and its teams."""

    world: World
    teams = Bundle("teams")

    def __init__(self) -> None:
        super().__init__()
        self.round_id = uuid4()
        self.settled: dict[UUID, str] = {}
        self.changed = False
        policy = {"funding": {**TWO_PAYMENTS["funding"], "second_checker_from_fen": THRESHOLD}}
        self.deliver(round_opened(self.round_id, **policy), crash=False)
        self.appropriate(60_000_000, PEOPLE[0], crash=False)
        for unit in (UNIT, OTHER_UNIT):
            self.do(lambda s, now, unit=unit: self.known_payee(s, unit, now), crash=False)

    async def known_payee(self, session: Any, unit: str, now: Any) -> None:
        verified = sa.select(Payee.id).where(Payee.unit_code == unit, Payee.status == "verified")
        if await session.scalar(verified) is None:
            made = await payee.register(session, account(unit, 0), PEOPLE[0], now)
            await payee.verify(session, made.id, PEOPLE[1], now + timedelta(days=9))

    def do(self, act: Act, crash: bool, actor: Actor = SYSTEM) -> None:
        """Run it in one transaction, which may die before the commit. Only deliberate answers may refuse it."""

        async def transact() -> None:
            async with self.world.database.transaction(actor) as session:
                await act(session, session.info["now"])
                if crash:
                    raise Crash

        try:
            self.world.run(transact())
            self.changed = True
        except (Answer, NotYet, Crash):
            pass
        except IntegrityError as error:
            reasons_of(error)  # raises the error again when nobody worded it

    def deliver(self, event: Event, crash: bool) -> None:
        self.do(lambda session, now: self.world.service.handlers.apply(session, event, now), crash)

    def rows(self, *columns: Any, where: Any) -> list[Any]:
        async def read() -> list[Any]:
            async with self.world.database.reading() as session:
                return list(await session.execute(sa.select(*columns).where(where).order_by(columns[0])))

        found: list[Any] = self.world.run(read())
        return found

    def pick(self, model: Any, choice: int, *more: Any) -> Any:
        """The id of one of the round's rows, or of none at all."""
        rows = self.rows(model.id, where=sa.and_(model.round_id == self.round_id, *more))
        return rows[choice % len(rows)].id if rows else uuid4()

    crashes = st.sampled_from((False, False, False, False, True))
    people = st.sampled_from(PEOPLE)
    choices = st.integers(0, 999)
    amounts = st.sampled_from((8_000_001, 5_000_000, 15_000_000, 20_000_000, 20_000_001))

    @rule(amount_fen=st.sampled_from((60_000_000, 35_000_000, 20_000_000, 0)), actor=people, crash=crashes)
    def appropriate(self, amount_fen: int, actor: Actor, crash: bool) -> None:
        self.do(lambda s, _now: round.set_appropriation(s, self.round_id, amount_fen, "x", actor), crash, actor)

    @initialize(target=teams, amounts_fen=st.lists(amounts, min_size=3, max_size=3))
    def sign_teams(self, amounts_fen: list[int]) -> Any:
        """Three teams whose year goes on as it should."""
        made = [
            (TeamOf(self.round_id, unit=unit), fen)
            for unit, fen in zip((UNIT, UNIT, OTHER_UNIT), amounts_fen, strict=True)
        ]
        for team, amount_fen in made:
            for event in (
                team.proposed(amount_fen),
                team.confirmed(amount_fen),
                team.agreed(amount_fen),
                team.started(),
            ):
                self.deliver(event, crash=False)
        return multiple(*made)

    @rule(target=teams, amount_fen=amounts, crash=crashes)
    def propose(self, amount_fen: int, crash: bool) -> tuple[TeamOf, int]:
        team = TeamOf(self.round_id)
        self.deliver(team.proposed(amount_fen), crash)
        return team, amount_fen

    @rule(
        team=teams, kind=st.sampled_from(("proposed", "again", "confirmed", "agreed", "started", "reopened", "concluded", "withdrawn")),
        crash=crashes,
    )  # fmt: skip
    def hear_of_team(self, team: tuple[TeamOf, int], kind: str, crash: bool) -> None:
        one, amount_fen = team
        events = {
            "proposed": one.proposed(amount_fen), "again": one.proposed(amount_fen, proposal=2),
            "confirmed": one.confirmed(amount_fen), "agreed": one.agreed(amount_fen), "started": one.started(),
            "reopened": TeamReopened(**one.ids), "concluded": one.concluded(),
            "withdrawn": one.withdrawn(),
        }  # fmt: skip
        self.deliver(events[kind], crash)

    @rule(team=teams, grade=st.sampled_from(GRADES), edition=st.integers(1, 4), crash=crashes)
    def hear_a_grade(self, team: tuple[TeamOf, int], grade: Any, edition: int, crash: bool) -> None:
        self.deliver(team[0].graded(grade, edition), crash)

    @rule(team=teams, kind=st.sampled_from(("opened", "passed", "passed", "failed")), crash=crashes)
    def hear_of_rectification(self, team: tuple[TeamOf, int], kind: str, crash: bool) -> None:
        self.deliver(getattr(team[0], f"rectification_{kind}")(), crash)

    @rule(choice=choices, signers=st.permutations(PEOPLE), crash=crashes)
    def pay_one(self, choice: int, signers: list[Actor], crash: bool) -> None:
        """What should happen: a request, as many checkers as it takes, and the bank's file."""
        key = self.pick(Instalment, choice, Instalment.status.in_(("due", "requested", "returned", "reissued")))
        maker, *checkers = signers
        self.do(lambda s, _now: signed(signing.request(s, [key], TreasuryFields(), maker)), False, maker)
        self.do(lambda s, _now: signed(signing.reissue(s, [key], maker)), False, maker)
        for checker in checkers:
            self.do(lambda s, _now, who=checker: signed(signing.approve(s, [key], who)), False, checker)
        self.send_batch(maker, crash)

    @rule(
        choice=choices, actor=people, verb=st.sampled_from(("request", "approve", "reject", "reissue")), crash=crashes
    )
    def handle_any_instalment(self, choice: int, actor: Actor, verb: str, crash: bool) -> None:
        key = self.pick(Instalment, choice)
        acts: dict[str, Act] = {
            "request": lambda s, _now: signed(signing.request(s, [key], TreasuryFields(), actor)),
            "approve": lambda s, _now: signed(signing.approve(s, [key], actor)),
            "reject": lambda s, _now: signed(signing.reject(s, [key], "x", actor)),
            "reissue": lambda s, _now: signed(signing.reissue(s, [key], actor)),
        }
        self.do(acts[verb], crash, actor)

    def send_batch(self, actor: Actor, crash: bool) -> None:
        self.do(lambda s, now: batch.make(s, self.round_id, None, actor, now), crash, actor)

    @rule(choice=choices, result=st.sampled_from(("paid", "paid", "returned", "unknown")), actor=people, crash=crashes)
    def hear_from_the_bank(self, choice: int, result: str, actor: Actor, crash: bool) -> None:
        lines = self.rows(Instruction.id, where=self._of_round(Instruction.batch_id))
        if lines:
            said = [answer.Answer(lines[choice % len(lines)].id, result)]
            self.do(lambda s, now: answer.answer(s, said, actor, now), crash, actor)

    @rule(unit=st.sampled_from((UNIT, OTHER_UNIT)), number=st.integers(0, 2), maker=people, checker=people)
    def change_account(self, unit: str, number: int, maker: Actor, checker: Actor) -> None:
        self.do(lambda s, now: payee.register(s, account(unit, number), maker, now), False, maker)
        pending = self.rows(Payee.id, where=sa.and_(Payee.unit_code == unit, Payee.status == "registered"))
        for row in pending:
            self.do(lambda s, now, key=row.id: payee.verify(s, key, checker, now + timedelta(days=9)), False, checker)

    @rule(choice=choices, actor=people, crash=crashes)
    def revoke_any_award(self, choice: int, actor: Actor, crash: bool) -> None:
        key = self.pick(Award, choice, Award.status.in_(("settled", "closed", "reserved")))
        self.do(lambda s, now: award.revoke(s, key, "x", actor, now), crash, actor)

    @rule(choice=choices, share=st.sampled_from((1, 2, 3)), actor=people, crash=crashes)
    def repay_a_part(self, choice: int, share: int, actor: Actor, crash: bool) -> None:
        key = self.pick(Recovery, choice)
        fen = [row.amount_fen // share for row in self.rows(Recovery.id, Recovery.amount_fen, where=Recovery.id == key)]
        paid = Payment(fen[0] if fen else 1, f"HK-{uuid4()}", date(2020, 5, 1))
        self.do(lambda s, _now: recovery.register(s, key, paid, actor), crash, actor)

    @rule(choice=choices, yes=st.booleans(), actor=people, crash=crashes)
    def decide_a_repayment(self, choice: int, yes: bool, actor: Actor, crash: bool) -> None:
        key = self.pick(Repayment, choice, Repayment.status == "registered")
        if yes:
            self.do(lambda s, now: recovery.confirm(s, key, actor, now), crash, actor)
        else:
            self.do(lambda s, now: recovery.reject(s, key, "x", actor, now), crash, actor)

    @rule(choice=choices, agrees=st.booleans(), actor=people, crash=crashes)
    def write_off_a_recovery(self, choice: int, agrees: bool, actor: Actor, crash: bool) -> None:
        key = self.pick(Recovery, choice)
        if agrees:
            self.do(lambda s, _now: recovery.write_off(s, key, actor), crash, actor)
        else:
            self.do(lambda s, _now: recovery.propose_write_off(s, key, "x", actor), crash, actor)

    @rule(choice=choices, actor=people, crash=crashes)
    def reverse_a_recovery(self, choice: int, actor: Actor, crash: bool) -> None:
        key = self.pick(Recovery, choice)
        self.do(lambda s, _now: recovery.reverse(s, key, "x", actor), crash, actor)

    def _of_round(self, batch_id: Any) -> Any:
        return batch_id.in_(sa.select(Batch.id).where(Batch.round_id == self.round_id))

    @precondition(lambda self: self.changed)
    @invariant()
    def every_rule_about_money_holds(self) -> None:
        self.the_ledger_verifies()
        self.nothing_is_promised_that_was_not_appropriated()
        self.every_instruction_settles_once_and_every_instalment_is_paid_once()
        self.different_people_sign()
        self.awards_stay_within_their_band_and_one_per_team()
        self.changed = False

    def the_ledger_verifies(self) -> None:
        async def check() -> list[Any]:
            async with self.world.database.reading() as session:
                return (await verification.verify(session, self.round_id)).differences

        assert self.world.run(check()) == []

    def nothing_is_promised_that_was_not_appropriated(self) -> None:
        rows = self.rows(LedgerAccount.place, LedgerAccount.balance_fen, where=LedgerAccount.round_id == self.round_id)
        assert sum(row.balance_fen for row in rows) == 0
        assert all(row.balance_fen >= 0 for row in rows if row.place != "appropriation")

    def every_instruction_settles_once_and_every_instalment_is_paid_once(self) -> None:
        lines = self.rows(
            Instruction.id, Instruction.instalment_id, Instruction.result, where=self._of_round(Instruction.batch_id)
        )
        for line in lines:
            assert self.settled.setdefault(line.id, line.result or "") in ("", "unknown", line.result)
            self.settled[line.id] = line.result or ""
        paid = [line.instalment_id for line in lines if line.result == "paid"]
        assert len(paid) == len(set(paid))
        said = self.rows(outbox.c.id, outbox.c.data, where=outbox.c.type == InstalmentPaid.type)
        told = [event for event in (InstalmentPaid.model_validate_json(row.data) for row in said)
                if event.round_id == self.round_id]  # fmt: skip
        assert sorted(event.instalment_id for event in told) == sorted(paid)

    def different_people_sign(self) -> None:
        names = (Instalment.requested_by, Instalment.approved_by, Instalment.second_approved_by)
        where = sa.and_(
            Instalment.round_id == self.round_id,
            Instalment.status.in_(("approved", "in_batch", "unknown", "paid", "returned")),
        )
        for row in self.rows(Instalment.id, Instalment.amount_fen, *names, where=where):
            signed = [name for name in row[2:] if name]
            assert len(set(signed)) == len(signed) == (3 if row.amount_fen >= THRESHOLD else 2)

    def awards_stay_within_their_band_and_one_per_team(self) -> None:
        where = sa.and_(Award.round_id == self.round_id, Award.status.not_in(("refused", "released")))
        live = self.rows(Award.id, Award.team_id, Award.amount_fen, where=where)
        assert all(5_000_000 <= row.amount_fen <= 20_000_000 for row in live)
        assert len({row.team_id for row in live}) == len(live)


def account(unit: str, number: int) -> Account:
    return Account(unit, "单位", "银行", "471434039744", f"707512719294056356{number}")


@pytest.fixture
def world(databases: Databases, service: Service) -> Any:
    made = World(databases, service)
    yield made
    made.close()


def test_no_sequence_of_commands_events_and_crashes_breaks_a_rule_about_money(world: World) -> None:
    Money.world = world
    examples = int(os.environ.get("JIEDAN_EXAMPLES", "15"))
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=examples, stateful_step_count=40, deadline=None, print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
