"""Recoveries: opened by a revoked award or by unspent money, planned, repaid in parts, completed, written off, reversed.

Whoever calls :func:`open_` holds the award's lock; everything else takes it first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Award, BankStatementLine, Instalment, Recovery, RecoveryPart, Repayment
from services.funding.rules import award as award_rules
from services.funding.rules import recovery as rules
from services.funding.rules import repayment as repayment_rules
from services.funding.usecases import item, ledger, round
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.funding import (
    AwardRecovered,
    OfRecovery,
    OfRepayment,
    RecoveryCompleted,
    RecoveryForgiven,
    RecoveryOpened,
    RecoveryOverdue,
    RecoveryPlanned,
    RecoveryRepaid,
    RecoveryReversed,
    RecoveryWriteOffProposed,
    RecoveryWrittenOff,
    RepaymentConfirmed,
    RepaymentRegistered,
    RepaymentRejected,
)
from shared.db import load, new_id
from shared.errors import NotFound, require
from shared.outbox import publish


async def open_(session: AsyncSession, award: Award, amount_fen: int, ground: str, now: datetime) -> Recovery:
    """Of what was paid, ``amount_fen`` must come back on this ``ground``. The ledger refuses more than the payee has."""
    days = (await round.known(session, award.round_id)).policy.recovery_due_days
    due_on = now.astimezone(SHANGHAI).date() + timedelta(days=days)
    [booked] = await ledger.post(session, ledger.of_award(award, "claim_back", amount_fen, ground))
    key = new_id()
    recovery = Recovery(
        id=key,
        number=rules.number(key),
        award_id=award.id,
        round_id=award.round_id,
        team_id=award.team_id,
        ground=ground,
        status=next(iter(rules.LIFECYCLE.statuses)),
        amount_fen=amount_fen,
        repaid_fen=0,
        due_on=due_on,
        next_due_on=due_on,
        transaction_id=booked,
        plan=[],
    )
    session.add(recovery)
    await session.flush()
    publish(session, _event(RecoveryOpened, recovery, award, ground=ground, due_on=due_on))
    return recovery


async def plan(
    session: AsyncSession, recovery_id: UUID, instalments: Sequence[tuple[date, int]], actor: Actor, now: datetime
) -> Recovery:
    """It may be paid back in instalments: dates and amounts, which come to the whole exactly."""
    recovery, award = await own(session, recovery_id, actor)
    rules.plan(recovery.facts(), instalments)
    recovery.plan = [RecoveryPart(due_on=due_on, amount_fen=fen) for due_on, fen in sorted(instalments)]
    _look_ahead(recovery, now)
    await session.flush()
    publish(session, _event(RecoveryPlanned, recovery, award, parts=len(instalments)))
    return recovery


@dataclass(frozen=True, slots=True)
class Payment:
    """What the bank says came in: fen, its reference, the day."""

    amount_fen: int
    reference: str
    paid_on: date


async def register(session: AsyncSession, recovery_id: UUID, paid: Payment, actor: Actor, now: datetime) -> Repayment:
    """Somebody at the finance desk saw the money; another person confirms it. The same reference again is answered by
    what it made."""
    recovery, award = await own(session, recovery_id, actor)
    same = sa.select(Repayment).where(Repayment.recovery_id == recovery.id, Repayment.reference == paid.reference)
    known: Repayment | None = await session.scalar(same.where(Repayment.status != "rejected"))
    if known and known.amount_fen == paid.amount_fen:
        return known
    facts = recovery.facts(await queries.pending(session, recovery.id))
    today = now.astimezone(SHANGHAI).date()
    require(rules.repayment_obstacles(facts, paid.amount_fen, paid.paid_on, today))
    repayment = Repayment(
        id=new_id(),
        recovery_id=recovery.id,
        award_id=award.id,
        round_id=award.round_id,
        status=next(iter(repayment_rules.LIFECYCLE.statuses)),
        amount_fen=paid.amount_fen,
        reference=paid.reference,
        paid_on=paid.paid_on,
        registered_by=actor.id,
        registered_for=actor.on_behalf or None,
    )
    session.add(repayment)
    await session.flush()
    publish(session, _repayment(RepaymentRegistered, repayment, award))
    return repayment


async def confirm(session: AsyncSession, repayment_id: UUID, actor: Actor, now: datetime) -> Repayment:
    """A second person confirms it: that part is back in the treasury, and with the last one the award is recovered."""
    repayment, recovery, award = await _repaid(session, repayment_id, actor)
    repayment.status = repayment_rules.confirm(repayment.facts, actor)
    _decided(repayment, None, actor, now)
    recovery.repaid_fen += repayment.amount_fen
    await ledger.post(session, ledger.of_award(award, "recover", repayment.amount_fen, repayment.reference))
    publish(session, _repayment(RepaymentConfirmed, repayment, award))
    if recovery.repaid_fen == recovery.amount_fen:
        complete(session, recovery, award)
    else:
        recovery.status = rules.repay(recovery.facts())
        publish(session, _event(RecoveryRepaid, recovery, award))
    _look_ahead(recovery, now)
    await session.flush()
    parts = sa.select(Instalment).where(Instalment.award_id == award.id)
    await recover(session, award, list(await session.scalars(parts)))
    return repayment


async def reject(session: AsyncSession, repayment_id: UUID, reason: str, actor: Actor, now: datetime) -> Repayment:
    """It did not arrive, or not so: the reference may be registered again. A line of a statement that shows it is
    outstanding from now on."""
    repayment, _recovery, award = await _repaid(session, repayment_id, actor)
    repayment.status = repayment_rules.reject(repayment.facts, reason, actor)
    _decided(repayment, reason, actor, now)
    if repayment.bank_line_id:
        await item.give_back(session, repayment.bank_line_id, award.round_id)
    publish(session, _repayment(RepaymentRejected, repayment, award))
    return repayment


async def repay(
    session: AsyncSession, recovery_id: UUID, line: BankStatementLine, actor: Actor, now: datetime
) -> Repayment:
    """A line of the bank's statement names this recovery, or a person says that it pays it back: registered by whoever
    brought the statement or says so; another person confirms it. What was registered with the bank's reference before
    is the same money."""
    seen = line.amount_fen, line.movement, line.booked_on
    made = await register(session, recovery_id, Payment(*seen), actor, now)
    require(repayment_rules.show_obstacles(made.bank_line_id not in (None, line.id)))
    made.bank_line_id = line.id
    line.recovery_id, line.matched_by, line.matched_at = made.recovery_id, actor.id, now
    await session.flush()
    return made


def _decided(repayment: Repayment, reason: str | None, actor: Actor, now: datetime) -> None:
    repayment.decided_by, repayment.decided_for = actor.id, actor.on_behalf or None
    repayment.decided_at, repayment.decided_reason = now, reason


def complete(session: AsyncSession, recovery: Recovery, award: Award) -> None:
    """Nothing is owed any more."""
    recovery.status = rules.complete(recovery.facts())
    publish(session, _event(RecoveryCompleted, recovery, award))


async def recover(session: AsyncSession, award: Award, parts: list[Instalment]) -> None:
    """A revoked award is recovered once everything is back and nothing is with the bank. Safe to repeat."""
    if award.status != "revoked":
        return
    money = await ledger.balances(session, award.round_id, award.id)
    missing_fen = money["recoverable"] + money["paid"] + money["written_off"]
    facts = award.facts(parts, money["recovered"], missing_fen)
    if award_rules.recover_obstacles(facts):
        return
    award.status = award_rules.recover(facts)
    publish(session, AwardRecovered.model_validate({**award.ids, "amount_fen": money["recovered"]}))


async def propose_write_off(session: AsyncSession, recovery_id: UUID, reason: str, actor: Actor) -> Recovery:
    """The bureau gives up what is left, with the ground; it is written off when a second person agrees."""
    recovery, award = await own(session, recovery_id, actor)
    rules.propose_write_off(recovery.facts(await queries.pending(session, recovery.id)), reason)
    recovery.write_off_by, recovery.write_off_for, recovery.reason = actor.id, actor.on_behalf or None, reason
    publish(session, _event(RecoveryWriteOffProposed, recovery, award))
    return recovery


async def write_off(session: AsyncSession, recovery_id: UUID, actor: Actor) -> Recovery:
    """A second person agrees."""
    recovery, award = await own(session, recovery_id, actor)
    facts = recovery.facts(await queries.pending(session, recovery.id))
    left_fen = facts.owed_fen
    recovery.status = rules.write_off(facts, actor)
    recovery.written_off_fen, recovery.next_due_on = left_fen, None
    recovery.written_off_by, recovery.written_off_for = actor.id, actor.on_behalf or None
    await ledger.post(session, ledger.of_award(award, "write_off", left_fen, recovery.reason or ""))
    publish(session, _event(RecoveryWrittenOff, recovery, award))
    return recovery


async def reverse(session: AsyncSession, recovery_id: UUID, reason: str, actor: Actor) -> Recovery:
    """It should never have been opened, and a second person agrees: its booking is taken back by a linked reversal.
    What becomes of the award is decided with the award."""
    recovery, award = await own(session, recovery_id, actor)
    facts = recovery.facts(await queries.pending(session, recovery.id))
    recovery.status = rules.reverse(facts, reason, actor)
    return await _reversed(session, recovery, award, reason)


async def take_back(session: AsyncSession, recovery_id: UUID, award: Award, reason: str, actor: Actor) -> Recovery:
    """The final account that claims it is reopened; the award is locked."""
    recovery = await load(session, Recovery, recovery_id, "recovery")
    facts = recovery.facts(await queries.pending(session, recovery.id))
    recovery.status = rules.take_back(facts, reason, actor)
    return await _reversed(session, recovery, award, reason)


async def _reversed(session: AsyncSession, recovery: Recovery, award: Award, reason: str) -> Recovery:
    recovery.reason, recovery.next_due_on = reason, None
    await ledger.reverse(session, recovery.transaction_id, reason)
    publish(session, _event(RecoveryReversed, recovery, award))
    return recovery


async def forgive(session: AsyncSession, recovery: Recovery, award: Award, now: datetime) -> None:
    """Its award is reinstated: what is still owed, or was written off, is the payee's; what came back is made good."""
    owed_fen, given_up_fen = recovery.facts().owed_fen, recovery.written_off_fen
    recovery.made_good_at, recovery.next_due_on = now, None
    if not owed_fen and not given_up_fen:
        return
    recovery.status = rules.forgive(recovery.facts())
    recovery.forgiven_fen, recovery.written_off_fen = owed_fen + given_up_fen, 0
    amounts = {"forgive": owed_fen, "forgive_written_off": given_up_fen}
    await ledger.post(session, *(ledger.of_award(award, event, fen, None) for event, fen in amounts.items() if fen))
    publish(session, _event(RecoveryForgiven, recovery, award))


