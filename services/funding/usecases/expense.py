"""Expenses: drafted in batches, submitted, accepted or sent back by a second person, withdrawn."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Award, Expense, ExpensePart, Fapiao
from services.funding.rules import expense as rules
from services.funding.rules import fapiao as fapiao_rules
from services.funding.rules.fapiao import FapiaoFacts
from services.funding.schemas import ExpenseAnswer, ExpenseEdit, ExpenseIn, RecipientIn
from services.funding.usecases import budget_line
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.funding import (
    ExpenseAccepted,
    ExpenseDrafted,
    ExpenseEdited,
    ExpenseReturned,
    ExpenseSubmitted,
    ExpenseWithdrawn,
    OfExpense,
)
from shared.crypto import keyed_hash, person_marks
from shared.db import load
from shared.errors import Reason, require
from shared.outbox import publish


async def draft(
    session: AsyncSession, award_id: UUID, batch: Sequence[ExpenseIn], actor: Actor, now: datetime
) -> list[ExpenseAnswer]:
    """Each stands or falls alone. What was sent before under its id with the same content is a duplicate, whatever has
    become of it since; what is refused is not kept, and may be sent again."""
    award = await budget_line.own(session, award_id, actor)
    await budget_line.open_for(session, award)
    answers = []
    for sent in batch:
        known = await session.get(Expense, sent.id)
        if known is not None:
            same = known.award_id == award.id and known.sent_hash == _hash(sent)
            answers.append(_answer(sent, "duplicate") if same else _answer(sent, "refused", [_TAKEN]))
        elif reasons := await _fapiao_obstacles(session, sent, sent.id, now):
            answers.append(_answer(sent, "refused", reasons))
        else:
            await _keep(session, award, sent, actor)
            answers.append(_answer(sent, "drafted"))
    return answers


_TAKEN = Reason("expense.changed", "该编号已用于内容不同的支出", "Another expense was sent under this id", "/id")


async def _keep(session: AsyncSession, award: Award, sent: ExpenseIn, actor: Actor) -> None:
    row = Expense(
        id=sent.id,
        award_id=award.id,
        round_id=award.round_id,
        team_id=award.team_id,
        booked_by=actor.id,
        status=next(iter(rules.LIFECYCLE.statuses)),
        sent_hash=_hash(sent),
        parts=[],
        fapiaos=[],
        editors=[],
    )
    _write(row, sent)
    session.add(row)
    await session.flush()
    publish(session, event(ExpenseDrafted, row, award))


def _write(row: Expense, sent: ExpenseEdit) -> None:
    who, fee = sent.recipient, sent.fee
    row.spent_on, row.what, row.category = sent.spent_on, sent.what, sent.category
    row.amount_fen = sum(part.amount_fen for part in sent.parts)
    row.recipient_kind, row.recipient_name, row.recipient_unit = who.kind, who.name, who.unit_name
    row.recipient_person_id, row.recipient_keys = who.person_id, _keys(who)
    row.fee_level, row.fee_days, row.fee_net_fen = (fee.level, fee.days, fee.net_fen) if fee else (None, None, None)
    row.parts = [ExpensePart(position=at, **part.model_dump()) for at, part in enumerate(sent.parts)]
    row.fapiaos = [Fapiao(key=one.key, **_columns(one)) for one in _fapiaos(sent)]


def _keys(who: RecipientIn) -> list[str]:
    """By which a person is known again: as the team's own, or as somebody who was paid before."""
    if who.kind != "person":
        return []
    marks = person_marks(keyed_hash(who.citizen_id) if who.citizen_id else "", who.name, who.unit_name, who.unit_code)
    return [*([str(who.person_id)] if who.person_id else []), *marks]


def _fapiaos(sent: ExpenseEdit) -> list[FapiaoFacts]:
    return [FapiaoFacts(**one.model_dump()) for one in sent.fapiaos]


def _columns(one: FapiaoFacts) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("code", "number", "seller_code", "amount_fen", "issued_on")}


async def _fapiao_obstacles(session: AsyncSession, sent: ExpenseEdit, own: UUID, now: datetime) -> list[Reason]:
    """Their form, and that none of them is used for another expense of the whole programme."""
    fapiaos = _fapiaos(sent)
    found = list(fapiao_rules.obstacles(fapiaos, now.astimezone(SHANGHAI).date()))
    keys = [one.key for one in fapiaos]
    used = sa.select(Fapiao.key).where(Fapiao.key.in_(keys), ~Fapiao.released, Fapiao.expense_id != own)
    taken = set(await session.scalars(used)) if keys else set()
    return found + [
        Reason("fapiao.used", "该发票已用于其他支出", "This fapiao is used for another expense", f"/fapiaos/{at}")
        for at, key in enumerate(keys)
        if key in taken
    ]


