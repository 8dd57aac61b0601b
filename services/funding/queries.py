"""Reads. What is not this caller's to see is not there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Batch, Instalment, Instruction, KnownRound, LedgerAccount, Payee
from services.funding.rules import award as award_rules
from services.funding.rules import batch as batch_rules
from services.funding.rules import instalment as instalment_rules
from services.funding.rules import ledger as ledger_rules
from services.funding.rules import payee as payee_rules
from services.funding.rules.payee import PayeeFacts
from shared.actor import Actor
from shared.errors import NotFound, require
from shared.lifecycle import actions
from shared.queries import filtered, find, within

OFFICES = ("bureau", "finance_maker", "finance_checker", "supervisor", "department")
"""Who sees the money of the rounds within their division."""
FINANCE = ("finance_maker", "finance_checker")


def rounds_of(actor: Actor) -> sa.Select[Any]:
    """The ids of the rounds whose money this actor oversees."""
    seen = within(KnownRound.division, actor.division) if actor.has(*OFFICES) else sa.false()
    return sa.select(KnownRound.id).where(seen)


def _visible(statement: sa.Select[Any], actor: Actor) -> sa.Select[Any]:
    """Awards of the rounds that an office oversees, a unit's own, and a lead expert's own."""
    seen: sa.ColumnElement[bool] = Award.round_id.in_(rounds_of(actor))
    if actor.has("unit", "host") and actor.unit:
        seen = sa.or_(seen, Award.payee_unit_code == actor.unit)
    if actor.has("expert") and actor.person:
        seen = sa.or_(seen, sa.cast(Award.lead_id, sa.Text) == actor.person)
    return statement.where(seen)


async def round(session: AsyncSession, round_id: UUID, actor: Actor) -> UUID:
    """The round's id when the actor oversees its money."""
    found = await session.scalar(rounds_of(actor).where(KnownRound.id == round_id))
    if found is None:
        raise NotFound("round")
    return round_id


def awards(actor: Actor, round_id: UUID | None, status: str | None, team_id: UUID | None) -> sa.Select[Any]:
    return filtered(_visible(sa.select(Award), actor), Award, round_id=round_id, status=status, team_id=team_id)


async def award(session: AsyncSession, award_id: UUID, actor: Actor) -> Award:
    return await find(session, _visible(sa.select(Award), actor), Award, award_id, "award")


async def instalments_of(session: AsyncSession, award_id: UUID) -> list[Instalment]:
    statement = sa.select(Instalment).where(Instalment.award_id == award_id).order_by(Instalment.number)
    return list(await session.scalars(statement))


def award_actions(award: Award, parts: list[Instalment], money: dict[str, int], actor: Actor) -> list[dict[str, Any]]:
    facts = award.facts(parts, money["recoverable"])
    possible = {"recover": lambda: award_rules.recover_obstacles(facts)}
    return actions(award_rules.LIFECYCLE, award.status, actor, possible)


def instalments(actor: Actor, round_id: UUID | None, status: str | None, award_id: UUID | None) -> sa.Select[Any]:
    statement = _visible(sa.select(Instalment).join(Award, Award.id == Instalment.award_id), actor)
    return filtered(statement, Instalment, round_id=round_id, status=status, award_id=award_id)


async def instalment(session: AsyncSession, instalment_id: UUID, actor: Actor) -> Instalment:
    return await find(session, instalments(actor, None, None, None), Instalment, instalment_id, "instalment")


async def instalment_detail(session: AsyncSession, row: Instalment, actor: Actor) -> dict[str, Any]:
    """What the caller may do with it now, and how many checkers' signatures it still lacks."""
    known = await session.get_one(KnownRound, row.round_id)
    unit = sa.select(Award.payee_unit_code).where(Award.id == row.award_id).scalar_subquery()
    verified = _facts(await session.scalar(sa.select(Payee).where(Payee.unit_code == unit, Payee.status == "verified")))
    chosen = _facts(await session.get(Payee, row.payee_id)) if row.payee_id else None
    facts = row.facts
    obstacles = {
        "request": lambda: instalment_rules.request_obstacles(verified),
        "reissue": lambda: instalment_rules.request_obstacles(verified),
        "approve": lambda: instalment_rules.approve_obstacles(facts, chosen, actor),
        "batch": lambda: instalment_rules.changed_obstacles(chosen),
    }
    return {
        "actions": actions(instalment_rules.LIFECYCLE, row.status, actor, obstacles),
        "checkers_missing": instalment_rules.checkers_missing(facts, known.policy),
    }


def _facts(payee: Payee | None) -> PayeeFacts | None:
    return payee.facts if payee else None


def payees(actor: Actor, unit_code: str | None) -> sa.Select[Any]:
    """Finance sees every unit's accounts (masked), a unit its own."""
    own = sa.true() if actor.has(*FINANCE) else Payee.unit_code == (actor.unit or None)
    return filtered(sa.select(Payee).where(own), Payee, unit_code=unit_code)


async def payee(session: AsyncSession, payee_id: UUID, actor: Actor) -> Payee:
    return await find(session, payees(actor, None), Payee, payee_id, "payee")


def payee_actions(payee: Payee, actor: Actor, now: Any) -> list[dict[str, Any]]:
    possible = {"verify": lambda: payee_rules.verify_obstacles(payee.facts, actor, now)}
    return actions(payee_rules.LIFECYCLE, payee.status, actor, possible)


def batches(actor: Actor, round_id: UUID | None) -> sa.Select[Any]:
    return filtered(sa.select(Batch).where(Batch.round_id.in_(rounds_of(actor))), Batch, round_id=round_id)


async def batch(session: AsyncSession, batch_id: UUID, actor: Actor) -> Batch:
    return await find(session, batches(actor, None), Batch, batch_id, "batch")


async def bank_file(session: AsyncSession, batch_id: UUID, actor: Actor) -> Batch:
    """The batch with its file, checked against its SHA-256."""
    found = await batch(session, batch_id, actor)
    require(batch_rules.altered_obstacles(found.content, found.sha256))
    return found


async def instructions(session: AsyncSession, batch_id: UUID) -> Sequence[Instruction]:
    statement = sa.select(Instruction).where(Instruction.batch_id == batch_id).order_by(Instruction.id)
    return (await session.scalars(statement)).all()


def accounts(actor: Actor, round_id: UUID | None, award_id: UUID | None) -> sa.Select[Any]:
    statement = sa.select(LedgerAccount).where(LedgerAccount.round_id.in_(rounds_of(actor)))
    return filtered(statement, LedgerAccount, round_id=round_id, award_id=award_id)


def account_words(account: LedgerAccount) -> dict[str, Any]:
    """An account as people read it: its names and a positive balance."""
    place = ledger_rules.CHART[account.place]
    balance_fen = ledger_rules.natural(account.place, account.balance_fen)
    return {"zh": place.zh, "en": place.en, "balance_fen": balance_fen}
