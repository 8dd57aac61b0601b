"""The world of the machine: one real database for all examples, two rounds in each, people who carry every role."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.funding.models import Award, Payee, PayingAccount
from services.funding.rules.budget import Papers
from services.funding.usecases import payee, paying_account, round
from services.funding.usecases.payee import Account
from shared import clock as business
from shared.actor import SYSTEM, Actor
from shared.contracts.base import Event
from shared.crypto import use_keys
from shared.db import Database, reasons_of
from shared.errors import Answer, NotYet
from shared.files.store import Files, open_files
from shared.outbox import flush, outbox
from shared.service import Service
from shared.testing import Databases, settings_for_tests
from tests.funding.factories import CITY, OTHER_UNIT, UNIT, TeamOf, round_opened

TODAY = datetime(2020, 5, 20, tzinfo=business.SHANGHAI)
"""Of the agreed year some weeks are over: there is something to spend and to pay back."""
SECOND, LEADER = 9_000_000, 15_000_000
"""From here on a second checker signs, and the bureau's leader."""
PEOPLE = [
    Actor(name, frozenset({"finance_maker", "finance_checker", "bureau"}), division=CITY)
    for name in ("甲", "乙", "丙", "丁", "戊")
]
"""Five people who carry every role: only the rules keep them apart."""
SUPERVISOR = Actor("督", frozenset({"supervisor"}), division=CITY)
EVERY_ROLE = frozenset({"unit", "finance_maker", "finance_checker", "bureau"})
PAYEES = {unit: Actor(f"会计{unit[-1]}", EVERY_ROLE, division=CITY, unit=unit) for unit in (UNIT, OTHER_UNIT)}
"""Who hands in for each unit; they could judge it too, if a rule let them."""
SCHEDULE = [
    {"percent": 50, "gates": ["agreed", "begun"]},
    {"percent": 30, "gates": ["grade"]},
    {"percent": 20, "gates": ["begun", "documents"], "documents": ["service_report", "receipt"]},
]
"""The first round's; the later one pays by milestones, and closes an award only with its final account."""

DIES = ("before it writes", "before it commits", "with its connection")
AGAIN = "before it answers"
"""How a process dies: the first three leave nothing behind; after the last the caller, who heard nothing, asks again."""

crashes = st.sampled_from(("",) * 12 + (*DIES, AGAIN))
people = st.sampled_from(PEOPLE)
choices = st.integers(0, 999)
rounds = st.integers(0, 1)
amounts = st.sampled_from((8_000_001, 5_000_000, 15_000_000, 20_000_000, 20_000_001))
Act = Callable[[Any, Any], Awaitable[Any]]


class Crash(Exception):
    """The process dies before it commits."""


class World:
    """One database and the loop that talks to it, for all examples; ``happened`` counts what was done."""

    def __init__(self, databases: Databases, service: Service) -> None:
        self.runner = asyncio.Runner()
        self.service = service
        self.happened: Counter[str] = Counter()
        self.database: Database = self.run(self._open(databases))

    async def _open(self, databases: Databases) -> Database:
        chosen = settings_for_tests()
        self.files: Files = open_files(chosen, self.service.name)
        use_keys(chosen.field_keys, chosen.hash_key)
        business.make_movable(True)
        database = Database(await databases.create(self.service), service=self.service.name)
        async with database.transaction(SYSTEM) as session:
            await business.move(session, TODAY)
        return database

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def close(self) -> None:
        self.run(self.database.close())
        self.runner.close()


