"""How far a round has come towards its yearly targets, from what the teams service says."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.models.base import Base


class ProgressTeam(Base):
    """A confirmed team of a round; ``stage``: confirmed, serving, concluded. One that leaves is forgotten, and its
    people with it."""

    __tablename__ = "progress_teams"
    __table_args__ = (sa.Index("ix_progress_teams_round", "round_id", "stage"),)

    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
    stage: Mapped[str]


class ProgressExpert(Base):
    """An expert who serves in a team, or served until it was concluded. Whoever was replaced or left does not
    count any more."""

    __tablename__ = "progress_experts"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("progress_teams.team_id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)


class ProgressFirm(Base):
    """A unit that was served, by its credit code, as a confirmed entry says. Stays when the team leaves: it was
    served."""

    __tablename__ = "progress_firms"
    __table_args__ = (sa.Index("ix_progress_firms_round", "round_id", "order_id"),)

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
