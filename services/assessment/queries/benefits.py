"""Benefits."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.assessment.models import (
    Benefit,
    KnownTeam,
)
from services.assessment.queries.base import own_teams
from shared.actor import Actor
from shared.queries import filtered


def benefits(actor: Actor, round_id: UUID | None, team_id: UUID | None, status: str | None) -> sa.Select[Any]:
    statement = sa.select(Benefit).join(KnownTeam).where(own_teams(actor))
    return filtered(statement, Benefit, round_id=round_id, team_id=team_id, status=status)
