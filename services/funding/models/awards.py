"""Awards."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from services.funding.models.instalments import Instalment
from services.funding.rules import award as award_rules
from services.funding.rules.award import AwardFacts
from shared.db import Row, constraint_reasons
from shared.errors import Reason

_ENDED = ", ".join(f"'{status}'" for status in award_rules.ENDED)


class Award(Row, Base):
    """The money of one proposal of a team. ``short_fen`` is what the budget lacked when it was refused; ``cleared_at``:
    since then the ground of its revocation is gone; ``team_gone``: its team was dissolved for it and is not back."""

    __tablename__ = "awards"
    __table_args__ = (
        sa.UniqueConstraint("team_id", "proposal"),
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.Index("uq_awards_live_team", "team_id", unique=True, postgresql_where=sa.text(f"status not in ({_ENDED})")),
        sa.Index("ix_awards_round_id_status", "round_id", "status"),
        sa.Index("ix_awards_lead_id", "lead_id"),
        sa.Index("ix_awards_payee_unit_code", "payee_unit_code"),
    )

    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
    team_id: Mapped[UUID]
    proposal: Mapped[int]
    continues_team_id: Mapped[UUID | None]
    continues_award_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("awards.id"))
    warnings: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()), default=list, server_default="{}")
    """Codes of what the policy lets pass, but an office should know."""
    order_number: Mapped[str] = mapped_column(default="", server_default="")
    team_name: Mapped[str] = mapped_column(default="", server_default="")
    division: Mapped[str] = mapped_column(default="", server_default="")
    amount_fen: Mapped[int]
    short_fen: Mapped[int] = mapped_column(default=0)
    lead_id: Mapped[UUID | None]
    status: Mapped[str]
    payee_unit_code: Mapped[str | None]
    payee_unit_name: Mapped[str | None]
    agreed_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    accounted_at: Mapped[datetime | None]
    hold_reason: Mapped[str | None]
    ended_reason: Mapped[str | None]
    cleared_at: Mapped[datetime | None]
    team_gone: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    def facts(
        self, instalments: "list[Instalment]", recovered_fen: int = 0, missing_fen: int = 0, unaccounted: bool = False
    ) -> AwardFacts:
        statuses = tuple(instalment.status for instalment in instalments)
        concluded = self.concluded_at is not None
        return AwardFacts(self.status, self.amount_fen, statuses, concluded, recovered_fen, missing_fen, unaccounted)

    @property
    def ids(self) -> dict[str, UUID]:
        """What every event about an award names."""
        return {
            "award_id": self.id,
            "round_id": self.round_id,
            "order_id": self.order_id,
            "team_id": self.team_id,
        }


constraint_reasons(
    {
        "uq_awards_live_team": Reason("award.team_has_one", "该专家服务团已有资助", "The team has an award already"),
    }
)
