"""Known from other services."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from services.teams.rules.rating import Asked


class KnownRound(Base):
    """A round as its events tell it; ``phase`` is the last of them: open, closed, decided, …"""

    __tablename__ = "known_rounds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    year: Mapped[int]
    division: Mapped[str]
    direction: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    phase: Mapped[str]
    policy: Mapped[dict[str, Any]] = mapped_column(JSONB)


class KnownOrder(Base):
    """A published order. ``published`` while open to claims, ``unclaimed`` when nobody had come by the end of the
    window; ``closes_at`` when not the round's. An offer (``direction`` supply) has no host: ``offered_by`` is the
    expert of the registry who offers, division and place are where the offer comes from. What an order
    needs (industry, expertise, term) is for finding it a team."""

    __tablename__ = "known_orders"
    __table_args__ = (sa.Index("ix_known_orders_open", "round_id", "id", postgresql_where=sa.column("published")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID]
    number: Mapped[str]
    title: Mapped[str]
    division: Mapped[str]
    place: Mapped[str]
    host_name: Mapped[str]
    host_code: Mapped[str]
    direction: Mapped[str] = mapped_column(default="demand")
    offered_by: Mapped[UUID | None]
    industry: Mapped[str] = mapped_column(server_default="")
    expertise: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    key_place: Mapped[bool] = mapped_column(server_default=sa.false())
    published: Mapped[bool]
    unclaimed: Mapped[bool] = mapped_column(default=False)
    closes_at: Mapped[datetime | None]
    service_forms: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=sa.text("'[]'"))
    people_wanted: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    asked_fen: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))


class KnownDuty(Base):
    """Something that the assessment service waits for, until it is done: ``code`` as in ``queries.duties``, ``id`` what it
    is about there. Of a team, or of a department (``unit``), and then ``name`` says in words what it is about. ``not_for``: who
    (``sub``) began it, where another person must end it. One that is done is deleted, but for the host's rating of the
    year, since the liaison's page says what became of it: ``ended`` is empty while it is open, else as in
    ``rules.rating``."""

    __tablename__ = "known_duties"
    __table_args__ = (sa.Index("ix_known_duties_unit", "unit", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    unit: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    not_for: Mapped[str] = mapped_column(default="", server_default="")
    since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    ended: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def asked(self) -> Asked:
        return Asked(self.due_at, self.ended)


class KnownGrade(Base):
    """The newest published edition of each assessment that this service has acted upon."""

    __tablename__ = "known_grades"

    assessment_id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    edition: Mapped[int]
    grade: Mapped[str]
    published_at: Mapped[datetime | None]
