"""Departments' subscriptions, what is sent to them, and every try."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from services.assessment.rules.happening import Wanted
from shared.crypto import Encrypted
from shared.db import Row, Standing


class Subscription(Standing, Base):
    """A department's address and what it wants. The address is ciphertext, since many hold a token; ``division`` is
    whose office looks after it. ``rests_until`` (wall time): its receiver asked for a pause."""

    __tablename__ = "subscriptions"

    unit_code: Mapped[str] = mapped_column(index=True)
    division: Mapped[str]
    name: Mapped[str]
    address: Mapped[str] = mapped_column(Encrypted())
    wants: Mapped[list[str]] = mapped_column(JSONB)
    of_division: Mapped[str] = mapped_column(default="")
    of_round: Mapped[UUID | None]
    secret: Mapped[str] = mapped_column(Encrypted())
    former_secret: Mapped[str | None] = mapped_column(Encrypted())
    former_until: Mapped[datetime | None]
    rests_until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    created_by: Mapped[str]

    @property
    def wanted(self) -> Wanted:
        return Wanted(frozenset(self.wants), self.of_division, self.of_round)

    def keys(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign at ``now`` (business time), the newest first."""
        overlaps = self.former_secret is not None and self.former_until is not None and now < self.former_until
        return (self.secret, self.former_secret) if overlaps and self.former_secret else (self.secret,)


class Delivery(Row, Base):
    """One happening on its way to one subscription. ``sequence`` counts what the subscription was told of this
    subject. ``tries`` since it was written or replayed, ``sent`` in all. ``next_try_at`` is wall time, empty for at
    once; ``happened_at`` business time."""

    __tablename__ = "deliveries"
    __table_args__ = (
        sa.UniqueConstraint("subscription_id", "subject", "sequence"),
        sa.Index("ix_deliveries_waiting", "subscription_id", "id", postgresql_where=sa.text("status = 'waiting'")),
        sa.Index(
            "ix_deliveries_order",
            "subscription_id",
            "subject",
            "sequence",
            postgresql_where=sa.text("status = 'waiting'"),
        ),
        sa.Index("ix_deliveries_happened", "subscription_id", "happened_at"),
    )

    subscription_id: Mapped[UUID] = mapped_column(sa.ForeignKey("subscriptions.id"))
    kind: Mapped[str]
    subject: Mapped[str]
    sequence: Mapped[int]
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    happened_at: Mapped[datetime]
    body: Mapped[bytes]
    status: Mapped[str]
    tries: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    sent: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    @property
    def message_id(self) -> str:
        """``webhook-id``: the same at every try."""
        return f"msg_{self.id.hex}"


class DeliveryTry(Base):
    """One try that was noted, for good. Wall time; ``answer`` is the beginning of a failed one."""

    __tablename__ = "delivery_tries"
    __table_args__ = ({"info": {"rights": "select, insert"}},)

    delivery_id: Mapped[UUID] = mapped_column(sa.ForeignKey("deliveries.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    status_code: Mapped[int | None]
    failure: Mapped[str]
    took_ms: Mapped[int]
    answer: Mapped[str]


class DeliveryOrder(Base):
    """The last number that a subscription's subject has been given; its lock makes the order that of the commits."""

    __tablename__ = "delivery_orders"

    subscription_id: Mapped[UUID] = mapped_column(sa.ForeignKey("subscriptions.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int]
