"""What papers are made of."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Batch, Instalment, Instruction, KnownRound, Payee
from services.funding.queries.batches import batch
from services.funding.queries.instalments import instalment
from shared.actor import Actor


@dataclass(frozen=True)
class Payment:
    """What the paper of one payment is made of; ``of`` is how many instalments the award has."""

    round: KnownRound
    award: Award
    instalment: Instalment
    payee: Payee | None
    of: int


async def paper_of(session: AsyncSession, instalment_id: UUID, actor: Actor) -> Payment:
    """An instalment with its award; the account is the one that the request names, before it the verified one."""
    row = await instalment(session, instalment_id, actor)
    award = await session.get_one(Award, row.award_id)
    verified = sa.select(Payee).where(Payee.unit_code == award.payee_unit_code, Payee.status == "verified")
    account = await session.get(Payee, row.payee_id) if row.payee_id else await session.scalar(verified)
    count = sa.select(sa.func.count()).select_from(Instalment).where(Instalment.award_id == award.id)
    of_round = await session.get_one(KnownRound, row.round_id)
    return Payment(of_round, award, row, account, await session.scalar(count) or 0)


async def summary_of(
    session: AsyncSession, batch_id: UUID, actor: Actor
) -> tuple[KnownRound, Batch, list[tuple[Instruction, Instalment, Award, Payee]]]:
    """A batch with its lines, in the order of the bank's file."""
    found = await batch(session, batch_id, actor)
    rows = (
        sa.select(Instruction, Instalment, Award, Payee)
        .join(Instalment, Instalment.id == Instruction.instalment_id)
        .join(Award, Award.id == Instalment.award_id)
        .join(Payee, Payee.id == Instruction.payee_id)
        .where(Instruction.batch_id == batch_id)
        .order_by(Instruction.id)
    )
    lines = [(row[0], row[1], row[2], row[3]) for row in await session.execute(rows)]
    return await session.get_one(KnownRound, found.round_id), found, lines
