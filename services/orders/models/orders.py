"""Orders."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.orders.models.base import Base
from services.orders.models.rounds import Round
from services.orders.rules.order import SHOWN, OrderFacts
from shared.contracts.policy_document import policy_set
from shared.crypto import Encrypted
from shared.db import Standing, constraint_reasons
from shared.errors import Reason

_SHOWN = sa.column("status").in_(SHOWN)
_HIDDEN = sa.column("status").not_in(SHOWN)


class Order(Standing, Base):
    """One need. The division's code and the place's name at the time are both kept.

    Lists are walked in the order of an index: of all orders, of those that everybody sees, of those that only their
    host and the offices of their division see (few at a time)."""

    __tablename__ = "orders"
    __table_args__ = (
        sa.UniqueConstraint(
            "round_id",
            "host_code",
            "title",
            "offered_by",
            name="uq_orders_import_key",
            postgresql_nulls_not_distinct=True,
        ),
        sa.Index("ix_orders_offered_by", "offered_by", postgresql_where=sa.text("offered_by is not null")),
        sa.Index("ix_orders_number", "number", unique=True),
        sa.Index("ix_orders_list", "round_id", "status", "created_at", "id"),
        sa.Index("ix_orders_round", "round_id", "created_at", "id"),
        sa.Index("ix_orders_division", "round_id", "division"),
        sa.Index("ix_orders_merged", "merged_into", postgresql_where=sa.text("merged_into is not null")),
        sa.Index("ix_orders_closes", "closes_at", postgresql_where=sa.text("status = 'published'")),
        sa.Index("ix_orders_round_number", "round_id", "number", postgresql_where=sa.column("number").is_not(None)),
        sa.Index(
            "ix_orders_words",
            sa.text("order_words(searched, division, created_at)"),
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 128},
        ),
        sa.Index("ix_orders_all", "created_at", "id"),
        sa.Index("ix_orders_status", "status", "created_at", "id"),
        sa.Index("ix_orders_title", "title", "id"),
        sa.Index("ix_orders_place", "division", "id"),
        sa.Index("ix_orders_city", sa.text('"left"(division, 4)'), "created_at", "id"),
        sa.Index("ix_orders_county", sa.text('"left"(division, 6)'), "created_at", "id"),
        sa.Index("ix_orders_hidden_title", sa.text('"left"(division, 2)'), "title", "id", postgresql_where=_HIDDEN),
        sa.Index(
            "ix_orders_hidden_status",
            sa.text('"left"(division, 6)'),
            "status",
            "created_at",
            "id",
            postgresql_where=_HIDDEN,
        ),
        sa.Index("ix_orders_shown", "created_at", "id", postgresql_where=_SHOWN),
        sa.Index("ix_orders_hidden_host", "host_code", "created_at", "id", postgresql_where=_HIDDEN),
        *(
            sa.Index(
                f"ix_orders_hidden_{size}",
                sa.text(f'"left"(division, {size})'),
                "created_at",
                "id",
                postgresql_where=_HIDDEN,
            )
            for size in (2, 4, 6, 9)
        ),
    )

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rounds.id"))
    status: Mapped[str] = mapped_column(default="draft")
    number: Mapped[str | None]
    title: Mapped[str]
    division: Mapped[str]
    place: Mapped[str]
    host_name: Mapped[str]
    host_code: Mapped[str]
    direction: Mapped[str] = mapped_column(default="demand")
    offered_by: Mapped[UUID | None]
    """An offer's expert, by their id in the registry. An offer has a host only while a team has it."""
    expert_name: Mapped[str] = mapped_column(default="")
    expert_unit: Mapped[str] = mapped_column(default="")
    liaison_name: Mapped[str] = mapped_column(default="")
    liaison_phone: Mapped[str] = mapped_column(Encrypted, default="")
    industry: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    expected: Mapped[str] = mapped_column(default="")
    service_forms: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)
    expertise: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)
    people_wanted: Mapped[int | None]
    kind: Mapped[str] = mapped_column(default="", server_default="")
    tasks: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list, server_default="{}")
    action_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("actions.id"), index=True)
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
    late_until: Mapped[datetime | None]
    late_reason: Mapped[str] = mapped_column(default="", server_default="")
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
            direction=self.direction,
            round_direction=self.round.direction,
            offered_by=str(self.offered_by or ""),
            expert_name=self.expert_name,
            expert_unit=self.expert_unit,
            kind=self.kind,
            tasks=tuple(self.tasks),
            switches=policy_set(self.round.policy).switches,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            late_until=self.late_until,
        )


SEARCHED = sa.Column(
    "searched",
    sa.Text,
    sa.Computed("order_text(number, title, place, host_name, industry, problem, expected, expertise)", persisted=True),
)
"""The public texts of an order as search reads them; the database keeps it in step with them. No attribute of
``Order``: nobody else reads it."""
Order.__table__.append_column(SEARCHED)  # type: ignore[attr-defined]


constraint_reasons(
    {
        "uq_orders_import_key": Reason(
            "order.duplicate",
            "该单位（专家）在本批次已有同名订单",
            "This host or expert already has an order of this title in the round",
            "/title",
        ),
    }
)
