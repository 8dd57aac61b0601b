"""What makers and checkers sign: one instalment or a thousand, in a handful of statements. Each stands or falls alone."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Instalment, KnownRound, Payee, Substitute
from services.funding.rules import instalment as rules
from services.funding.rules import substitute as substitute_rules
from services.funding.rules import treasury as treasury_rules
from services.funding.rules.payee import PayeeFacts
from services.funding.rules.treasury import TreasuryFields
from services.funding.usecases import instalment as instalments
from services.funding.usecases import ledger, substitute
from shared.actor import Actor
from shared.contracts.funding import (
    InstalmentApproved,
    InstalmentBooked,
    InstalmentChecked,
    InstalmentReissued,
    InstalmentRejected,
    InstalmentRequested,
)
from shared.db import load_all
from shared.errors import Answer, Forbidden, NotFound
from shared.outbox import publish
from shared.queries import within


@dataclass(frozen=True, slots=True)
class Case:
    """An instalment with what its signing looks at, locked: ``verified`` is the payee's present account, ``chosen`` the
    one that the request names; ``actor`` signs, in the role of whom they stand in for."""

    award: Award
    instalment: Instalment
    known: KnownRound
    verified: Payee | None
    chosen: Payee | None
    actor: Actor


Outcome = Instalment | Answer
Act = Callable[[Case], Awaitable[list[ledger.Entry]]]


async def request(
    session: AsyncSession, ids: Sequence[UUID], treasury: TreasuryFields, actor: Actor, on_behalf: str = ""
) -> dict[UUID, Outcome]:
    """The maker asks for due instalments, to the verified accounts of their payees."""

    async def act(case: Case) -> list[ledger.Entry]:
        row, policy = case.instalment, case.known.policy
        fields = treasury_rules.complete(treasury, policy)
        name = case.award.payee_unit_name or ""
        row.status = rules.request(row.facts, _facts(case.verified), fields, policy, case.actor, name)
        row.budget_indicator = fields.budget_indicator
        row.functional_class, row.economic_class = fields.functional_class, fields.economic_class
        _sign_as_maker(case)
        publish(session, instalments.event(InstalmentRequested, row))
        return []

    return await _each(session, ids, actor, on_behalf, act)


async def approve(session: AsyncSession, ids: Sequence[UUID], actor: Actor, on_behalf: str = "") -> dict[UUID, Outcome]:
    """The checker signs; above the thresholds a second one and the leader too. Then the money is payable."""

    async def act(case: Case) -> list[ledger.Entry]:
        row, before = case.instalment, case.instalment.status
        row.status = rules.approve(row.facts, _facts(case.chosen), case.known.policy, case.actor)
        row.sign(case.actor.id, case.actor.on_behalf)
        publish(session, instalments.event(InstalmentChecked if row.status == before else InstalmentApproved, row))
        return instalments.entries(row, before, "approve")

    return await _each(session, ids, actor, on_behalf, act)


async def reject(
    session: AsyncSession, ids: Sequence[UUID], reason: str, actor: Actor, on_behalf: str = ""
) -> dict[UUID, Outcome]:
    """The checker sends requests back; an approval given already is reversed in the ledger."""

    async def act(case: Case) -> list[ledger.Entry]:
        row, before = case.instalment, case.instalment.status
        row.status = rules.reject(row.facts, reason, case.actor)
        row.rejected_reason = reason
        row.forget_signatures()
        if before == "approved":
            await ledger.reverse(session, await ledger.last(session, row.id, "approve"), reason)
        publish(session, instalments.event(InstalmentRejected, row))
        return []

    return await _each(session, ids, actor, on_behalf, act)


async def reissue(session: AsyncSession, ids: Sequence[UUID], actor: Actor, on_behalf: str = "") -> dict[UUID, Outcome]:
    """The maker asks again for what the bank returned, to the payees' present accounts."""

    async def act(case: Case) -> list[ledger.Entry]:
        row, before = case.instalment, case.instalment.status
        name = case.award.payee_unit_name or ""
        row.status = rules.reissue(row.facts, _facts(case.verified), case.actor, name, _facts(case.chosen))
        _sign_as_maker(case)
        publish(session, instalments.event(InstalmentReissued, row))
        return instalments.entries(row, before, "reissue")

    return await _each(session, ids, actor, on_behalf, act)