async def remind(session: AsyncSession, recovery_id: UUID, now: datetime) -> None:
    """The clock: a day on which something was due has passed. Said once for each such day."""
    recovery = await load(session, Recovery, recovery_id, "recovery")
    if recovery.next_due_on is None or recovery.reminded_on == recovery.next_due_on:
        return
    recovery.reminded_on = recovery.next_due_on
    award = await session.get_one(Award, recovery.award_id)
    publish(session, _event(RecoveryOverdue, recovery, award, due_on=recovery.next_due_on))


def _look_ahead(recovery: Recovery, now: datetime) -> None:
    recovery.next_due_on = rules.arrears(recovery.facts(), now.astimezone(SHANGHAI).date()).next_due_on


async def own(session: AsyncSession, recovery_id: UUID, actor: Actor) -> tuple[Recovery, Award]:
    """The recovery within the actor's division, locked after its award."""
    award_id = await session.scalar(sa.select(Recovery.award_id).where(Recovery.id == recovery_id))
    if award_id is None:
        raise NotFound("recovery")
    award = await load(session, Award, award_id, "award")
    try:
        await round.of_actor(session, award.round_id, actor)
    except NotFound:
        raise NotFound("recovery") from None
    return await load(session, Recovery, recovery_id, "recovery"), award


async def _repaid(session: AsyncSession, repayment_id: UUID, actor: Actor) -> tuple[Repayment, Recovery, Award]:
    recovery_id = await session.scalar(sa.select(Repayment.recovery_id).where(Repayment.id == repayment_id))
    if recovery_id is None:
        raise NotFound("repayment")
    recovery, award = await own(session, recovery_id, actor)
    return await load(session, Repayment, repayment_id, "repayment"), recovery, award


def _event(kind: type[OfRecovery], recovery: Recovery, award: Award, **more: object) -> OfRecovery:
    own = {"recovery_id": recovery.id, "amount_fen": recovery.amount_fen, "owed_fen": recovery.facts().owed_fen}
    return kind.model_validate({**award.ids, **own, **more})


def _repayment(kind: type[OfRepayment], row: Repayment, award: Award) -> OfRepayment:
    came = {"paid_on": row.paid_on} if kind is RepaymentConfirmed else {}
    own = {"repayment_id": row.id, "recovery_id": row.recovery_id, "amount_fen": row.amount_fen}
    return kind.model_validate({**award.ids, **own, **came})
