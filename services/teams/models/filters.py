"""Saved filters."""

from services.teams.models.base import Base
from shared.filters import FilterRow


class Filter(FilterRow, Base):
    """What somebody asks the list of teams for again and again."""

    __tablename__ = "filters"