class Base(RuleBasedStateMachine):
    """Two rounds and their teams; how one thing is done in a transaction that may die."""

    world: World
    teams: Bundle[tuple[TeamOf, int]] = Bundle("teams")

    def __init__(self) -> None:
        super().__init__()
        self.rounds = (uuid4(), uuid4())
        self.heard: list[Event] = []
        self.accounts: list[UUID] = []
        self.changed = False
        self.read_to = self.newest_event()
        common = {"second_checker_from_fen": SECOND, "third_checker_from_fen": LEADER, "expense_files": 0}
        policies = ({"schedule": SCHEDULE}, {"schedule": "milestones", "final_account_required": True})
        for year, round_id, policy in zip((2020, 2021), self.rounds, policies, strict=True):
            opened = round_opened(round_id, funding={**common, **policy})
            self.hear(opened.model_copy(update={"year": year}))
            self.do(
                lambda s, _now, key=round_id: round.set_appropriation(s, key, 60_000_000, Papers("x"), PEOPLE[0]),
                actor=PEOPLE[0],
            )
        for unit in (UNIT, OTHER_UNIT):
            self.do(lambda s, now, unit=unit: self._known_payee(s, unit, now))
        self.open_account(PEOPLE[0], PEOPLE[1])

    async def _known_payee(self, session: Any, unit: str, now: Any) -> None:
        verified = sa.select(Payee.id).where(Payee.unit_code == unit, Payee.status == "verified")
        if await session.scalar(verified) is None:
            made = await payee.register(session, account(unit, 0), PEOPLE[0], now)
            await payee.verify(session, made.id, PEOPLE[1], now + timedelta(days=9))

    def open_account(self, actor: Actor, other: Actor, crash: str = "") -> None:
        """From now on is paid from an account of this example's own, once another than who registered it confirms it."""
        number = f"{self.rounds[0].int % 10**15:015d}{len(self.accounts):02d}"

        async def register(session: Any, now: Any) -> None:
            own = PayingAccount(
                holder="市人社局",
                bank_name="农商行",
                bank_code="471434039744",
                account=number,
                template_code="generic_csv_gbk",
            )
            await paying_account.register(session, own, actor, now)

        if not self.do(register, crash, actor):
            return
        key = self.rows(PayingAccount.id, where=PayingAccount.status == "registered")[0].id
        if self.do(lambda s, now: paying_account.confirm(s, key, other, now), actor=other):
            assert other.id != actor.id
            self.accounts.append(key)

    def newest_event(self) -> int:
        async def read() -> int:
            async with self.world.database.reading() as session:
                return await session.scalar(sa.select(sa.func.max(outbox.c.id))) or 0

        newest: int = self.world.run(read())
        return newest

    def do(self, act: Act, crash: str = "", actor: Actor = SYSTEM) -> bool:
        """Run it in one transaction; False when it was refused or died. Only deliberate answers may refuse it."""
        done = self._once(act, crash, actor)
        return self._once(act, "", actor) if crash == AGAIN else done

    def _once(self, act: Act, crash: str, actor: Actor) -> bool:
        try:
            self.world.run(self._transact(act, crash, actor))
        except (Answer, NotYet) as refusal:
            self.world.happened[type(refusal).__name__] += 1
            return False
        except Crash:
            self.world.happened["died"] += 1
            return False
        except IntegrityError as error:
            reasons_of(error)  # raises the error again when nobody worded it
            return False
        except DBAPIError as error:
            if crash != DIES[2] or not error.connection_invalidated:
                raise
            self.world.happened["died"] += 1
            return False
        self.world.happened["done"] += 1
        self.changed = True
        return True

    async def _transact(self, act: Act, crash: str, actor: Actor) -> None:
        async with self.world.database.transaction(actor) as session:
            await act(session, session.info["now"])
            if crash in DIES[1:]:
                await session.flush()
                await flush(session)
            if crash == DIES[2]:
                await session.execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))
            if crash in DIES:
                raise Crash

    def hear(self, event: Event, crash: str = "") -> None:
        """An event is delivered; it may come again at any time later, also when the process died of it."""
        self.heard.append(event)
        self.do(lambda session, now: self.world.service.handlers.apply(session, event, now), crash)

    def rows(self, *columns: Any, where: Any) -> list[Any]:
        async def read() -> list[Any]:
            async with self.world.database.reading() as session:
                return list(await session.execute(sa.select(*columns).where(where).order_by(columns[0])))

        found: list[Any] = self.world.run(read())
        return found

    def own(self, model: Any) -> Any:
        """Rows of this example's rounds."""
        return model.round_id.in_(self.rounds)

    def pick(self, model: Any, choice: int, *more: Any) -> UUID:
        """The id of one of the example's rows, or of none at all."""
        rows = self.rows(model.id, where=sa.and_(self.own(model), *more))
        return rows[choice % len(rows)].id if rows else uuid4()

    def pick_of_awards(self, model: Any, choice: int, *more: Any) -> UUID:
        """The same of rows that know only their award."""
        awards = sa.select(Award.id).where(self.own(Award))
        rows = self.rows(model.id, where=sa.and_(model.award_id.in_(awards), *more))
        return rows[choice % len(rows)].id if rows else uuid4()


def account(unit: str, number: int) -> Account:
    return Account(unit, "三峡学院", "银行", "471434039744", f"707512719294056356{number}")
