"""Instalments."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from services.funding.rules.instalment import InstalmentFacts
from shared.db import Row


class Instalment(Row, Base):
    """One payment of an award. The three names are the people (``sub``) of the present request; they differ.
    A milestone's instalment has its name, and when in the term it is planned."""

    __tablename__ = "instalments"
    __table_args__ = (
        sa.UniqueConstraint("award_id", "number"),
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.CheckConstraint(
            "approved_by <> requested_by and second_approved_by <> requested_by and second_approved_by <> approved_by",
            name="different_people",
        ),
        sa.Index("ix_instalments_round_id_status", "round_id", "status"),
    )

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"))
    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
    team_id: Mapped[UUID]
    number: Mapped[int]
    amount_fen: Mapped[int]
    gates: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()))
    zh: Mapped[str] = mapped_column(server_default="", default="")
    en: Mapped[str] = mapped_column(server_default="", default="")
    planned_percent: Mapped[int | None]
    status: Mapped[str]
    payee_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("payees.id"))
    budget_indicator: Mapped[str | None]
    functional_class: Mapped[str | None]
    economic_class: Mapped[str | None]
    requested_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    second_approved_by: Mapped[str | None]
    rejected_reason: Mapped[str | None]
    voucher: Mapped[str | None]
    due_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]

    @property
    def facts(self) -> InstalmentFacts:
        people = (self.requested_by, self.approved_by, self.second_approved_by)
        return InstalmentFacts(self.status, self.amount_fen, tuple(self.gates), tuple(p for p in people if p))

    def forget_signatures(self) -> None:
        """A new request starts without the signatures of the last one."""
        self.requested_by = self.approved_by = self.second_approved_by = None
