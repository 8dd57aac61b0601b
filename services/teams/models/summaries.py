"""What a team sums up every half year and at the end."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from services.teams.models.teams import Team
from services.teams.rules.summary import Kind, SummaryFacts
from shared.db import Standing


class Summary(Standing, Base):
    """``number`` counts a team's half years from 1; the final summary has 0. ``attachments``: files of the team or of
    its entries, such as pictures of an exemplary case. ``submitted_at``: the first time, which decides about late."""

    __tablename__ = "summaries"
    __table_args__ = (sa.Index("uq_summaries_period", "team_id", "kind", "number", unique=True),)

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    kind: Mapped[Kind] = mapped_column(sa.Text)
    number: Mapped[int] = mapped_column(sa.SmallInteger)
    period_from: Mapped[date]
    period_to: Mapped[date]
    due_at: Mapped[datetime]
    sections: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    attachments: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), default=list)
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str] = mapped_column(default="")
    judged_at: Mapped[datetime | None]
    judged_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")

    def facts(self, team: Team) -> SummaryFacts:
        return SummaryFacts(self.status, self.sections, team.division)
