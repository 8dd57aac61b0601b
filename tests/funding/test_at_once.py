"""Many people doing the same thing at the same moment: it happens once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from services.funding import queries
from services.funding.models import Award, Batch, Expense, Instalment, Instruction
from services.funding.rules.budget import Papers
from services.funding.rules.treasury import TreasuryFields
from services.funding.schemas import ExpenseIn
from services.funding.usecases import (
    answer,
    award,
    batch,
    expense,
    ledger,
    payee,
    reading,
    round,
    signing,
    verification,
)
from services.funding.usecases.answer import Answer
from services.funding.usecases.payee import Account
from shared.actor import Actor
from shared.contracts.base import Event
from shared.contracts.funding import InstalmentPaid
from shared.db import Database, reasons_of
from shared.errors import Answer as Refusal
from shared.errors import require
from shared.outbox import outbox
from shared.service import Service
from tests.funding.factories import AMOUNT, CITY, UNIT, TeamOf, round_opened, signed
from tests.funding.spending import sent

MAKER = Actor("maker", frozenset({"finance_maker"}), division=CITY)
CHECKERS = [Actor(f"checker-{n}", frozenset({"finance_checker"}), division=CITY) for n in range(6)]
BUREAU = Actor("bureau", frozenset({"bureau"}), division=CITY)
Act = Callable[[Any, Any], Awaitable[Any]]


async def do(books: Database, act: Act, actor: Actor) -> str:
    """One transaction of its own: "done", or the code of the first reason why not."""
    try:
        async with books.transaction(actor) as session:
            await act(session, session.info["now"])
    except Refusal as refusal:
        return refusal.reasons[0].code
    return "done"


async def at_once(*acts: Awaitable[str]) -> Counter[str]:
    return Counter(await asyncio.gather(*acts))


@pytest.fixture
async def due(books: Database, service: Service) -> UUID:
    """One due instalment of a team whose payee is verified; its id."""
    team = TeamOf(uuid4())
    events: list[Event] = [
        round_opened(team.round_id),
        team.proposed(),
        team.confirmed(),
        team.agreed(),
        team.graded("qualified"),
    ]
    account = Account(UNIT, "三峡学院", "农商行", "471434039744", "7075127192940563568")
    async with books.transaction(MAKER) as session:
        now = session.info["now"]
        for event in events[:1]:
            await service.handlers.apply(session, event, now)
        await session.flush()
        await round.set_appropriation(session, team.round_id, AMOUNT, Papers("渝财预〔2020〕1号"), BUREAU)
        for event in events[1:]:
            await service.handlers.apply(session, event, now)
        made = await payee.register(session, account, MAKER, now)
        await payee.verify(session, made.id, CHECKERS[0], now)
        found = await session.scalar(sa.select(Instalment.id))
    assert found
    return found


async def test_an_instalment_is_requested_approved_sent_and_paid_once_however_many_try(
    books: Database, due: UUID
) -> None:
    wanted = await at_once(
        *(do(books, lambda s, _: signed(signing.request(s, [due], TreasuryFields(), MAKER)), MAKER) for _ in range(6))
    )
    assert wanted == {"done": 1, "instalment.status": 5}
    checked = await at_once(*(do(books, lambda s, _, c=c: signed(signing.approve(s, [due], c)), c) for c in CHECKERS))
    assert checked == {"done": 1, "instalment.status": 5}
    round_id = await one(books, sa.select(Instalment.round_id))
    sent = await at_once(
        *(do(books, lambda s, now: batch.make(s, round_id, None, MAKER, now), MAKER) for _ in range(6))
    )
    assert sent == {"done": 1, "batch.empty": 5}
    said = Answer(await one(books, sa.select(Instruction.id)), "paid", "PZ-1")
    answered = await at_once(*(do(books, lambda s, now: hear(s, said, now), CHECKERS[0]) for _ in range(6)))
    assert answered == {"done": 6}
    assert await one(books, sa.select(sa.func.count()).where(outbox.c.type == InstalmentPaid.type)) == 1
    async with books.reading() as session:
        assert (await ledger.balances(session, round_id))["paid"] == AMOUNT


async def test_a_contradicting_answer_at_the_same_moment_is_refused(books: Database, due: UUID) -> None:
    await do(books, lambda s, _: signed(signing.request(s, [due], TreasuryFields(), MAKER)), MAKER)
    await do(books, lambda s, _: signed(signing.approve(s, [due], CHECKERS[0])), CHECKERS[0])
    round_id = await one(books, sa.select(Instalment.round_id))
    await do(books, lambda s, now: batch.make(s, round_id, None, MAKER, now), MAKER)
    line = await one(books, sa.select(Instruction.id))
    answered = await at_once(
        *(do(books, lambda s, now, r=r: hear(s, Answer(line, r), now), CHECKERS[0]) for r in ("paid", "returned"))
    )
    assert answered == {"done": 1, "instruction.settled": 1}


async def test_a_revocation_and_an_approval_at_the_same_moment_agree_on_one_of_them(books: Database, due: UUID) -> None:
    await do(books, lambda s, _: signed(signing.request(s, [due], TreasuryFields(), MAKER)), MAKER)
    key = await one(books, sa.select(Award.id))
    outcome = await asyncio.gather(
        do(books, lambda s, _: signed(signing.approve(s, [due], CHECKERS[0])), CHECKERS[0]),
        do(books, lambda s, now: award.revoke(s, key, "团队失联", BUREAU, now), BUREAU),
    )
    assert outcome[1] == "done"
    assert await one(books, sa.select(Instalment.status)) == "cancelled"


async def hear(session: Any, said: Answer, now: Any) -> None:
    """The bank's word, as a refusal when it is refused."""
    (outcome,) = (await answer.answer(session, [said], CHECKERS[0], now)).values()
    require(outcome.reasons)


