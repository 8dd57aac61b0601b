"""Instalments: moved by events; each change of place is booked. What people sign is in ``signing``."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Instalment
from services.funding.rules import instalment as rules
from services.funding.rules import ledger as ledger_rules
from services.funding.rules.policy import Share
from services.funding.usecases import ledger
from shared.contracts.funding import (
    InstalmentCancelled,
    InstalmentDue,
    InstalmentHeld,
    InstalmentReinstated,
    InstalmentResumed,
    OfInstalment,
)
from shared.db import new_id
from shared.outbox import publish


def scheduled(award: Award, number: int, amount_fen: int, share: Share) -> Instalment:
    """A new instalment of an award, for a share of its schedule."""
    return Instalment(
        id=new_id(),
        award_id=award.id,
        round_id=award.round_id,
        order_id=award.order_id,
        team_id=award.team_id,
        number=number,
        amount_fen=amount_fen,
        gates=list(share.gates),
        zh=share.zh,
        en=share.en,
        planned_percent=share.planned_percent,
        status=next(iter(rules.LIFECYCLE.statuses)),
    )


async def due(session: AsyncSession, instalment: Instalment, met: Collection[str], now: datetime) -> None:
    """Its gates are met."""
    before = instalment.status
    instalment.status = rules.due(instalment.facts, met)
    instalment.due_at = now
    await record(session, instalment, before, "due", InstalmentDue)


async def hold(session: AsyncSession, instalment: Instalment) -> None:
    """Its award or it is held: what was asked for must be asked for anew."""
    before = instalment.status
    instalment.status = rules.hold(instalment.facts)
    instalment.forget_signatures()
    await record(session, instalment, before, "hold", InstalmentHeld)


async def resume(session: AsyncSession, instalment: Instalment) -> None:
    """The last hold ended."""
    before = instalment.status
    instalment.status = rules.resume(instalment.facts)
    await record(session, instalment, before, "resume", InstalmentResumed)


async def cancel(session: AsyncSession, instalment: Instalment) -> None:
    """Its award ended: its money is free."""
    before = instalment.status
    instalment.status = rules.cancel(instalment.facts)
    await record(session, instalment, before, "cancel", InstalmentCancelled)


async def reinstate(session: AsyncSession, instalment: Instalment) -> None:
    """Its award is reinstated: its money is promised anew."""
    before = instalment.status
    instalment.status = rules.reinstate(instalment.facts)
    instalment.forget_signatures()
    await record(session, instalment, before, "reinstate", InstalmentReinstated)


async def promise_again(session: AsyncSession, award: Award, number: int, amount_fen: int) -> Instalment:
    """What the payee paid back of a reinstated award is promised once more, from the round's budget."""
    share = Share(0, ("grade",), zh="更正考核结果后补付", en="Paid anew after a corrected rating")
    part = scheduled(award, number, amount_fen, share)
    session.add(part)
    await session.flush()
    await record(session, part, "cancelled", "reinstate", InstalmentReinstated)
    return part


async def follow(
    session: AsyncSession, instalment: Instalment, met: Collection[str], held: str, ended: bool, now: datetime
) -> None:
    """Every step that follows by itself, until none does."""
    while verb := rules.consequence(instalment.facts, met, held, ended):
        match verb:
            case "due":
                await due(session, instalment, met, now)
            case "hold":
                await hold(session, instalment)
            case "resume":
                await resume(session, instalment)
            case "cancel":
                await cancel(session, instalment)


async def of(session: AsyncSession, award: Award) -> list[Instalment]:
    """The instalments of a locked award, by number."""
    statement = sa.select(Instalment).where(Instalment.award_id == award.id).order_by(Instalment.number)
    return list(await session.scalars(statement))


async def record(
    session: AsyncSession, instalment: Instalment, before: str, verb: str, kind: type[OfInstalment]
) -> None:
    """Book what the change of status moves, and say it."""
    await ledger.post(session, *entries(instalment, before, verb))
    publish(session, event(kind, instalment))


def entries(instalment: Instalment, before: str, verb: str) -> list[ledger.Entry]:
    """What an instalment's change from ``before`` to its present status books: one entry when its money changes
    place, else none."""
    booking = ledger_rules.of_instalment(
        verb, before, instalment.status, instalment.round_id, instalment.award_id, instalment.amount_fen
    )
    return [ledger.Entry(booking, instalment.round_id, instalment.award_id, instalment.id)] if booking else []


def event(kind: type[OfInstalment], instalment: Instalment, /, **more: object) -> OfInstalment:
    return kind.model_validate(
        {
            "round_id": instalment.round_id,
            "order_id": instalment.order_id,
            "team_id": instalment.team_id,
            "award_id": instalment.award_id,
            "instalment_id": instalment.id,
            "number": instalment.number,
            "amount_fen": instalment.amount_fen,
            **more,
        }
    )
