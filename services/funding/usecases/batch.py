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
    OfInstalment,
)
from shared.db import load, new_id
from shared.errors import NotFound, Reason, Refused
from shared.outbox import publish

EVENTS: dict[str, type[OfInstalment]] = {
    "paid": InstalmentPaid, "returned": InstalmentReturned, "unknown": InstalmentUnknown,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An approved instalment that cannot go to the bank now, and why."""

    instalment_id: UUID
    reasons: tuple[Reason, ...]


async def make(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> tuple[Batch, list[LeftOut]]:
    """Put every approved instalment of a round into one bank file. Those whose account changed since the approval are
    left out and named; refused when none is left."""
    known = await round.of_actor(session, round_id, actor, lock=True)
    batch_id, lines, left_out, entries = new_id(), [], [], []
    instructions = []
    for instalment, payee in await _approved(session, round_id):
        before = instalment.status
        try:
            instalment.status = instalment_rules.batch(instalment.facts, payee.facts, actor)
        except Refused as refusal:
            left_out.append(LeftOut(instalment.id, refusal.reasons))
            continue
        entries += [entry for entry in [instalments.entry(instalment, before, "batch")] if entry]
        instruction = Instruction(
            id=new_id(), batch_id=batch_id, instalment_id=instalment.id, team_id=instalment.team_id,
            payee_id=payee.id, amount_fen=instalment.amount_fen,
        )  # fmt: skip
        instructions.append(instruction)
        lines.append(_line(instruction, instalment, payee, known))
        publish(session, instalments.event(InstalmentBatched, instalment))
    if not lines and left_out:
        raise Refused(*(reason for row in left_out for reason in row.reasons))
    file = rules.bank_file(lines)
    number = await session.scalar(sa.select(sa.func.count() + 1).where(Batch.round_id == round_id))
    batch = Batch(
        id=batch_id, round_id=round_id, number=number, count=file.count, sum_fen=file.sum_fen, sha256=file.sha256,
        content=file.content, made_by=actor.id, made_at=now, status=rules.status([None]),
    )  # fmt: skip
    session.add(batch)
    await session.flush()
    session.add_all(instructions)
    await session.flush()
    await ledger.post(session, *entries)
    return batch, left_out


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
    purpose = f"{known.name}第{instalment.number}期"
    return rules.Line(
        str(instruction.id), payee.unit_name, payee.unit_code, payee.bank_name, payee.bank_code, payee.account,
        instalment.amount_fen, purpose,
    )  # fmt: skip


async def answer(
    session: AsyncSession, batch_id: UUID, instruction_id: UUID, result: str, voucher: str | None, actor: Actor,
    now: datetime,
) -> Instruction:  # fmt: skip
    """The bank's word on one instruction of the batch. Said twice it changes nothing; an unknown one is resolved by a
    later word; a revoked award's payment must come back."""
    found = await _answered(session, batch_id, instruction_id, actor)
    award, instalment, instruction = found
    if not rules.answer(instruction.result, result):
        return instruction
    before = instalment.status
    instalment.status = instalment_rules.answer(instalment.facts, result, actor)
    instruction.result, instruction.answered_by, instruction.answered_at = result, actor.id, now
    instruction.voucher = voucher
    if result == "paid":
        instalment.paid_at, instalment.voucher = now, voucher
    await session.flush()
    await instalments.record(session, instalment, before, instalment_rules.ANSWERS[result], EVENTS[result])
    if result == "paid" and award.status == "revoked":
        await awards.claim_back(session, award, instalment.amount_fen)
    await awards.follow(session, award, now)
    await _settle(session, batch_id)
    return instruction


async def _answered(
    session: AsyncSession, batch_id: UUID, instruction_id: UUID, actor: Actor
) -> tuple[Award, Instalment, Instruction]:
    """The instruction of this batch with its instalment and award, locked: the award first, as everywhere."""
    statement = (
        sa.select(Instalment.award_id, Instalment.id)
        .join(Instruction, Instruction.instalment_id == Instalment.id)
        .where(Instruction.id == instruction_id, Instruction.batch_id == batch_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("instruction")
    award = await load(session, Award, row[0], "award")
    await round.of_actor(session, award.round_id, actor)
    instalment = await load(session, Instalment, row[1], "instalment")
    return award, instalment, await load(session, Instruction, instruction_id, "instruction")


async def _settle(session: AsyncSession, batch_id: UUID) -> None:
    """The batch is settled with its last instruction."""
    batch = await load(session, Batch, batch_id, "batch")
    results = await session.scalars(sa.select(Instruction.result).where(Instruction.batch_id == batch_id))
    batch.status = rules.status(results)
