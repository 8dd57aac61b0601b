"""Decisions about claims, what the bureau put on record about them, and appeals."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Remark(Row, Base):
    """What the bureau put on record about a claim, in words: an ``exception`` from the screening, or what a
    ``discussion`` of far apart scores came to. ``made_by`` is the token's subject."""

    __tablename__ = "remarks"
    __table_args__ = (sa.Index("ix_remarks_team", "team_id", "kind"),)

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    kind: Mapped[str]
    words: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]

    @property
    def status(self) -> str:
        """Words on record have no lifecycle."""
        return "recorded"


class Decision(Row, Base):
    """What became of a claim; decided anew, it gets another one, and the newest counts. ``decided_by`` is the token's
    subject; for a claim that ended because another was chosen, of whoever chose that one. ``reasons`` are the letter's,
    in both languages; ``finding`` is what the panel had found by then."""

    __tablename__ = "decisions"
    __table_args__ = (
        sa.Index("ix_decisions_team", "team_id", "id"),
        sa.Index("ix_decisions_round", "round_id", "outcome"),
    )

    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    outcome: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    amount_fen: Mapped[int]
    rank: Mapped[int | None]
    order_rank: Mapped[int | None]
    reserve_rank: Mapped[int | None]
    finding: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    stated: Mapped[str] = mapped_column(default="")


class Appeal(Row, Base):
    """An appeal against a decision. Grounds and answer stay here."""

    __tablename__ = "appeals"
    __table_args__ = (
        sa.Index(
            "uq_appeals_decision", "decision_id", unique=True, postgresql_where=sa.column("status") != "withdrawn"
        ),
        sa.Index("ix_appeals_list", "created_at", "id"),
    )

    round_id: Mapped[UUID] = mapped_column(index=True)
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    decision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("decisions.id"))
    status: Mapped[str]
    grounds: Mapped[str]
    lodged_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="")


constraint_reasons(
    {
        "uq_appeals_decision": Reason(
            "appeal.once", "对同一决定只能申请一次复核", "One appeal against each decision", "/status"
        ),
    }
)
