"""Training before the post."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from shared.db import Row


class Training(Row, Base):
    """What a team was taught before its people took up the post; ``hours`` are class hours (学时)."""

    __tablename__ = "trainings"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), unique=True)
    trained_on: Mapped[date]
    course: Mapped[str]
    hours: Mapped[Decimal] = mapped_column(sa.Numeric(6, 1))
    place: Mapped[str]
