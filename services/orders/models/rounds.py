"""Rounds."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.models.base import Base
from services.orders.rules.round import RoundFacts
from shared.contracts.policy_document import policy_set
from shared.db import Row, constraint_reasons
from shared.errors import Reason


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
    quotas: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default="{}")
    key_places: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list, server_default="{}")

    @property
    def facts(self) -> RoundFacts:
        switches = policy_set(self.policy).switches
        return RoundFacts(self.status, self.division, self.opens_at, self.closes_at, switches=switches)


constraint_reasons(
    {
        "uq_rounds_prefix": Reason(
            "round.prefix_taken", "编号前缀已被其他批次使用", "The prefix belongs to another round", "/prefix"
        ),
    }
)
