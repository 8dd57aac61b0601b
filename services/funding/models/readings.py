"""Who read out money data."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from shared.db import new_id


class Reading(Base):
    """One export or report that was handed out: append-only. ``division`` is the reader's own, ``divisions`` are those
    of the rounds whose money it could show."""

    __tablename__ = "readings"
    __table_args__ = ({"info": {"rights": "select, insert"}},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(index=True)
    reader: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()))
    division: Mapped[str]
    divisions: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()))
    what: Mapped[str]
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    rows: Mapped[int]
