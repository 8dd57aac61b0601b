"""The versions of a team's agreement."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Agreement, Amendment, Team
from services.teams.rules.agreement import PARTIES, missing
from services.teams.schemas import AgreementVersion


async def agreement_versions(session: AsyncSession, team: Team, agreement: Agreement) -> list[AgreementVersion]:
    """Every text that all three have signed, oldest first; the last one holds. Empty before the third signature."""
    if missing(agreement.signed) or agreement.document is None:
        return []
    statement = sa.select(Amendment).where(Amendment.team_id == team.id, Amendment.status == "adopted")
    first = AgreementVersion(
        number=1,
        in_force_from=team.agreed_on,
        reason="",
        document=agreement.document,
        document_hash=agreement.document_hash,
        **signed_at(agreement),
    )
    return [first] + [
        AgreementVersion(
            number=later.number,
            in_force_from=later.adopted_at,
            reason=later.reason,
            document=later.document,
            document_hash=later.document_hash,
            **signed_at(later),
        )
        for later in await session.scalars(statement.order_by(Amendment.number))
    ]


def signed_at(text: Agreement | Amendment) -> dict[str, datetime | None]:
    """When each of the three parties signed."""
    return {name: getattr(text, name) for name in (f"{party}_signed_at" for party in PARTIES)}


def amendments(team: Team) -> sa.Select[Any]:
    """Proposed changes of a team's agreement, whatever became of them."""
    return sa.select(Amendment).where(Amendment.team_id == team.id).order_by(Amendment.number, Amendment.id)
