"""What became of instructions of which the bank could not say, by two people."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base, different_people
from services.funding.rules.resolution import ResolutionFacts
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Resolution(Row, Base):
    """``reason`` is the evidence, ``voucher`` the bank's number; ``…_for`` are those in whose place a substitute signed."""

    __tablename__ = "resolutions"
    __table_args__ = (
        sa.CheckConstraint("result in ('paid', 'returned')", name="result"),
        sa.CheckConstraint(
            f"status <> 'confirmed' or decided_by is not null and {different_people('proposed', 'decided')}",
            name="two_people",
        ),
        sa.Index(
            "uq_resolutions_proposed", "instruction_id", unique=True, postgresql_where=sa.text("status = 'proposed'")
        ),
    )

    instruction_id: Mapped[UUID] = mapped_column(sa.ForeignKey("instructions.id"), index=True)
    batch_id: Mapped[UUID]
    round_id: Mapped[UUID] = mapped_column(index=True)
    amount_fen: Mapped[int]
    status: Mapped[str]
    result: Mapped[str]
    voucher: Mapped[str | None]
    reason: Mapped[str]
    ground: Mapped[str | None]
    proposed_by: Mapped[str]
    proposed_for: Mapped[str | None]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_for: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_reason: Mapped[str | None]

    @property
    def facts(self) -> ResolutionFacts:
        return ResolutionFacts(self.status, self.proposed_by, self.proposed_for or "")


constraint_reasons(
    {
        "uq_resolutions_proposed": Reason(
            "resolution.pending",
            "该指令已有待复核的认定",
            "A resolution of this instruction waits to be confirmed already",
        ),
    }
)
