"""Whom units put forward for a round."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Nomination(Row, Base):
    """One person put forward for one round by the unit that they had then. ``team_id`` is the team that has them."""

    __tablename__ = "nominations"
    __table_args__ = (
        sa.Index(
            "uq_nominations_once",
            "round_id",
            "person_id",
            unique=True,
            postgresql_where=sa.column("status") != "withdrawn",
        ),
        sa.Index("ix_nominations_list", "round_id", "created_at", "id"),
        sa.Index("ix_nominations_person", "person_id"),
        sa.Index("ix_nominations_unit", "unit_code"),
    )

    round_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    person_name: Mapped[str]
    unit_code: Mapped[str]
    unit_name: Mapped[str]
    status: Mapped[str]
    wish: Mapped[str] = mapped_column(default="")
    grounds: Mapped[str] = mapped_column(default="")
    nominated_at: Mapped[datetime]
    team_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    reason: Mapped[str] = mapped_column(default="")


constraint_reasons(
    {
        "uq_nominations_once": Reason(
            "nomination.nominated_already",
            "该人选在本批次已被推荐",
            "This person has been nominated for the round already",
            "/person_id",
        ),
    }
)
