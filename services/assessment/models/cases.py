"""Exemplary cases."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from services.assessment.rules.case import CaseFacts
from shared.db import Standing


class Case(Standing, Base):
    """A case as it was handed in for a year's report. ``consent``: how who is named or shown agreed; ``unit_code`` is
    empty when a district handed it in."""

    __tablename__ = "cases"

    year: Mapped[int] = mapped_column(index=True)
    division: Mapped[str] = mapped_column(index=True)
    unit_code: Mapped[str]
    team_id: Mapped[UUID | None]
    title: Mapped[str]
    text: Mapped[str]
    consent: Mapped[str]
    handed_in_by: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")

    @property
    def facts(self) -> CaseFacts:
        return CaseFacts(self.status, self.title, self.text, self.consent, self.division, self.unit_code)