async def one(books: Database, statement: Any) -> Any:
    async with books.reading() as session:
        return await session.scalar(statement)


@pytest.mark.parametrize(("affordable", "granted"), [(200, 200), (70, 70), (0, 0)])
async def test_however_many_are_selected_at_once_the_budget_is_never_overdrawn(
    books: Database, service: Service, affordable: int, granted: int
) -> None:
    round_id = uuid4()
    async with books.transaction(BUREAU) as session:
        await service.handlers.apply(session, round_opened(round_id), session.info["now"])
        await session.flush()
        await round.set_appropriation(
            session, round_id, affordable * AMOUNT + AMOUNT - 1, Papers("渝财预〔2020〕1号"), BUREAU
        )

    async def select() -> str:
        async with books.transaction() as session:
            team = TeamOf(round_id)
            await service.handlers.apply(session, team.proposed(), session.info["now"])
            await session.flush()
            return str(await session.scalar(sa.select(Award.status).where(Award.team_id == team.team_id)))

    outcome = Counter(await asyncio.gather(*(select() for _ in range(200))))
    assert outcome == Counter({"reserved": granted, "refused": 200 - granted})
    async with books.reading() as session:
        places = await ledger.balances(session, round_id)
    assert (places["reserved"], places["available"]) == (granted * AMOUNT, (affordable - granted + 1) * AMOUNT - 1)


async def test_what_the_budget_has_not_got_is_refused_without_waiting_for_anyone(books: Database) -> None:
    round_id = uuid4()
    async with books.transaction(BUREAU) as session:
        await round.know(session, round_id, "r", 2020, CITY, round_opened(round_id).policy)
        await round.set_appropriation(session, round_id, AMOUNT - 1, Papers("渝财预〔2020〕1号"), BUREAU)
    async with books.transaction() as holder:
        await ledger.budget(holder, round_id)
        team = TeamOf(round_id)
        async with books.transaction() as session:
            proposal = award.Proposal(round_id, team.order_id, team.team_id, 1, AMOUNT)
            refused = await asyncio.wait_for(award.propose(session, proposal), 20)
    assert (refused.status, refused.short_fen) == ("refused", 1)


async def test_one_id_for_expenses_of_two_awards_at_once_is_one_expense(
    books: Database, due: UUID, service: Service
) -> None:
    round_id = await one(books, sa.select(Instalment.round_id))
    other = TeamOf(round_id)
    async with books.transaction(BUREAU) as session:
        await round.set_appropriation(session, round_id, 2 * AMOUNT, Papers("调增"), BUREAU)
        for event in (other.proposed(), other.confirmed(), other.agreed()):
            await service.handlers.apply(session, event, session.info["now"])
    async with books.reading() as session:
        keys = list(await session.scalars(sa.select(Award.id)))
    body = ExpenseIn.model_validate(sent())

    async def draft(key: UUID) -> str:
        try:
            return await do(books, lambda s, now: expense.draft(s, key, [body], MAKER, now), MAKER)
        except IntegrityError as error:
            return reasons_of(error).code

    assert set(await asyncio.gather(*map(draft, keys * 3))) <= {"done", "expense.changed"}
    assert await one(books, sa.select(sa.func.count()).select_from(Expense)) == 1


async def test_a_file_is_downloaded_or_its_batch_voided_never_both(books: Database, due: UUID) -> None:
    await do(books, lambda s, _: signed(signing.request(s, [due], TreasuryFields(), MAKER)), MAKER)
    await do(books, lambda s, _: signed(signing.approve(s, [due], CHECKERS[0])), CHECKERS[0])
    round_id = await one(books, sa.select(Instalment.round_id))
    for _again in range(8):
        await do(books, lambda s, now: batch.make(s, round_id, None, MAKER, now), MAKER)
        key = await one(books, sa.select(Batch.id).where(Batch.status == "sent"))
        ended = await at_once(download(books, key), undo(books, key), undo(books, key))
        if ended["batch.handed_out"]:
            assert ended == {"done": 1, "batch.handed_out": 2}
            break
        assert ended == {"done": 1, "batch.status": 1, "batch.voided": 1}
    async with books.reading() as session:
        assert (await verification.verify(session)).balanced


async def test_a_download_waits_for_whoever_is_voiding_the_batch(books: Database, due: UUID) -> None:
    await do(books, lambda s, _: signed(signing.request(s, [due], TreasuryFields(), MAKER)), MAKER)
    await do(books, lambda s, _: signed(signing.approve(s, [due], CHECKERS[0])), CHECKERS[0])
    round_id = await one(books, sa.select(Instalment.round_id))
    await do(books, lambda s, now: batch.make(s, round_id, None, MAKER, now), MAKER)
    key = await one(books, sa.select(Batch.id))
    async with books.transaction(CHECKERS[1]) as session:
        await batch.void(session, key, "账户选错", CHECKERS[1], session.info["now"])
        await session.flush()
        waits = asyncio.create_task(download(books, key))
        done, _pending = await asyncio.wait([waits], timeout=0.5)
        assert not done
    assert await waits == "batch.voided"


async def undo(books: Database, key: UUID) -> str:
    return await do(books, lambda s, now: batch.void(s, key, "账户选错", CHECKERS[1], now), CHECKERS[1])


async def download(books: Database, key: UUID) -> str:
    """As the route does it."""
    try:
        async with books.reading() as session:
            row, _content = await queries.bank_file(session, key, MAKER)
            asked = {"round_id": str(row.round_id), "batch_id": str(row.id)}
            await reading.note(session, queries.BANK_FILE, asked, 1, MAKER, row.made_at)
            await queries.still_sent(session, row)
    except Refusal as refusal:
        return refusal.reasons[0].code
    return "done"
