"""Tables of the orders service."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.orders.rules.order import OrderFacts
from services.orders.rules.round import RoundFacts
from shared.crypto import Encrypted
from shared.db import TYPES, Row, constraint_reasons, new_metadata
from shared.errors import Reason


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class Round(Row, Base):
    """One year's run of the programme. ``policy`` is the whole pinned policy set as a document."""

    __tablename__ = "rounds"
    __table_args__ = (
        sa.UniqueConstraint("prefix"),
        sa.Index("ix_rounds_closes", "closes_at", postgresql_where="status = 'open'"),
    )

    name: Mapped[str]
    year: Mapped[int]
    prefix: Mapped[str]
    division: Mapped[str]
    direction: Mapped[str] = mapped_column(default="demand")
    status: Mapped[str] = mapped_column(default="draft")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    policy: Mapped[dict[str, Any]] = mapped_column(JSONB)
    policy_hash: Mapped[str]
    numbers_given: Mapped[int] = mapped_column(default=0)

    @property
    def facts(self) -> RoundFacts:
        return RoundFacts(self.status, self.division, self.opens_at, self.closes_at)


class Order(Row, Base):
    """One need. The division's code and the place's name at the time are both kept."""

    __tablename__ = "orders"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "host_code", "title", name="uq_orders_import_key"),
        sa.Index("ix_orders_number", "number", unique=True),
        sa.Index("ix_orders_list", "round_id", "status", "id"),
        sa.Index("ix_orders_division", "round_id", "division"),
    )

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rounds.id"))
    status: Mapped[str] = mapped_column(default="draft")
    number: Mapped[str | None]
    title: Mapped[str]
    division: Mapped[str]
    place: Mapped[str]
    host_name: Mapped[str]
    host_code: Mapped[str]
    liaison_name: Mapped[str] = mapped_column(default="")
    liaison_phone: Mapped[str] = mapped_column(Encrypted, default="")
    industry: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    expected: Mapped[str] = mapped_column(default="")
    service_forms: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)
    expertise: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)
    people_wanted: Mapped[int | None]
    term_months: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    site_support: Mapped[str] = mapped_column(default="")
    key_place: Mapped[bool] = mapped_column(default=False)
    asked_fen: Mapped[int | None]
    remark: Mapped[str] = mapped_column(default="")
    status_reason: Mapped[str] = mapped_column(default="")
    merged_into: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    closes_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    round: Mapped[Round] = relationship(lazy="raise")

    @property
    def facts(self) -> OrderFacts:
        return OrderFacts(
            status=self.status,
            division=self.division,
            host_code=self.host_code,
            title=self.title,
            problem=self.problem,
            expected=self.expected,
            liaison_name=self.liaison_name,
            liaison_phone=self.liaison_phone,
            asked_fen=self.asked_fen,
            round_status=self.round.status,
            round_closes_at=self.round.closes_at,
        )


constraint_reasons(
    {
        "uq_rounds_prefix": Reason(
            "round.prefix_taken", "编号前缀已被其他批次使用", "The prefix belongs to another round", "/prefix"
        ),
        "uq_orders_import_key": Reason(
            "order.duplicate",
            "该单位已有同名需求",
            "This host already has an order of this title in the round",
            "/title",
        ),
    }
)

# --- Known from other services -------------------------------------------------------------------------------------


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
