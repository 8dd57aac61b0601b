"""Appropriations, and every change of one."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from shared.db import Row, new_id


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


class AppropriationChange(Base):
    """One change of what a round was given, or of what is left of it, with the papers it stands on: append-only.
    ``event`` is the ledger's (``rules.ledger.ROUND_EVENTS``), ``appropriation_fen`` what the round was given after it.
    A carry-over is two changes, the later one linked to the earlier."""

    __tablename__ = "appropriation_changes"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.Index("ix_appropriation_changes_round_id_id", "round_id", "id"),
        {"info": {"rights": "select, insert"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID]
    event: Mapped[str]
    amount_fen: Mapped[int]
    appropriation_fen: Mapped[int]
    reason: Mapped[str]
    budget_indicator: Mapped[str | None]
    document: Mapped[str | None]
    actor: Mapped[str]
    business_time: Mapped[datetime]
    transaction_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_transactions.id"), unique=True)
    linked_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("appropriation_changes.id"), unique=True)
