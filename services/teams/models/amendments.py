"""Changes of an agreement in force."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.agreements import Agreement
from services.teams.models.base import Base
from services.teams.models.teams import Team
from services.teams.rules.agreement import PARTIES
from services.teams.rules.amendment import AmendmentFacts
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Amendment(Row, Base):
    """``number`` counts the versions of the text: the agreement is the first, so the first amendment is 2.
    ``document`` is the whole changed text, frozen with its hash when it is proposed."""

    __tablename__ = "amendments"
    __table_args__ = (
        sa.Index("uq_amendments_open", "team_id", unique=True, postgresql_where=sa.column("status") == "signing"),
    )

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    number: Mapped[int]
    status: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    document_hash: Mapped[str]
    due_at: Mapped[datetime]
    lead_signed_at: Mapped[datetime | None]
    unit_signed_at: Mapped[datetime | None]
    host_signed_at: Mapped[datetime | None]
    adopted_at: Mapped[datetime | None]

    def facts(self, agreement: Agreement, team: Team) -> AmendmentFacts:
        signed = frozenset(party for party in PARTIES if getattr(self, f"{party}_signed_at") is not None)
        return AmendmentFacts(self.status, self.proposed_by, self.due_at, agreement.facts(team, signed))


constraint_reasons(
    {
        "uq_amendments_open": Reason(
            "amendment.open_already",
            "已有一份变更协议在签署中",
            "Another change is being signed",
            "/status",
        ),
    }
)
