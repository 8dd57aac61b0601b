"""Instalments: requested by a maker, approved by a checker, moved by events; each change of place is booked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Instalment, Payee
from services.funding.rules import instalment as rules
from services.funding.rules import ledger as ledger_rules
from services.funding.rules.policy import Share
from services.funding.usecases import ledger, payee, round
from shared.actor import Actor
from shared.contracts.funding import (
    InstalmentApproved,
    InstalmentCancelled,
    InstalmentChecked,
    InstalmentDue,
    InstalmentHeld,
    InstalmentReissued,
    InstalmentRejected,
    InstalmentRequested,
    InstalmentResumed,
    OfInstalment,
)
from shared.db import load, new_id
from shared.errors import NotFound
from shared.outbox import publish


@dataclass(frozen=True, slots=True)
class TreasuryFields:
    """Budget indicator number, functional and economic classification of a payment request."""

    budget_indicator: str | None = None
    functional_class: str | None = None
    economic_class: str | None = None


def scheduled(award: Award, number: int, amount_fen: int, share: Share) -> Instalment:
    """A new instalment of an award, for a share of its schedule."""
    return Instalment(
        id=new_id(), award_id=award.id, round_id=award.round_id, order_id=award.order_id, team_id=award.team_id,
        number=number, amount_fen=amount_fen, gates=list(share.gates), zh=share.zh, en=share.en,
        planned_percent=share.planned_percent, status=next(iter(rules.LIFECYCLE.statuses)),
    )  # fmt: skip


async def request(session: AsyncSession, instalment_id: UUID, treasury: TreasuryFields, actor: Actor) -> Instalment:
    """The maker asks for a due instalment, to the verified account of the award's payee."""
    award, instalment = await _own(session, instalment_id, actor)
    account = await payee.verified(session, award.payee_unit_code)
    instalment.status = rules.request(instalment.facts, account.facts if account else None, actor)
    instalment.budget_indicator = treasury.budget_indicator
    instalment.functional_class = treasury.functional_class
    instalment.economic_class = treasury.economic_class
    _sign_as_maker(instalment, account, actor)
    publish(session, event(InstalmentRequested, instalment))
    return instalment


async def approve(session: AsyncSession, instalment_id: UUID, actor: Actor) -> Instalment:
    """The checker signs; above the threshold a second checker too. Then the money is payable."""
    _award, instalment = await _own(session, instalment_id, actor)
    known = await round.known(session, instalment.round_id)
    account = await payee.kept(session, instalment.payee_id)
    before = instalment.status
    instalment.status = rules.approve(instalment.facts, account.facts if account else None, known.policy, actor)
    if instalment.approved_by is None:
        instalment.approved_by = actor.id
    else:
        instalment.second_approved_by = actor.id
    kind = InstalmentChecked if instalment.status == before else InstalmentApproved
    await record(session, instalment, before, "approve", kind)
    return instalment


async def reject(session: AsyncSession, instalment_id: UUID, reason: str, actor: Actor) -> Instalment:
    """The checker sends a request back; an approval given already is reversed in the ledger."""
    _award, instalment = await _own(session, instalment_id, actor)
    before = instalment.status
    instalment.status = rules.reject(instalment.facts, reason, actor)
    instalment.rejected_reason = reason
    instalment.forget_signatures()
    if before == "approved":
        await ledger.reverse(session, await ledger.last(session, instalment.id, "approve"), reason)
    publish(session, event(InstalmentRejected, instalment))
    return instalment


async def reissue(session: AsyncSession, instalment_id: UUID, actor: Actor) -> Instalment:
    """The maker asks again for what the bank returned, to the payee's present account."""
    award, instalment = await _own(session, instalment_id, actor)
    account = await payee.verified(session, award.payee_unit_code)
    before = instalment.status
    instalment.status = rules.reissue(instalment.facts, account.facts if account else None, actor)
    _sign_as_maker(instalment, account, actor)
    await record(session, instalment, before, "reissue", InstalmentReissued)
    return instalment


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


def event(kind: type[OfInstalment], instalment: Instalment) -> OfInstalment:
    return kind(
        round_id=instalment.round_id, order_id=instalment.order_id, team_id=instalment.team_id,
        award_id=instalment.award_id, instalment_id=instalment.id, number=instalment.number,
        amount_fen=instalment.amount_fen,
    )  # fmt: skip


def _sign_as_maker(instalment: Instalment, account: Payee | None, actor: Actor) -> None:
    instalment.forget_signatures()
    instalment.requested_by = actor.id
    instalment.payee_id = account.id if account else None
    instalment.rejected_reason = None


async def _own(session: AsyncSession, instalment_id: UUID, actor: Actor) -> tuple[Award, Instalment]:
    """The instalment and its award within the actor's division, locked: the award first, as everywhere."""
    award_id = await session.scalar(sa.select(Instalment.award_id).where(Instalment.id == instalment_id))
    if award_id is None:
        raise NotFound("instalment")
    award = await load(session, Award, award_id, "award")
    await round.of_actor(session, award.round_id, actor)
    return award, await load(session, Instalment, instalment_id, "instalment")
