"""Appropriations."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from shared.db import Row


class Appropriation(Row, Base):
    """What a round was given, as last set; every change is a booking with its ground."""

    __tablename__ = "appropriations"
    __table_args__ = (sa.CheckConstraint("amount_fen >= 0", name="not_negative"),)

    round_id: Mapped[UUID] = mapped_column(unique=True)
    amount_fen: Mapped[int]
    reason: Mapped[str]

    @property
    def status(self) -> str:
        """An appropriation has no lifecycle: it is set, and set again."""
        return "set"
