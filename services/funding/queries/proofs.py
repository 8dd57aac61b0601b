"""Proofs: documents and milestones."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Proof
from services.funding.queries.base import visible
from services.funding.rules import proof as proof_rules
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import filtered, find


def proofs(
    actor: Actor,
    round_id: UUID | None = None,
    status: str | None = None,
    award_id: UUID | None = None,
    instalment_id: UUID | None = None,
) -> sa.Select[Any]:
    statement = visible(sa.select(Proof).join(Award, Award.id == Proof.award_id), actor)
    statement = filtered(statement, Proof, status=status, award_id=award_id, instalment_id=instalment_id)
    return statement.where(Award.round_id == round_id) if round_id else statement


async def proof(session: AsyncSession, proof_id: UUID, actor: Actor) -> Proof:
    return await find(session, proofs(actor), Proof, proof_id, "proof")


def proof_actions(proof: Proof, actor: Actor) -> list[dict[str, Any]]:
    facts = proof.facts
    judged = {action: lambda: proof_rules.judge_obstacles(facts, actor) for action in ("accept", "return")}
    found = actions(proof_rules.LIFECYCLE, proof.status, actor, judged)
    return [one for one in found if one["action"] == "submit" or actor.has(proof.judged_as)]
