"""Cycles, the assessments in them, and the parts handed in."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.assessment.models.base import Base, Points
from services.assessment.models.known import KnownTeam
from services.assessment.rules.grading import Result
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Cycle(Row, Base):
    """A round's yearly assessment. ``told``: what others were told: nothing, ``published``, ``last``; ``remind_at``: when
    those who owe a part are reminded, until it is done."""

    __tablename__ = "cycles"
    __table_args__ = (sa.UniqueConstraint("round_id", "year"),)

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_rounds.id"))
    year: Mapped[int]
    status: Mapped[str]
    told: Mapped[str] = mapped_column(default="")
    remind_at: Mapped[datetime | None]


class Assessment(Row, Base):
    """One team in one cycle. ``measures`` are the facts that the points were computed from, frozen by scoring;
    ``attempt`` counts how often it was opened for parts; ``confirmed_at``: its notice entry is confirmed;
    ``edition``: the edition that last changed its published line; ``lead_id``: who led when it was first published, and
    whom every edition is about."""

    __tablename__ = "assessments"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "team_id"),
        sa.Index("ix_assessments_parts_due_at", "parts_due_at", postgresql_where=sa.text("status = 'collecting'")),
        sa.CheckConstraint(
            "given is null or given is not distinct from computed or override_reason <> ''",
            name="override_has_a_reason",
        ),
    )

    cycle_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cycles.id"))
    round_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), index=True)
    order_id: Mapped[UUID]
    status: Mapped[str]
    attempt: Mapped[int] = mapped_column(sa.SmallInteger, default=1)
    parts_due_at: Mapped[datetime | None]
    measures: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    service: Mapped[Decimal | None] = mapped_column(Points)
    results: Mapped[Decimal | None] = mapped_column(Points)
    satisfaction: Mapped[Decimal | None] = mapped_column(Points)
    total: Mapped[Decimal | None] = mapped_column(Points)
    computed: Mapped[str | None]
    given: Mapped[str | None]
    override_reason: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    edition: Mapped[int | None]
    published_at: Mapped[datetime | None]
    lead_id: Mapped[UUID | None]
    team: Mapped["KnownTeam"] = relationship(lazy="raise")
    parts: Mapped[list["Part"]] = relationship(lazy="raise", order_by="Part.submitted_at")

    @property
    def result(self) -> Result:
        """The points that a cycle is ordered by. Raises ValueError before it is scored."""
        if self.total is None or self.results is None or self.satisfaction is None:
            raise ValueError(f"assessment {self.id} is not scored")
        return Result(self.total, self.results, self.satisfaction)

    @property
    def grade(self) -> str:
        """The grade given. Raises ValueError before it is graded."""
        if self.given is None:
            raise ValueError(f"assessment {self.id} is not graded")
        return self.given


class Part(Row, Base):
    """A part as handed in; one that was put right later keeps its earlier version beside it."""

    __tablename__ = "parts"
    __table_args__ = (sa.UniqueConstraint("assessment_id", "part", "attempt"),)

    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessments.id"))
    part: Mapped[str]
    attempt: Mapped[int] = mapped_column(sa.SmallInteger)
    score: Mapped[Decimal | None] = mapped_column(Points)
    answer: Mapped[str] = mapped_column(server_default="")
    text: Mapped[str]
    submitted_by: Mapped[str]
    submitted_as: Mapped[str]
    submitted_at: Mapped[datetime]


class ManualPoints(Row, Base):
    """Points that the bureau gave for a manual item of the scorecard; of an item, those given last count."""

    __tablename__ = "manual_points"
    __table_args__ = (
        sa.Index("ix_manual_points_assessment", "assessment_id", "code"),
        {"info": {"rights": "select, insert"}},
    )

    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessments.id"))
    code: Mapped[str]
    points: Mapped[Decimal] = mapped_column(Points)
    reason: Mapped[str]
    given_by: Mapped[str]
    given_at: Mapped[datetime]


constraint_reasons(
    {
        "uq_cycles_round_id_year": Reason("cycle.exists", "该年度考核已建立", "This cycle exists already", "/year"),
        "uq_parts_assessment_id_part_attempt": Reason(
            "part.double", "该材料已提交，不能重复提交", "This part was handed in already", "/part"
        ),
    }
)
