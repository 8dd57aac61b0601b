"""Values of indicators as they were reported, each with its evidence."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from shared.db import Standing


class Report(Standing, Base):
    """One reported value. It names the indicator, which an amendment may take out of the agreement. ``attachments``:
    files of the team or of its entries. ``words``: what the host says against it."""

    __tablename__ = "reports"
    __table_args__ = (sa.Index("ix_reports_team", "team_id", "name", "id"),)

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    name: Mapped[str]
    unit: Mapped[str]
    actual: Mapped[Decimal] = mapped_column(sa.Numeric(16, 4))
    note: Mapped[str]
    attachments: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid))
    reported_at: Mapped[datetime]
    reported_by: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(default="")
