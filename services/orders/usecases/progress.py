"""What the teams service says about people, teams and the firms they served, kept for a round's progress."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import ProgressExpert, ProgressFirm, ProgressTeam
from shared.contracts.base import OfTeam
from shared.contracts.teams import EntryConfirmed

COUNTED = ("lead", "member")
"""Roles of experts; local talent and the host's assistants are not."""


async def confirm(session: AsyncSession, event: OfTeam, people: Iterable[UUID]) -> None:
    """A confirmed team with its experts."""
    row = {"team_id": event.team_id, "round_id": event.round_id, "order_id": event.order_id, "stage": "confirmed"}
    await session.execute(insert(ProgressTeam).values(row).on_conflict_do_nothing())
    for person_id in people:
        await join(session, event.team_id, person_id)


async def stage(session: AsyncSession, team_id: UUID, reached: str) -> None:
    """It serves, or it is concluded."""
    await session.execute(sa.update(ProgressTeam).where(ProgressTeam.team_id == team_id).values(stage=reached))


async def forget(session: AsyncSession, team_id: UUID) -> None:
    """It withdrew, was dissolved or lapsed."""
    await session.execute(sa.delete(ProgressTeam).where(ProgressTeam.team_id == team_id))


async def join(session: AsyncSession, team_id: UUID, person_id: UUID) -> None:
    """One more expert of a team that is known."""
    if await session.get(ProgressTeam, team_id) is not None:
        row = {"team_id": team_id, "person_id": person_id}
        await session.execute(insert(ProgressExpert).values(row).on_conflict_do_nothing())


async def leave(session: AsyncSession, team_id: UUID, person_id: UUID) -> None:
    """Replaced, or left."""
    own = sa.and_(ProgressExpert.team_id == team_id, ProgressExpert.person_id == person_id)
    await session.execute(sa.delete(ProgressExpert).where(own))


async def serve(session: AsyncSession, event: EntryConfirmed) -> None:
    """The units that a confirmed entry names; the same entry twice counts once."""
    of_entry = {"entry_id": event.entry_id, "round_id": event.round_id, "order_id": event.order_id}
    rows = [{**of_entry, "code": code} for code in event.served_units]
    if rows:
        await session.execute(insert(ProgressFirm).values(rows).on_conflict_do_nothing())
