"""Saved filters."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.models.base import Base
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Filter(Row, Base):
    """A search that somebody asks for again and again. ``owner`` is the token's ``sub``: nobody else sees it."""

    __tablename__ = "filters"
    __table_args__ = (sa.UniqueConstraint("owner", "name", name="uq_filters_name"),)

    owner: Mapped[str]
    name: Mapped[str]
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)


constraint_reasons(
    {
        "uq_filters_name": Reason(
            "filter.name_taken", "您已有同名筛选", "You have a filter of this name already", "/name"
        ),
    }
)
