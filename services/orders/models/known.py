"""Known from other services."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.models.base import Base


class KnownClaim(Base):
    """A team that has an order or competes for one, from the teams service's events."""

    __tablename__ = "known_claims"

    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(index=True)
    live: Mapped[bool]


class TimelineEntry(Base):
    """What other services said about an order; its own story stands in the journal."""

    __tablename__ = "timeline"
    __table_args__ = (sa.Index("ix_timeline_order", "order_id", "at"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    at: Mapped[datetime]
    business_time: Mapped[datetime]
    type: Mapped[str]
    actor: Mapped[str]
    team_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
