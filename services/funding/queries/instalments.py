"""Instalments."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Instalment, KnownRound, Payee, Proof
from services.funding.queries.base import visible
from services.funding.queries.holds import holds_of
from services.funding.rules import instalment as instalment_rules
from services.funding.rules import treasury as treasury_rules
from services.funding.rules.payee import PayeeFacts
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import filtered, find


def instalments(actor: Actor, round_id: UUID | None, status: str | None, award_id: UUID | None) -> sa.Select[Any]:
    statement = visible(sa.select(Instalment).join(Award, Award.id == Instalment.award_id), actor)
    return filtered(statement, Instalment, round_id=round_id, status=status, award_id=award_id)


async def instalment(session: AsyncSession, instalment_id: UUID, actor: Actor) -> Instalment:
    return await find(session, instalments(actor, None, None, None), Instalment, instalment_id, "instalment")


async def instalment_detail(session: AsyncSession, row: Instalment, actor: Actor) -> dict[str, Any]:
    """What the caller may do with it now, and how many checkers' signatures it still lacks."""
    known = await session.get_one(KnownRound, row.round_id)
    award = await session.get_one(Award, row.award_id)
    own = sa.select(Payee).where(Payee.unit_code == award.payee_unit_code, Payee.status == "verified")
    verified, name = _facts(await session.scalar(own)), award.payee_unit_name or ""
    chosen = _facts(await session.get(Payee, row.payee_id)) if row.payee_id else None
    facts = row.facts
    obstacles = {
        "request": lambda: instalment_rules.request_obstacles(verified, name),
        "reissue": lambda: instalment_rules.request_obstacles(verified, name, chosen),
        "approve": lambda: instalment_rules.approve_obstacles(facts, chosen, known.policy, actor),
        "batch": lambda: instalment_rules.changed_obstacles(chosen),
    }
    proofs = await session.scalars(sa.select(Proof).where(Proof.instalment_id == row.id).order_by(Proof.id))
    return {
        "holds": await holds_of(session, row.award_id, row.id),
        "proofs": list(proofs),
        "actions": actions(instalment_rules.LIFECYCLE, row.status, actor, obstacles),
        "checkers_missing": instalment_rules.checkers_missing(facts, known.policy),
        "leader_next": instalment_rules.leader_next(facts, known.policy),
        "warnings": treasury_rules.warnings(row.treasury),
    }


def _facts(payee: Payee | None) -> PayeeFacts | None:
    return payee.facts if payee else None
