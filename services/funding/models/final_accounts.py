"""Final accounts (决算)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from services.funding.rules.final_account import FinalAccountFacts
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class FinalAccount(Row, Base):
    """The one final account of an award. ``signed``: everybody who wrote or handed it in. The figures are computed until
    it is accepted, and frozen here then; ``recovery_id`` claims what was left."""

    __tablename__ = "final_accounts"
    __table_args__ = (
        sa.UniqueConstraint("award_id"),
        sa.CheckConstraint("status <> 'accepted' or decided_by <> all(signed)", name="two_people"),
        sa.CheckConstraint(
            "status <> 'accepted' or (received_fen is not null and accepted_fen is not null and lines is not null "
            "and unspent_fen is not distinct from greatest(received_fen - accepted_fen, 0))",
            name="frozen",
        ),
        sa.Index("ix_final_accounts_round_id_status", "round_id", "status"),
    )

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"))
    round_id: Mapped[UUID]
    team_id: Mapped[UUID]
    status: Mapped[str]
    summary: Mapped[str]
    variance: Mapped[str]
    signed: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()))
    submitted_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_reason: Mapped[str | None]
    received_fen: Mapped[int | None]
    accepted_fen: Mapped[int | None]
    unspent_fen: Mapped[int | None]
    lines: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    recovery_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("recoveries.id"))

    def facts(self, files: tuple[str, ...] = ()) -> FinalAccountFacts:
        return FinalAccountFacts(self.status, self.variance, tuple(self.signed), self.decided_by or "", files)


constraint_reasons(
    {
        "uq_final_accounts_award_id": Reason(
            "final_account.exists", "该资助已有决算", "The award has its final account already"
        ),
    }
)
