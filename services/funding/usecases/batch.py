"""Batches: what is approved goes to the bank in one file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Award, Batch, Instalment, Instruction, KnownRound, Payee, PayingAccount
from services.funding.rules import bankfile
from services.funding.rules import batch as rules
from services.funding.rules import instalment as instalment_rules
from services.funding.rules.instruction import Line
from services.funding.rules.template import Template
from services.funding.usecases import award as awards
from services.funding.usecases import instalment as instalments
from services.funding.usecases import item, ledger, round, template
from shared.actor import Actor
from shared.contracts.funding import BatchSettled, BatchVoided, InstalmentBatched, InstalmentUnbatched
from shared.crypto import seal
from shared.db import load, load_all, new_id
from shared.errors import Reason, Refused, require
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
    line: Line
    entries: list[ledger.Entry]


@dataclass(frozen=True, slots=True)
class Maker:
    """For whom a batch is made, in which format, from which account."""

    known: KnownRound
    actor: Actor
    template: Template
    payer: PayingAccount | None


async def make(
    session: AsyncSession, round_id: UUID, code: str | None, actor: Actor, now: datetime
) -> tuple[Batch, list[LeftOut]]:
    """Put every approved instalment of a round into one bank file. Those whose account changed since the approval, or
    that the bank's format cannot hold, are left out and named; refused when none is left."""
    known = await round.of_actor(session, round_id, actor, lock=True)
    payer = await queries.paying_account(session, known.division)
    chosen = await template.find(session, known.division, code or (payer.template_code if payer else template.DEFAULT))
    by = Maker(known, actor, chosen, payer)
    batch_id, left_out = new_id(), []
    sent: list[Sent] = []
    for instalment, payee in await _approved(session, round_id):
        try:
            sent.append(batch(session, instalment, payee, batch_id, by))
        except Refused as refusal:
            left_out.append(LeftOut(instalment.id, refusal.reasons))
    if left_out and not sent:
        raise Refused(*(reason for row in left_out for reason in row.reasons))
    made = await _made(session, batch_id, [one.line for one in sent], by, now)
    session.add(made)
    await session.flush()
    session.add_all(one.instruction for one in sent)
    await session.flush()
    await ledger.post(session, *(entry for one in sent for entry in one.entries))
    return made, left_out


async def _made(session: AsyncSession, batch_id: UUID, lines: Sequence[Line], by: Maker, now: datetime) -> Batch:
    known = by.known
    number = await session.scalar(sa.select(sa.func.count() + 1).where(Batch.round_id == known.id)) or 1
    cover = bankfile.Cover(number, now.date(), known.name, by.payer.payer if by.payer else None)
    file = bankfile.bank_file(by.template.payment, lines, cover)
    return Batch(
        id=batch_id,
        round_id=known.id,
        number=number,
        count=file.count,
        sum_fen=file.sum_fen,
        sha256=file.sha256,
        content=seal(file.content),
        file_name=file.name,
        media_type=file.media_type,
        template_code=by.template.code,
        template_version=by.template.version,
        template=template.document(by.template),
        paying_account_id=by.payer.id if by.payer else None,
        made_by=by.actor.id,
        made_for=by.actor.on_behalf or None,
        made_at=now,
        answer_due_at=now + timedelta(days=known.policy.bank_answer_days),
        status=next(iter(rules.LIFECYCLE.statuses)),
    )


def batch(session: AsyncSession, instalment: Instalment, payee: Payee, batch_id: UUID, by: Maker) -> Sent:
    """One approved instalment becomes one instruction; a batch's bookings are written together."""
    before = instalment.status
    instruction = Instruction(
        id=new_id(),
        batch_id=batch_id,
        instalment_id=instalment.id,
        team_id=instalment.team_id,
        payee_id=payee.id,
        amount_fen=instalment.amount_fen,
    )
    line = _line(instruction, instalment, payee, by.known)
    require(bankfile.line_obstacles(by.template.payment, line, by.payer.payer if by.payer else None))
    instalment.status = instalment_rules.batch(instalment.facts, payee.facts, by.actor)
    publish(session, instalments.event(InstalmentBatched, instalment))
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


def _line(instruction: Instruction, instalment: Instalment, payee: Payee, known: KnownRound) -> Line:
    purpose = f"资助：{known.name}第{instalment.number}期"
    return Line(
        instruction.reference,
        payee.unit_name,
        payee.unit_code,
        payee.bank_name,
        payee.bank_code,
        payee.account,
        instalment.amount_fen,
        purpose,
        instalment.budget_indicator or "",
        instalment.functional_class or "",
        instalment.economic_class or "",
    )


async def void(session: AsyncSession, batch_id: UUID, reason: str, actor: Actor, now: datetime) -> Batch:
    """Undo a batch before the bank has it: each instalment is approved again, what was booked is reversed."""
    found = await queries.batch(session, batch_id, actor)
    lines = sa.select(Instruction.id, Instruction.instalment_id, Instalment.award_id)
    lines = lines.join(Instalment, Instalment.id == Instruction.instalment_id).where(Instruction.batch_id == found.id)
    rows = (await session.execute(lines)).all()
    held = await load_all(session, Award, {row.award_id for row in rows})
    parts = await load_all(session, Instalment, {row.instalment_id for row in rows})
    told = await load_all(session, Instruction, {row.id for row in rows})
    found = await load(session, Batch, found.id, "batch")
    found.status = rules.void(await queries.batch_facts(session, found), reason, actor)
    found.voided_by, found.voided_at, found.void_reason = actor.id, now, reason.strip()
    for row in rows:
        unbatch(session, told[row.id], parts[row.instalment_id], actor, now)
    await session.flush()
    await ledger.reverse_last(session, list(parts), "batch", reason)
    publish(
        session,
        BatchVoided(
            batch_id=found.id, round_id=found.round_id, count=found.count, sum_fen=found.sum_fen, reason=reason
        ),
    )
    await awards.follow_all(session, list(held.values()), now)
    await item.follow(session, (), [found.id], now)
    return found


def unbatch(
    session: AsyncSession, instruction: Instruction, instalment: Instalment, actor: Actor, now: datetime
) -> None:
    """One instruction of a voided batch: the bank never gets it."""
    instalment.status = instalment_rules.unbatch(instalment.facts, actor)
    instruction.result, instruction.answered_by, instruction.answered_at = "voided", actor.id, now
    publish(session, instalments.event(InstalmentUnbatched, instalment))


async def settle(session: AsyncSession, batches: set[UUID]) -> None:
    """After the bank's answers: a batch is settled with its last instruction."""
    held = await session.scalars(sa.select(Batch).where(Batch.id.in_(batches)).order_by(Batch.id).with_for_update())
    results: dict[UUID, list[str | None]] = {key: [] for key in batches}
    told = sa.select(Instruction.batch_id, Instruction.result).where(Instruction.batch_id.in_(batches))
    for batch_id, result in await session.execute(told):
        results[batch_id].append(result)
    for row in held:
        if row.status == "sent" and not rules.settle_obstacles(results[row.id]):
            row.status = rules.settle(row.status)
            publish(session, BatchSettled(batch_id=row.id, round_id=row.round_id, count=row.count, sum_fen=row.sum_fen))
