"""Why orders were sent back."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.models.base import Base
from shared.db import new_id


class OrderReturn(Base):
    """One return with its reason, which is free text and so does not travel in the event."""

    __tablename__ = "order_returns"
    __table_args__ = (sa.Index("ix_order_returns_order", "order_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(sa.ForeignKey("orders.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    role: Mapped[str]
    reason: Mapped[str]
