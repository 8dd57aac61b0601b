"""Substitutes."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from services.funding.rules.substitute import SubstituteFacts
from shared.db import Row


class Substitute(Row, Base):
    """Who signs for whom, in which role and division, from the first to the last day (``ends_at`` is its midnight)."""

    __tablename__ = "substitutes"
    __table_args__ = (
        sa.CheckConstraint("substitute <> principal and substitute <> named_by", name="different_people"),
        sa.Index("ix_substitutes_ends_at", "ends_at", postgresql_where=sa.text("status = 'named'")),
    )

    role: Mapped[str]
    principal: Mapped[str]
    substitute: Mapped[str] = mapped_column(index=True)
    division: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    status: Mapped[str]
    named_by: Mapped[str]
    named_at: Mapped[datetime]
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None]

    @property
    def facts(self) -> SubstituteFacts:
        return SubstituteFacts(
            self.status, self.role, self.principal, self.substitute, self.division, self.starts_at, self.ends_at
        )
