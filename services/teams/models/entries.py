"""What a team does: service entries, indicators, and the liaison's one-time links."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from services.teams.rules.entry import EntryFacts
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Entry(Row, Base):
    """A service entry; ``id`` is made by the client, so that the same entry sent twice counts once."""

    __tablename__ = "entries"
    __table_args__ = (
        sa.Index("ix_entries_team_status", "team_id", "status"),
        sa.Index("ix_entries_person", "person_id", "served_on"),
    )

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    status: Mapped[str]
    served_on: Mapped[date]
    form: Mapped[str]
    days: Mapped[Decimal] = mapped_column(sa.Numeric(5, 1))
    beneficiaries: Mapped[int]
    served_units: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list, server_default="{}")
    problem: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[str] = mapped_column(default="", server_default="")
    sent_hash: Mapped[str] = mapped_column(default="", server_default="")
    """SHA-256 of the entry as the phone first sent it: sent again after it was put right it is still the same one."""

    @property
    def facts(self) -> EntryFacts:
        return EntryFacts(self.served_on, str(self.person_id), self.form, self.days, self.beneficiaries)


class Indicator(Row, Base):
    """A measurable target: baseline, target, and the actual value as last reported."""

    __tablename__ = "indicators"
    __table_args__ = (sa.Index("uq_indicators_name", "team_id", "name", unique=True),)

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    position: Mapped[int]
    name: Mapped[str]
    unit: Mapped[str]
    baseline: Mapped[Decimal] = mapped_column(sa.Numeric(16, 4))
    target: Mapped[Decimal] = mapped_column(sa.Numeric(16, 4))
    actual: Mapped[Decimal | None] = mapped_column(sa.Numeric(16, 4))


class ConfirmationLink(Row, Base):
    """A link sent to the liaison's phone: ``id`` is the nonce that the signed token carries. It opens nothing once
    the team's liaison has another phone. ``used_at``: when it was first used; ``asked``: by the liaison itself."""

    __tablename__ = "confirmation_links"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    phone_hash: Mapped[str] = mapped_column(default="", server_default="")
    sent_at: Mapped[datetime | None]
    asked: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


constraint_reasons(
    {
        "uq_indicators_name": Reason(
            "indicator.name_twice", "指标名称重复", "Two indicators have the same name", "/indicators"
        ),
    }
)
