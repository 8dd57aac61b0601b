"""Benefits."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from shared.db import Row


class Benefit(Row, Base):
    """A policy benefit that a grade gives to a person of the team (the lead: members are not told here)."""

    __tablename__ = "benefits"
    __table_args__ = (sa.UniqueConstraint("assessment_id", "person_id", "kind"),)

    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessments.id"))
    round_id: Mapped[UUID] = mapped_column(index=True)
    order_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    status: Mapped[str]
