"""Commendations."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from services.assessment.rules.commendation import CommendationFacts
from shared.db import Standing


class Commendation(Standing, Base):
    """A person or a unit that was commended: by whom, when, what for."""

    __tablename__ = "commendations"

    division: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    name: Mapped[str]
    title: Mapped[str]
    granted_by: Mapped[str]
    granted_on: Mapped[date] = mapped_column(index=True)
    reason: Mapped[str]
    entered_by: Mapped[str]
    withdrawn_reason: Mapped[str] = mapped_column(default="")

    @property
    def facts(self) -> CommendationFacts:
        return CommendationFacts(self.status, self.division, self.name, self.title, self.reason, self.granted_on)
