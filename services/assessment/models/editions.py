"""Editions: append-only."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from shared.db import Row


class Edition(Row, Base):
    """What was published at one time, signed: ``signature`` (base64) is of the canonical ``content``, by the key of that
    name; editions from before signatures have none. A trigger keeps the row from ever being changed or deleted."""

    __tablename__ = "editions"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "number"), {"info": {"rights": "select, insert"}})

    cycle_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cycles.id"))
    round_id: Mapped[UUID] = mapped_column(index=True)
    year: Mapped[int]
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str]
    signature_key: Mapped[str | None]
    signature: Mapped[str | None]