async def book(session: AsyncSession, instalment_id: UUID, voucher: str, actor: Actor) -> Instalment:
    """The treasury's voucher of a payment, whose number is given once in a division's year."""

    async def act(case: Case) -> list[ledger.Entry]:
        row = case.instalment
        row.status = rules.book(row.facts, voucher, case.actor)
        row.treasury_voucher = voucher.strip()
        row.treasury_book = f"{case.known.division}/{row.paid_at.year if row.paid_at else ''}"
        publish(session, instalments.event(InstalmentBooked, row, voucher=row.treasury_voucher))
        return []

    return one(await _each(session, [instalment_id], actor, "", act))


def one(outcomes: dict[UUID, Outcome]) -> Instalment:
    """The row of a step for one instalment, or its refusal."""
    (outcome,) = outcomes.values()
    if isinstance(outcome, Answer):
        raise outcome
    return outcome


async def _each(
    session: AsyncSession, ids: Sequence[UUID], actor: Actor, on_behalf: str, act: Act
) -> dict[UUID, Outcome]:
    """``act`` refuses before it changes anything; what is booked is booked together."""
    cases = await _locked(session, ids, actor, on_behalf)
    outcomes: dict[UUID, Outcome] = {}
    booked: list[ledger.Entry] = []
    for key in dict.fromkeys(ids):
        case = cases.get(key, NotFound("instalment"))
        try:
            if isinstance(case, Answer):
                raise case
            booked += await act(case)
            outcomes[key] = case.instalment
        except Answer as refusal:
            outcomes[key] = refusal
    await session.flush()
    await ledger.post(session, *booked)
    return outcomes


async def _locked(
    session: AsyncSession, ids: Iterable[UUID], actor: Actor, on_behalf: str
) -> dict[UUID, Case | Answer]:
    """The instalments of the actor's rounds, locked: the awards first, as everywhere, the accounts last."""
    of_them = (
        sa.select(Instalment.id, Instalment.award_id, KnownRound)
        .join(KnownRound, KnownRound.id == Instalment.round_id)
        .where(Instalment.id.in_(list(ids)), within(KnownRound.division, actor.division))
    )
    rows = (await session.execute(of_them)).all()
    awards = await load_all(session, Award, {row.award_id for row in rows})
    parts = await load_all(session, Instalment, {row.id for row in rows})
    units = {award.payee_unit_code for award in awards.values()}
    accounts = await _accounts(session, units, {part.payee_id for part in parts.values()})
    verified = {account.unit_code: account for account in accounts.values() if account.status == "verified"}
    named = await substitute.named(session, actor, on_behalf)
    found: dict[UUID, Case | Answer] = {}
    for key, award_id, known in rows:
        award, part = awards[award_id], parts[key]
        signs = _signs(actor, on_behalf, named, known.division, session)
        found[key] = (
            signs
            if isinstance(signs, Answer)
            else Case(
                award,
                part,
                known,
                verified.get(award.payee_unit_code or ""),
                accounts.get(part.payee_id) if part.payee_id else None,
                signs,
            )
        )
    return found


def _signs(
    actor: Actor, on_behalf: str, named: Iterable[Substitute], division: str, session: AsyncSession
) -> Actor | Answer:
    """Who signs in a round of this division: the actor, or as a substitute, in the role stood in for alone."""
    if not on_behalf:
        return actor
    now = session.info["now"]
    acting = [one for one in named if substitute_rules.acts(one.facts, division, now)]
    return substitute.in_place(actor, on_behalf, acting) if acting else Forbidden(substitute_rules.NONE)


async def _accounts(session: AsyncSession, units: set[str | None], chosen: set[UUID | None]) -> dict[UUID, Payee]:
    """The verified accounts of the units and the chosen ones; they cannot change until the transaction ends."""
    wanted = sa.or_(
        sa.and_(Payee.unit_code.in_([unit for unit in units if unit]), Payee.status == "verified"),
        Payee.id.in_([key for key in chosen if key]),
    )
    statement = sa.select(Payee).where(wanted).order_by(Payee.id).with_for_update(read=True)
    found = await session.scalars(statement.execution_options(populate_existing=True))
    return {row.id: row for row in found}


def _facts(account: Payee | None) -> PayeeFacts | None:
    return account.facts if account else None


def _sign_as_maker(case: Case) -> None:
    row = case.instalment
    row.forget_signatures()
    row.sign(case.actor.id, case.actor.on_behalf)
    row.payee_id = case.verified.id if case.verified else None
    row.rejected_reason = None