async def edit(session: AsyncSession, row: Expense, sent: ExpenseEdit, actor: Actor, now: datetime) -> Expense:
    """Put right by whoever spends the award's money, until it is submitted."""
    award = await session.get_one(Award, row.award_id)
    row.status = rules.edit(row.facts(), actor)
    await budget_line.open_for(session, award)
    require(await _fapiao_obstacles(session, sent, row.id, now))
    row.parts, row.fapiaos = [], []
    await session.flush()
    _write(row, sent)
    row.editors = [*(one for one in row.editors if one != actor.id), actor.id]
    publish(session, event(ExpenseEdited, row, award))
    return row


async def submit(session: AsyncSession, expense_id: UUID, actor: Actor, now: datetime) -> Expense:
    """Handed in for acceptance; every unmet condition is said at once."""
    row, award = await own(session, expense_id, actor)
    found = await queries.weighed(session, row, award, now)
    row.status = rules.submit(found.facts, found.spending, found.policy, actor)
    row.submitted_by, row.submitted_at = actor.id, now
    row.decided_by = row.decided_for = row.decided_at = None
    publish(session, event(ExpenseSubmitted, row, award))
    return row


async def accept(session: AsyncSession, expense_id: UUID, answer: str, actor: Actor, now: datetime) -> Expense:
    """A second person accepts it; ``answer`` says why in spite of what is asked."""
    row, award = await _checked(session, expense_id, actor)
    found = await queries.weighed(session, row, award, now)
    row.status = rules.accept(found.facts, found.spending, found.policy, answer, actor)
    _decided(row, answer, actor, now)
    publish(session, event(ExpenseAccepted, row, award))
    return row


async def return_(session: AsyncSession, expense_id: UUID, reason: str, actor: Actor, now: datetime) -> Expense:
    """Sent back with a reason, also after acceptance."""
    row, award = await _checked(session, expense_id, actor)
    found = await queries.weighed(session, row, award, now)
    row.status = rules.return_(found.facts, found.spending, reason, actor)
    _decided(row, reason, actor, now)
    publish(session, event(ExpenseReturned, row, award))
    return row


def _decided(row: Expense, reason: str, actor: Actor, now: datetime) -> None:
    row.decided_by, row.decided_for = actor.id, actor.on_behalf or None
    row.decided_at, row.decided_reason = now, reason


async def withdraw(session: AsyncSession, expense_id: UUID, actor: Actor) -> Expense:
    """Taken back; the row stays, and its fapiao may be used again."""
    row, award = await own(session, expense_id, actor)
    row.status = rules.withdraw(row.facts(), actor)
    for one in row.fapiaos:
        one.released = True
    publish(session, event(ExpenseWithdrawn, row, award))
    return row


async def own(session: AsyncSession, expense_id: UUID, actor: Actor) -> tuple[Expense, Award]:
    """The expense for those who spend the award's money, locked after its award."""
    award = await budget_line.own(session, (await queries.expense(session, expense_id, actor)).award_id, actor)
    return await load(session, Expense, expense_id, "expense"), award


async def _checked(session: AsyncSession, expense_id: UUID, actor: Actor) -> tuple[Expense, Award]:
    """The expense for the finance desk, locked after its award."""
    seen = await queries.expense(session, expense_id, actor)
    award = await load(session, Award, seen.award_id, "award")
    return await load(session, Expense, expense_id, "expense"), award


def _hash(sent: ExpenseIn) -> str:
    """Of what was sent; the citizen id never leaves it in the clear."""
    return keyed_hash(hashlib.sha256(sent.model_dump_json().encode()).hexdigest())


def _answer(sent: ExpenseIn, status: str, reasons: Sequence[Reason] = ()) -> ExpenseAnswer:
    return ExpenseAnswer.model_validate(
        {"id": sent.id, "status": status, "reasons": list(reasons)}, from_attributes=True
    )


def event(kind: type[OfExpense], row: Expense, award: Award) -> OfExpense:
    return kind(**award.ids, expense_id=row.id, amount_fen=row.amount_fen)
