"""The three-party agreement."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from services.teams.models.teams import Team
from services.teams.rules.agreement import PARTIES, AgreementFacts, Party
from services.teams.rules.budget import BudgetLine
from shared.db import Row


class Agreement(Row, Base):
    """The three-party agreement of a confirmed team. ``document`` is the text that is being signed, frozen by
    the first signature together with its hash."""

    __tablename__ = "agreements"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    lead_unit_code: Mapped[str]
    lead_unit_name: Mapped[str]
    due_at: Mapped[datetime]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    document_hash: Mapped[str] = mapped_column(default="")
    lead_signed_at: Mapped[datetime | None]
    unit_signed_at: Mapped[datetime | None]
    host_signed_at: Mapped[datetime | None]
    closed: Mapped[bool] = mapped_column(default=False)

    @property
    def signed(self) -> frozenset[Party]:
        return frozenset(party for party in PARTIES if getattr(self, f"{party}_signed_at") is not None)

    def facts(self, team: Team, signed: frozenset[Party] | None = None) -> AgreementFacts:
        """``signed``: by whom, when it is a change of this agreement that is being signed."""
        return AgreementFacts(
            lead_id=str(team.lead_id),
            lead_unit_code=self.lead_unit_code,
            host_code=team.host_code,
            payee_unit_code=team.payee_unit_code,
            payee_unit_name=team.payee_unit_name,
            talent_plan=team.talent_plan,
            budget=tuple(BudgetLine(**line) for line in team.budget),
            amount_fen=team.amount_fen,
            signed=self.signed if signed is None else signed,
            team_confirmed=team.status == "confirmed" and not self.closed,
            due_at=self.due_at,
        )
