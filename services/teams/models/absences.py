"""What the host says of a team: how satisfied it is, and that the team did not come."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from services.teams.models.teams import Team
from services.teams.rules.absence import AbsenceFacts
from shared.db import Row, Standing


class HostRating(Row, Base):
    """How satisfied the host was at one time; the newest counts."""

    __tablename__ = "host_ratings"
    __table_args__ = (sa.Index("ix_host_ratings_team", "team_id", "id"),)

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    satisfaction: Mapped[int] = mapped_column(sa.SmallInteger)
    comment: Mapped[str]
    rated_at: Mapped[datetime]
    rated_by: Mapped[str]


class Absence(Standing, Base):
    """The team did not come on a day it was expected."""

    __tablename__ = "absences"
    __table_args__ = (
        sa.Index("uq_absences_day", "team_id", "expected_on", unique=True),
        sa.Index("ix_absences_open", "team_id", postgresql_where=sa.column("status") != "settled"),
    )

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    expected_on: Mapped[date]
    words: Mapped[str]
    reported_at: Mapped[datetime]
    reported_by: Mapped[str]
    due_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    upheld: Mapped[bool | None]
    finding: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(default="")

    def facts(self, team: Team) -> AbsenceFacts:
        return AbsenceFacts(self.status, str(team.lead_id), team.division, self.due_at)
