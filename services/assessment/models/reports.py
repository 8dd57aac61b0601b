"""Reports of a year, and the pictures that they show."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from shared.db import Row, Standing, constraint_reasons
from shared.errors import Reason


class Report(Standing, Base):
    """A report of a county, the city or a sector (``sector``: the industry, as orders name it; empty for all of them).
    ``unit_code``: of the department that writes it, empty for an office's. ``content`` is frozen when it is handed in and again when it is issued, with its
    hash and signature; from then on a trigger keeps it. ``number``: 1, 2, …, a later one corrects an issued one.
    ``reason``: of the last return, of its withdrawal, or why the city's went without a county."""

    __tablename__ = "reports"
    __table_args__ = (
        sa.Index(
            "uq_reports_year_division_sector_number",
            "year",
            "division",
            "sector",
            "number",
            unique=True,
            postgresql_where=sa.text("status <> 'withdrawn'"),
        ),
        sa.Index(
            "uq_reports_open",
            "year",
            "division",
            "sector",
            unique=True,
            postgresql_where=sa.text("status not in ('issued', 'withdrawn')"),
        ),
    )

    kind: Mapped[str]
    year: Mapped[int]
    division: Mapped[str] = mapped_column(index=True)
    sector: Mapped[str] = mapped_column(default="", server_default="")
    unit_code: Mapped[str] = mapped_column(default="", server_default="")
    number: Mapped[int]
    text: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    drafted_by: Mapped[str]
    submitted_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    content_hash: Mapped[str | None]
    signature_key: Mapped[str | None]
    signature: Mapped[str | None]


class ReportPicture(Row, Base):
    """A picture as an issued report shows it: made smaller, without what the camera wrote into it. Never changed."""

    __tablename__ = "report_pictures"
    __table_args__ = (sa.UniqueConstraint("report_id", "sha256"), {"info": {"rights": "select, insert"}})

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id"))
    sha256: Mapped[str]
    content: Mapped[bytes]


constraint_reasons(
    {
        "uq_reports_open": Reason(
            "report.exists", "该年度报告正在办理", "The report of this year is under way", "/year"
        ),
        "uq_reports_year_division_sector_number": Reason(
            "report.exists", "该年度报告正在办理", "Under way already", "/year"
        ),
    }
)
