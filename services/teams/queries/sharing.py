"""Delegates and drafts."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Delegate, Draft, Person, Team
from services.teams.schemas import DraftOut
from shared.actor import Actor


async def delegates(session: AsyncSession, team: Team) -> list[dict[str, Any]]:
    """Who else may do what, by name."""
    statement = (
        sa.select(Delegate.person_id, Person.name, Delegate.right)
        .join(Person, Person.id == Delegate.person_id)
        .where(Delegate.team_id == team.id)
        .order_by(Delegate.id)
    )
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def draft(session: AsyncSession, team: Team, actor: Actor) -> Draft | None:
    """The actor's own draft of this team."""
    return await session.get(Draft, (team.id, actor.id))


def draft_shown(draft: Draft, team: Team) -> DraftOut:
    """The draft beside the team as it stands now."""
    differs = sorted(name for name, value in draft.content.items() if str(getattr(team, name, None)) != str(value))
    return DraftOut(
        content=draft.content,
        seen_version=draft.seen_version,
        saved_at=draft.saved_at,
        stale=draft.seen_version != team.version,
        differs=differs,
    )
