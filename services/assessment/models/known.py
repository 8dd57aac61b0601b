"""Known from other services."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base, Points


class KnownRound(Base):
    """A round as orders opened it, with its pinned policy set."""

    __tablename__ = "known_rounds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    year: Mapped[int]
    prefix: Mapped[str]
    division: Mapped[str]
    policy: Mapped[dict[str, Any]] = mapped_column(JSONB)


class KnownTeam(Base):
    """A team since it was put on notice. ``stage`` is its last step told by teams; ``waiting``: it waits for
    a notice of the selection; ``ended_on``: the day on which its service ended or it left."""

    __tablename__ = "known_teams"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_rounds.id"), index=True)
    order_id: Mapped[UUID]
    order_number: Mapped[str]
    name: Mapped[str]
    lead_id: Mapped[UUID]
    lead_name: Mapped[str]
    unit_code: Mapped[str]
    unit_name: Mapped[str]
    division: Mapped[str]
    place: Mapped[str]
    amount_fen: Mapped[int]
    stage: Mapped[str]
    waiting: Mapped[bool]
    host_code: Mapped[str | None]
    host_name: Mapped[str] = mapped_column(default="", server_default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    agreed_days: Mapped[Decimal | None] = mapped_column(sa.Numeric(6, 1))
    agreed_visits: Mapped[int | None]
    ended_on: Mapped[date | None]


class KnownOrder(Base):
    """An order since it was published; ``status`` is its last step told by orders. An offer's division is the one from
    which it is offered: where a team serves, its own row says."""

    __tablename__ = "known_orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[str]
    title: Mapped[str]
    division: Mapped[str]
    place: Mapped[str]
    host_name: Mapped[str]
    industry: Mapped[str]
    key_place: Mapped[bool]
    direction: Mapped[str]
    tasks: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    status: Mapped[str]


class KnownPayment(Base):
    """Money that reached a payee or came back from one. ``id`` is the instalment or the repayment, ``amount_fen`` is
    negative for what came back, ``on`` the business day."""

    __tablename__ = "known_payments"
    __table_args__ = (sa.Index("ix_known_payments_team", "team_id", "on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID]
    team_id: Mapped[UUID]
    on: Mapped[date]
    amount_fen: Mapped[int]


class KnownMember(Base):
    """Somebody's time in a team: ``role`` is the last one, ``left_on`` the day of leaving or, ``to_the_end``, of the
    team's end."""

    __tablename__ = "known_members"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    joined_on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    unit_code: Mapped[str] = mapped_column(index=True)
    unit_name: Mapped[str]
    left_on: Mapped[date | None]
    to_the_end: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class KnownMerge(Base):
    """A second record of one person, and the one that stays."""

    __tablename__ = "known_merges"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    into: Mapped[UUID] = mapped_column(index=True)


class KnownSuspension(Base):
    """Somebody may not apply. ``running`` until it ends or is lifted."""

    __tablename__ = "known_suspensions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    running: Mapped[bool]


class KnownEntry(Base):
    """A service entry that the host confirmed. ``person_id``: who came; None as long as teams did not say."""

    __tablename__ = "known_entries"
    __table_args__ = (sa.Index("ix_known_entries_team_year", "team_id", "served_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"))
    person_id: Mapped[UUID | None]
    served_on: Mapped[date]
    days: Mapped[Decimal] = mapped_column(sa.Numeric(6, 1))
    beneficiaries: Mapped[int] = mapped_column(default=0, server_default="0")
    form: Mapped[str] = mapped_column(default="", server_default="")
    served_units: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list, server_default="{}")


class KnownRating(Base):
    """How satisfied the host is, as its liaison last said it on the phone. ``used``: it has served a cycle."""

    __tablename__ = "known_ratings"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), primary_key=True)
    satisfaction: Mapped[Decimal] = mapped_column(Points)
    rated_at: Mapped[datetime]
    used: Mapped[bool] = mapped_column(default=False)


class KnownIndicator(Base):
    """An agreed indicator with its latest report, if any."""

    __tablename__ = "known_indicators"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str]
    baseline: Mapped[Decimal] = mapped_column(sa.Numeric(18, 4))
    target: Mapped[Decimal] = mapped_column(sa.Numeric(18, 4))
    actual: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 4))


class KnownStand(Base):
    """How an indicator stood from a day on: every agreement, amendment and report leaves one, so that a year's report
    says what was true at the end of its year, whenever it is made."""

    __tablename__ = "known_stands"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    unit: Mapped[str]
    baseline: Mapped[Decimal] = mapped_column(sa.Numeric(18, 4))
    target: Mapped[Decimal] = mapped_column(sa.Numeric(18, 4))
    actual: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 4))
