"""Batches: what is approved goes to the bank in one file; the bank's answers settle each instruction once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Batch, Instalment, Instruction, KnownRound, Payee
from services.funding.rules import batch as rules
from services.funding.rules import instalment as instalment_rules
from services.funding.usecases import award as awards
from services.funding.usecases import instalment as instalments
from services.funding.usecases import ledger, round
from shared.actor import Actor
from shared.contracts.funding import (
    InstalmentBatched,
    InstalmentPaid,
    InstalmentReturned,
    InstalmentUnknown,
)
from shared.db import load, new_id
from shared.errors import NotFound, Reason, Refused
from shared.outbox import publish


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An approved instalment that cannot go to the bank now, and why."""

    instalment_id: UUID
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """An instalment on its way to the bank: its instruction, the line of the file, and what the ledger books."""

    instruction: Instruction
    line: rules.Line
    entries: list[ledger.Entry]


async def make(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> tuple[Batch, list[LeftOut]]:
    """Put every approved instalment of a round into one bank file. Those whose account changed since the approval are
    left out and named; refused when none is left."""
    known = await round.of_actor(session, round_id, actor, lock=True)
    batch_id, left_out = new_id(), []
    sent: list[Sent] = []
    for instalment, payee in await _approved(session, round_id):
        try:
            sent.append(batch(session, instalment, payee, batch_id, known, actor))
        except Refused as refusal:
            left_out.append(LeftOut(instalment.id, refusal.reasons))
    if left_out and not sent:
        raise Refused(*(reason for row in left_out for reason in row.reasons))
    file = rules.bank_file([one.line for one in sent])
    number = await session.scalar(sa.select(sa.func.count() + 1).where(Batch.round_id == round_id))
    made = Batch(
        id=batch_id, round_id=round_id, number=number, count=file.count, sum_fen=file.sum_fen, sha256=file.sha256,
        content=file.content, made_by=actor.id, made_at=now, status=rules.status([None]),
    )  # fmt: skip
    session.add(made)
    await session.flush()
    session.add_all(one.instruction for one in sent)
    await session.flush()
    await ledger.post(session, *(entry for one in sent for entry in one.entries))
    return made, left_out


def batch(
    session: AsyncSession, instalment: Instalment, payee: Payee, batch_id: UUID, known: KnownRound, actor: Actor
) -> Sent:
    """One approved instalment becomes one instruction; a batch's bookings are written together."""
    before = instalment.status
    instalment.status = instalment_rules.batch(instalment.facts, payee.facts, actor)
    publish(session, instalments.event(InstalmentBatched, instalment))
    instruction = Instruction(
        id=new_id(), batch_id=batch_id, instalment_id=instalment.id, team_id=instalment.team_id, payee_id=payee.id,
        amount_fen=instalment.amount_fen,
    )  # fmt: skip
    line = _line(instruction, instalment, payee, known)
    return Sent(instruction, line, instalments.entries(instalment, before, "batch"))


async def _approved(session: AsyncSession, round_id: UUID) -> Iterable[tuple[Instalment, Payee]]:
    """The approved instalments of a round with the accounts that were approved, everything locked, awards first."""
    await session.execute(
        sa.select(Award.id)
        .where(Award.round_id == round_id, Award.status == "active")
        .order_by(Award.id)
        .with_for_update()
    )
    rows = await session.execute(
        sa.select(Instalment, Payee)
        .join(Payee, Payee.id == Instalment.payee_id)
        .where(Instalment.round_id == round_id, Instalment.status == "approved")
        .order_by(Instalment.award_id, Instalment.number)
        .with_for_update(of=Instalment)
        .execution_options(populate_existing=True)
    )
    return [(instalment, payee) for instalment, payee in rows]


def _line(instruction: Instruction, instalment: Instalment, payee: Payee, known: KnownRound) -> rules.Line:
    purpose = f"资助：{known.name}第{instalment.number}期"
    return rules.Line(
        str(instruction.id), payee.unit_name, payee.unit_code, payee.bank_name, payee.bank_code, payee.account,
        instalment.amount_fen, purpose,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """The bank's word on one instruction of a batch: ``result`` is paid, returned or unknown."""

    batch_id: UUID
    instruction_id: UUID
    result: str
    voucher: str | None = None


async def answer(session: AsyncSession, said: Answer, actor: Actor, now: datetime) -> Instruction:
    """What the bank says. Said twice it changes nothing; an unknown answer is resolved by a later one."""
    award, instalment, instruction = await _answered(session, said, actor)
    if not rules.answer(instruction.result, said.result):
        return instruction
    instruction.result, instruction.voucher = said.result, said.voucher
    instruction.answered_by, instruction.answered_at = actor.id, now
    await session.flush()
    match said.result:
        case "paid":
            await pay(session, award, instalment, said.voucher, actor, now)
        case "returned":
            await return_(session, instalment, actor)
        case _:
            await lose(session, instalment, actor)
    await awards.follow(session, award, now)
    return instruction


async def pay(
    session: AsyncSession, award: Award, instalment: Instalment, voucher: str | None, actor: Actor, now: datetime
) -> None:
    """The payee has it. When the award was revoked meanwhile, it must come back."""
    before = instalment.status
    instalment.status = instalment_rules.pay(instalment.facts, actor)
    instalment.paid_at, instalment.voucher = now, voucher
    await instalments.record(session, instalment, before, "pay", InstalmentPaid)
    if award.status == "revoked":
        await awards.claim_back(session, award, instalment.amount_fen)


async def return_(session: AsyncSession, instalment: Instalment, actor: Actor) -> None:
    """The bank sent it back."""
    before = instalment.status
    instalment.status = instalment_rules.return_(instalment.facts, actor)
    await instalments.record(session, instalment, before, "return", InstalmentReturned)


async def lose(session: AsyncSession, instalment: Instalment, actor: Actor) -> None:
    """The bank cannot say: it stays in transit until it can."""
    before = instalment.status
    instalment.status = instalment_rules.lose(instalment.facts, actor)
    await instalments.record(session, instalment, before, "lose", InstalmentUnknown)


async def _answered(session: AsyncSession, said: Answer, actor: Actor) -> tuple[Award, Instalment, Instruction]:
    """The instruction of this batch with its instalment and award, locked: the award first, as everywhere."""
    statement = (
        sa.select(Instalment.award_id, Instalment.id)
        .join(Instruction, Instruction.instalment_id == Instalment.id)
        .where(Instruction.id == said.instruction_id, Instruction.batch_id == said.batch_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("instruction")
    award = await load(session, Award, row[0], "award")
    await round.of_actor(session, award.round_id, actor)
    instalment = await load(session, Instalment, row[1], "instalment")
    return award, instalment, await load(session, Instruction, said.instruction_id, "instruction")


async def settle(session: AsyncSession, batch_id: UUID) -> None:
    """After the bank's answers: the batch is settled with its last instruction."""
    batch = await load(session, Batch, batch_id, "batch")
    results = await session.scalars(sa.select(Instruction.result).where(Instruction.batch_id == batch_id))
    batch.status = rules.status(results)
