"""The bank's word on instructions: each settles once; however many are answered, a handful of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Award, Instalment, Instruction, KnownRound, Payee, Resolution
from services.funding.rules import batch as rules
from services.funding.rules import instalment as instalment_rules
from services.funding.rules import payee as payee_rules
from services.funding.rules import resolution as resolution_rules
from services.funding.usecases import award as awards
from services.funding.usecases import batch, item, ledger, payee, recovery, resolution
from services.funding.usecases import instalment as instalments
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.funding import InstalmentPaid, InstalmentReturned, InstalmentUnknown, ResolutionConfirmed
from shared.db import load, load_all
from shared.errors import NotFound, Reason, Refused
from shared.outbox import publish
from shared.queries import among, within


@dataclass(frozen=True, slots=True)
class Answer:
    """The bank's word on one instruction: ``result`` is paid, returned or unknown; ``reason`` is the bank's own,
    ``ground`` what is wrong with the account when that is why it came back."""

    instruction_id: UUID
    result: str
    voucher: str | None = None
    reason: str | None = None
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one answer: ``reasons`` say why it was refused, ``news`` whether it changed anything."""

    status: str | None
    news: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """An instruction with what it pays, all locked."""

    instruction: Instruction
    instalment: Instalment
    award: Award


async def answer(
    session: AsyncSession,
    said: Sequence[Answer],
    actor: Actor,
    now: datetime,
    batch_id: UUID | None = None,
    typed: bool = False,
) -> dict[UUID, Answered]:
    """What the bank says, of one batch or of any of the actor's rounds. Each answer stands or falls alone; said twice
    it changes nothing; an unknown one is resolved by a later one, but not by one that a single person ``typed``."""
    found = await _locked(session, [one.instruction_id for one in said], actor, batch_id)
    outcome: dict[UUID, Answered] = {}
    booked: list[ledger.Entry] = []
    touched: dict[UUID, Award] = {}
    taken: list[Sent] = []
    for one in said:
        sent = found.get(one.instruction_id)
        try:
            outcome[one.instruction_id], entries = _take(session, sent, one, actor, now, typed)
        except (NotFound, Refused) as refusal:
            outcome[one.instruction_id] = Answered(None, reasons=refusal.reasons)
            continue
        if sent and outcome[one.instruction_id].news:
            booked += entries
            touched[sent.award.id] = sent.award
            taken.append(sent)
    await session.flush()
    await ledger.post(session, *booked)
    await _close_refused(session, taken, actor, now)
    await _claim_late(session, taken, now)
    await awards.follow_all(session, list(touched.values()), now)
    batches = {sent.instruction.batch_id for sent in found.values()}
    await batch.settle(session, batches)
    await session.flush()
    news = [key for key, one in outcome.items() if one.news]
    await item.follow(session, news, batches, now)
    await resolution.overtake(session, news, now)
    return outcome


async def confirm(session: AsyncSession, resolution_id: UUID, actor: Actor, now: datetime) -> Resolution:
    """A second person agrees what became of an unknown payment: from now on it is as if the bank had said it."""
    seen = await queries.resolution(session, resolution_id, actor)
    await _locked(session, [seen.instruction_id], actor, seen.batch_id)
    found = await load(session, Resolution, resolution_id, "resolution")
    found.status = resolution_rules.confirm(found.facts, actor)
    resolution.decide(found, None, actor, now)
    await session.flush()
    said = Answer(found.instruction_id, found.result, found.voucher, found.reason, found.ground)
    outcome = await answer(session, [said], actor, now, found.batch_id)
    if reasons := outcome[found.instruction_id].reasons:
        raise Refused(*reasons)
    publish(session, resolution.event(ResolutionConfirmed, found))
    return found


