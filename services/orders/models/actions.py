"""The calendar of a round's actions."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.orders.models.base import Base
from services.orders.models.rounds import Round
from services.orders.rules.action import ActionFacts
from services.orders.rules.content import ActionOffered
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Action(Row, Base):
    """Some days in some counties (12-digit codes)."""

    __tablename__ = "actions"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "name", name="uq_actions_name"),
        sa.Index("ix_actions_status", "status"),
    )

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rounds.id"))
    status: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    divisions: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    status_reason: Mapped[str] = mapped_column(default="")
    round: Mapped[Round] = relationship(lazy="raise")

    def facts(self, unknown: Sequence[str] = (), open_orders: int = 0) -> ActionFacts:
        return ActionFacts(
            status=self.status,
            name=self.name,
            kind=self.kind,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            divisions=self.divisions,
            round_status=self.round.status,
            round_division=self.round.division,
            unknown=unknown,
            open_orders=open_orders,
        )

    @property
    def offered(self) -> ActionOffered:
        return ActionOffered(self.name, self.status, self.divisions)


constraint_reasons(
    {
        "uq_actions_name": Reason(
            "action.duplicate", "本批次已有同名行动", "The round has an action of this name already", "/name"
        ),
    }
)
