"""Who was nominated for a round, as the bureau, the unit and the nominated person see it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import KnownOrder, KnownRound, Nomination, Team
from services.teams.rules.nomination import STANDING, NominatedRound
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.errors import NotFound
from shared.queries import filtered, find, within


def visible_nominations(actor: Actor) -> Any:
    """A bureau sees those of its rounds, a unit its own, experts theirs."""
    ways: list[Any] = []
    if actor.has("bureau") and actor.division:
        ways.append(
            Nomination.round_id.in_(sa.select(KnownRound.id).where(within(KnownRound.division, actor.division)))
        )
    if actor.has("unit") and actor.unit:
        ways.append(Nomination.unit_code == actor.unit)
    if actor.has("expert") and (person := actor.person_id):
        ways.append(Nomination.person_id == person)
    return sa.or_(sa.false(), *ways)


def nominations(actor: Actor, round_id: UUID, status: str | None, unit_code: str | None) -> sa.Select[Any]:
    seen = sa.select(Nomination).where(visible_nominations(actor))
    return filtered(seen, Nomination, round_id=round_id, status=status, unit_code=unit_code)


async def nomination(session: AsyncSession, nomination_id: UUID, actor: Actor, lock: bool = False) -> Nomination:
    """The nomination, or :class:`NotFound` when it is not this actor's to see."""
    statement = sa.select(Nomination).where(visible_nominations(actor))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return await find(session, statement, Nomination, nomination_id, "nomination")


async def nominated_round(session: AsyncSession, round_id: UUID) -> NominatedRound:
    """What a nomination looks at in its round, or :class:`NotFound` for one that was never opened here."""
    known = await session.get(KnownRound, round_id)
    if known is None:
        raise NotFound("round")
    return NominatedRound(known.division, known.phase, policy_set(known.policy).switches)


async def nominated_since(session: AsyncSession, round_id: UUID, person_id: UUID) -> datetime | None:
    """Since when a unit's nomination stands, which is its consent; None without one."""
    statement = sa.select(Nomination.nominated_at).where(
        Nomination.round_id == round_id, Nomination.person_id == person_id, Nomination.status.in_(STANDING)
    )
    since: datetime | None = await session.scalar(statement)
    return since


async def lead_nominated(session: AsyncSession, team: Team) -> bool | None:
    """Whether the lead of this claim is nominated; None where units are not asked to nominate."""
    if not (await nominated_round(session, team.round_id)).nominates:
        return None
    return await nominated_since(session, team.round_id, team.lead_id) is not None


async def orders_elsewhere(session: AsyncSession, round_id: UUID, order_ids: Collection[UUID]) -> set[UUID]:
    """Those of the orders that are not known to be of this round."""
    known = sa.select(KnownOrder.id).where(KnownOrder.round_id == round_id, KnownOrder.id.in_(order_ids))
    return set(order_ids) - set(await session.scalars(known))


async def nomination_figures(session: AsyncSession, round_id: UUID, actor: Actor) -> dict[str, int]:
    """How many people by what came of their nomination, and how many units nominated; :class:`NotFound` for whom the
    round has nothing to tell."""
    round_ = await nominated_round(session, round_id)
    seen = sa.and_(Nomination.round_id == round_id, visible_nominations(actor))
    counted = sa.select(Nomination.status, sa.func.count()).where(seen).group_by(Nomination.status)
    by_status = {status: int(count) for status, count in await session.execute(counted)}
    if not by_status and not (actor.has("bureau") and actor.covers(round_.division)):
        raise NotFound("round")
    standing = sa.and_(seen, Nomination.status != "withdrawn")
    units = await session.scalar(sa.select(sa.func.count(sa.distinct(Nomination.unit_code))).where(standing))
    withdrawn = by_status.get("withdrawn", 0)
    return {
        "units": units or 0,
        "nominated": sum(by_status.values()) - withdrawn,
        "waiting": by_status.get("nominated", 0),
        "matched": by_status.get("matched", 0),
        "placed": by_status.get("placed", 0),
        "unplaced": by_status.get("unplaced", 0),
        "withdrawn": withdrawn,
    }