def _take(
    session: AsyncSession, sent: Sent | None, said: Answer, actor: Actor, now: datetime, typed: bool
) -> tuple[Answered, list[ledger.Entry]]:
    """One answer, and what it books."""
    if sent is None:
        raise NotFound("instruction")
    instruction = sent.instruction
    if not rules.answer(instruction.result, said.result, typed):
        return Answered(instruction.status), []
    match said.result:
        case "paid":
            entries = pay(session, sent, said.voucher, actor, now)
        case "returned":
            entries = return_(session, sent.instalment, actor)
            instruction.ground = said.ground
        case _:
            entries = lose(session, sent.instalment, actor)
    instruction.result, instruction.voucher, instruction.bank_reason = said.result, said.voucher, said.reason
    instruction.answered_by, instruction.answered_for = actor.id, actor.on_behalf or None
    instruction.answered_at = now
    return Answered(instruction.status, news=True), entries


def pay(session: AsyncSession, sent: Sent, voucher: str | None, actor: Actor, now: datetime) -> list[ledger.Entry]:
    """The payee has it. When the award was revoked meanwhile, it must come back (:func:`_claim_late`)."""
    instalment, before = sent.instalment, sent.instalment.status
    instalment.status = instalment_rules.pay(instalment.facts, actor)
    instalment.paid_at, instalment.voucher = now, voucher
    publish(session, instalments.event(InstalmentPaid, instalment, paid_on=now.astimezone(SHANGHAI).date()))
    return instalments.entries(instalment, before, "pay")


async def _close_refused(session: AsyncSession, taken: Iterable[Sent], actor: Actor, now: datetime) -> None:
    """An account for whose sake the bank sent money back is closed on that ground: nothing more goes there until the
    unit's next one, or the same one anew, is verified by a second person."""
    refused = {one.instruction.payee_id: one.instruction for one in taken if one.instruction.ground}
    for key, account in (await load_all(session, Payee, set(refused))).items():
        if account.status in payee_rules.OPEN:
            said = refused[key]
            payee.refuse(session, account, said.ground or "", said.bank_reason or said.ground or "", actor, now)


async def _claim_late(session: AsyncSession, paid: Iterable[Sent], now: datetime) -> None:
    """What was paid although its award is revoked must come back."""
    for sent in paid:
        if sent.award.status == "revoked" and sent.instalment.status == "paid":
            await recovery.open_(session, sent.award, sent.instalment.amount_fen, "revoked", now)


def return_(session: AsyncSession, instalment: Instalment, actor: Actor) -> list[ledger.Entry]:
    """The bank sent it back."""
    before = instalment.status
    instalment.status = instalment_rules.return_(instalment.facts, actor)
    publish(session, instalments.event(InstalmentReturned, instalment))
    return instalments.entries(instalment, before, "return")


def lose(session: AsyncSession, instalment: Instalment, actor: Actor) -> list[ledger.Entry]:
    """The bank cannot say: it stays in transit until it can."""
    before = instalment.status
    instalment.status = instalment_rules.lose(instalment.facts, actor)
    publish(session, instalments.event(InstalmentUnknown, instalment))
    return instalments.entries(instalment, before, "lose")


async def _locked(
    session: AsyncSession, keys: Iterable[UUID], actor: Actor, batch_id: UUID | None
) -> Mapping[UUID, Sent]:
    """The instructions of the actor's rounds with their instalments and awards, locked: the awards first, as
    everywhere."""
    of_them = (
        sa.select(Instruction.id, Instruction.instalment_id, Award.id.label("award_id"))
        .join(Instalment, Instalment.id == Instruction.instalment_id)
        .join(Award, Award.id == Instalment.award_id)
        .join(KnownRound, KnownRound.id == Award.round_id)
        .where(among(Instruction.id, keys), within(KnownRound.division, actor.division))
    )
    if batch_id:
        of_them = of_them.where(Instruction.batch_id == batch_id)
    rows = (await session.execute(of_them)).all()
    held_awards = await load_all(session, Award, {row.award_id for row in rows})
    held_parts = await load_all(session, Instalment, {row.instalment_id for row in rows})
    held = await load_all(session, Instruction, {row.id for row in rows})
    return {row.id: Sent(held[row.id], held_parts[row.instalment_id], held_awards[row.award_id]) for row in rows}
