"""Rounds as funding knows them: the policy that its events brought, and the appropriation: set, increased, cut, carried
over, lapsed."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Appropriation, AppropriationChange, KnownRound
from services.funding.rules import budget as rules
from services.funding.rules import ledger as ledger_rules
from services.funding.rules.budget import Papers, RoundFacts
from services.funding.usecases import ledger
from shared.actor import Actor
from shared.contracts.funding import AppropriationCarriedOver, AppropriationLapsed, AppropriationSet
from shared.contracts.policy_document import policy_set
from shared.db import new_id
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
    session: AsyncSession, round_id: UUID, amount_fen: int, papers: Papers, actor: Actor
) -> Appropriation:
    """Set, increase or cut a round's appropriation (fen), with its ground."""
    await of_actor(session, round_id, actor, lock=True)
    budget = await ledger.budget(session, round_id)
    change_fen = rules.change(budget, amount_fen, papers.reason)
    appropriation = await _appropriation(session, round_id)
    if change_fen or appropriation is None:
        appropriation = await _change(session, round_id, appropriation, change_fen, papers)
    return appropriation


async def carry_over(
    session: AsyncSession, appropriation_id: UUID, to_round_id: UUID, amount_fen: int, papers: Papers, actor: Actor
) -> Appropriation:
    """Carry what is left of a round over to a later one (结转): it leaves the one and is appropriated in the other, in
    one transaction. Returns the appropriation that it leaves."""
    appropriation = await _of_actor(session, appropriation_id, actor)
    ends, goes_on = await _both(session, appropriation.round_id, to_round_id, actor)
    budget = await ledger.budget(session, ends.id)
    rules.carry_over(
        budget, amount_fen, papers, RoundFacts(ends.division, ends.year), RoundFacts(goes_on.division, goes_on.year)
    )
    out = await _note(session, ends.id, "carry_over", amount_fen, appropriation.amount_fen, papers)
    await _change(session, goes_on.id, await _appropriation(session, goes_on.id), amount_fen, papers, out)
    publish(
        session,
        AppropriationCarriedOver(
            round_id=ends.id, appropriation_id=appropriation.id, amount_fen=amount_fen, to_round_id=goes_on.id
        ),
    )
    return appropriation


async def lapse(
    session: AsyncSession, appropriation_id: UUID, amount_fen: int, papers: Papers, actor: Actor
) -> Appropriation:
    """What is left of a round is taken back by the treasury (结余收回)."""
    appropriation = await _of_actor(session, appropriation_id, actor)
    await of_actor(session, appropriation.round_id, actor, lock=True)
    rules.lapse(await ledger.budget(session, appropriation.round_id), amount_fen, papers)
    await _note(session, appropriation.round_id, "lapse", amount_fen, appropriation.amount_fen, papers)
    publish(
        session,
        AppropriationLapsed(round_id=appropriation.round_id, appropriation_id=appropriation.id, amount_fen=amount_fen),
    )
    return appropriation


async def _change(
    session: AsyncSession,
    round_id: UUID,
    found: Appropriation | None,
    change_fen: int,
    papers: Papers,
    linked: AppropriationChange | None = None,
) -> Appropriation:
    appropriation = found or Appropriation(round_id=round_id, amount_fen=0)
    appropriation.amount_fen, appropriation.reason = appropriation.amount_fen + change_fen, papers.reason
    session.add(appropriation)
    await session.flush()
    if change_fen:
        event = "appropriate" if change_fen > 0 else "cut"
        await _note(session, round_id, event, abs(change_fen), appropriation.amount_fen, papers, linked)
    publish(
        session,
        AppropriationSet(round_id=round_id, appropriation_id=appropriation.id, amount_fen=appropriation.amount_fen),
    )
    return appropriation


async def _note(
    session: AsyncSession,
    round_id: UUID,
    event: str,
    amount_fen: int,
    appropriation_fen: int,
    papers: Papers,
    linked: AppropriationChange | None = None,
) -> AppropriationChange:
    """Book it, and keep what it stands on."""
    booking = ledger_rules.of_round(event, round_id, amount_fen)
    (key,) = await ledger.post(session, ledger.Entry(booking, round_id, reason=papers.reason))
    change = AppropriationChange(
        id=new_id(),
        round_id=round_id,
        event=event,
        amount_fen=amount_fen,
        appropriation_fen=appropriation_fen,
        reason=papers.reason,
        budget_indicator=papers.budget_indicator,
        document=papers.document,
        actor=session.info["actor"],
        business_time=session.info["now"],
        transaction_id=key,
        linked_id=linked.id if linked else None,
    )
    session.add(change)
    await session.flush()
    return change


async def _appropriation(session: AsyncSession, round_id: UUID) -> Appropriation | None:
    found: Appropriation | None = await session.scalar(
        sa.select(Appropriation).where(Appropriation.round_id == round_id)
    )
    return found


async def _of_actor(session: AsyncSession, appropriation_id: UUID, actor: Actor) -> Appropriation:
    found = await session.get(Appropriation, appropriation_id)
    if found is None:
        raise NotFound("appropriation")
    await of_actor(session, found.round_id, actor)
    return found


async def _both(session: AsyncSession, ends: UUID, goes_on: UUID, actor: Actor) -> tuple[KnownRound, KnownRound]:
    """Both rounds of a carry-over, locked in one order."""
    found = {key: await of_actor(session, key, actor, lock=True) for key in sorted((ends, goes_on))}
    return found[ends], found[goes_on]
