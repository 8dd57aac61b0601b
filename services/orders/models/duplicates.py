"""Pairs of orders that a person has said are no duplicates."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.models.base import Base


class DismissedDuplicate(Base):
    """``one`` has the lesser id. The pair is not suggested again."""

    __tablename__ = "dismissed_duplicates"
    __table_args__ = (sa.Index("ix_dismissed_duplicates_round", "round_id"),)

    one: Mapped[UUID] = mapped_column(primary_key=True)
    other: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID]
    by: Mapped[str]
    at: Mapped[datetime]
