"""Rounds as funding knows them: the policy that its events brought, and the appropriation."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Appropriation, KnownRound
from services.funding.rules import budget as rules
from services.funding.rules import ledger as ledger_rules
from services.funding.usecases import ledger
from shared.actor import Actor
from shared.contracts.funding import AppropriationSet
from shared.contracts.policy_document import policy_set
from shared.errors import NotFound, NotYet
from shared.outbox import publish


async def know(
    session: AsyncSession, round_id: UUID, name: str, year: int, division: str, policy: dict[str, Any]
) -> None:
    """A round opened: keep whose it is and its pinned policy set."""
    row = {"id": round_id, "name": name, "year": year, "division": division, "policy_document": policy}
    statement = sa.dialects.postgresql.insert(KnownRound).values(row)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


async def known(session: AsyncSession, round_id: UUID) -> KnownRound:
    """The round's copy; an event that needs it waits for ``round.opened``."""
    found = await session.get(KnownRound, round_id)
    if found is None:
        raise NotYet("orders", f"round/{round_id}")
    return found


async def awards(session: AsyncSession, round_id: UUID) -> bool:
    """Whether the round's mode reserves and pays money."""
    return "award" in policy_set((await known(session, round_id)).policy_document).switches


async def of_actor(session: AsyncSession, round_id: UUID, actor: Actor, *, lock: bool = False) -> KnownRound:
    """The round when it lies within the actor's division; otherwise it is not there for them."""
    found = await session.get(KnownRound, round_id, with_for_update=lock)
    if found is None or not actor.covers(found.division):
        raise NotFound("round")
    return found


async def set_appropriation(
    session: AsyncSession, round_id: UUID, amount_fen: int, reason: str, actor: Actor
) -> Appropriation:
    """Set, increase or cut a round's appropriation (fen), with its ground."""
    await of_actor(session, round_id, actor, lock=True)
    budget = await ledger.budget(session, round_id)
    change_fen = rules.change(budget, amount_fen, reason)
    found = await session.scalar(sa.select(Appropriation).where(Appropriation.round_id == round_id))
    if found and not change_fen:
        return found
    appropriation = found or Appropriation(round_id=round_id)
    appropriation.amount_fen, appropriation.reason = amount_fen, reason
    session.add(appropriation)
    await session.flush()
    if change_fen:
        booking = ledger_rules.appropriate(round_id, change_fen)
        await ledger.post(session, ledger.Entry(booking, round_id, reason=reason))
    publish(session, AppropriationSet(round_id=round_id, appropriation_id=appropriation.id, amount_fen=amount_fen))
    return appropriation
