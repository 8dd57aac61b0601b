"""Saved filters."""

from services.orders.models.base import Base
from shared.filters import FilterRow


class Filter(FilterRow, Base):
    """What somebody asks the list of orders for again and again."""

    __tablename__ = "filters"
