"""City review: assessors of a cycle, their sheets, and every version of a score."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base, Points
from services.assessment.rules.review import ACTIVE
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Assessor(Row, Base):
    """Somebody whom the bureau named for a cycle. ``most``: the teams to be given at most."""

    __tablename__ = "assessors"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "person_id"),)

    cycle_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cycles.id"))
    person_id: Mapped[UUID]
    name: Mapped[str]
    unit_code: Mapped[str]
    unit_name: Mapped[str]
    most: Mapped[int]
    named_by: Mapped[str]


class Sheet(Row, Base):
    """One assessor's scoring of one team. ``score`` and ``scores`` (how many versions) are the newest's; ``reason``: how
    it ended."""

    __tablename__ = "sheets"
    __table_args__ = (
        sa.Index(
            "uq_sheets_once",
            "assessment_id",
            "person_id",
            unique=True,
            postgresql_where=sa.column("status").in_(ACTIVE),
        ),
        sa.Index("ix_sheets_person", "person_id", "status"),
        sa.Index("ix_sheets_cycle", "cycle_id"),
    )

    cycle_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cycles.id"))
    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessments.id"))
    person_id: Mapped[UUID]
    status: Mapped[str]
    score: Mapped[Decimal | None] = mapped_column(Points)
    scores: Mapped[int] = mapped_column(default=0)
    scored_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")


class SheetVersion(Row, Base):
    """A score as it was handed in; later ones stand beside it."""

    __tablename__ = "sheet_versions"
    __table_args__ = (sa.UniqueConstraint("sheet_id", "number"), {"info": {"rights": "select, insert"}})

    sheet_id: Mapped[UUID] = mapped_column(sa.ForeignKey("sheets.id"))
    number: Mapped[int]
    score: Mapped[Decimal] = mapped_column(Points)
    text: Mapped[str]
    handed_in_at: Mapped[datetime]


constraint_reasons(
    {
        "uq_sheets_once": Reason("sheet.given", "该专家已在评此团队", "This assessor has the team already"),
        "uq_assessors_cycle_id_person_id": Reason(
            "assessor.named", "刚由他人列入，请刷新", "Just named by someone else"
        ),
    }
)
