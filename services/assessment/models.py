"""Tables of the assessment service. Who objects and what they write is ciphertext."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.assessment.rules.cycle import TeamFacts
from services.assessment.rules.grading import Result
from services.assessment.rules.objection import ObjectionFacts
from services.assessment.rules.rectification import RectificationFacts
from shared.calendar import DeclaredYear
from shared.crypto import Encrypted
from shared.db import TYPES, Row, constraint_reasons, new_metadata
from shared.errors import Reason
from shared.files.attachments import AttachmentRow
from shared.files.versions import FormRow


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


Points = sa.Numeric(5, 2)


class WorkingYear(Row, Base):
    """The working calendar of a year, as a bureau declared it. Dates as ISO text."""

    __tablename__ = "working_years"

    year: Mapped[int] = mapped_column(unique=True)
    holidays: Mapped[list[str]] = mapped_column(JSONB)
    workdays: Mapped[list[str]] = mapped_column(JSONB)

    @property
    def declared(self) -> DeclaredYear:
        return DeclaredYear(
            frozenset(map(date.fromisoformat, self.holidays)),
            frozenset(map(date.fromisoformat, self.workdays)),
        )


class Notice(Row, Base):
    """A public notice. Posting freezes ``snapshot`` and its hash; ``closes_at`` is the midnight that ends
    ``last_day``."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.Index(
            "uq_notices_drafted", "round_id", "kind", "cycle_id", unique=True,
            postgresql_where=sa.text("status = 'drafted'"), postgresql_nulls_not_distinct=True,
        ),
        sa.Index("ix_notices_posted", "closes_at", postgresql_where=sa.text("status = 'posted'")),
    )  # fmt: skip

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_rounds.id"), index=True)
    kind: Mapped[str]
    cycle_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("cycles.id"), index=True)
    status: Mapped[str]
    posted_at: Mapped[datetime | None]
    last_day: Mapped[date | None]
    closes_at: Mapped[datetime | None]
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    snapshot_hash: Mapped[str | None]


class Attachment(AttachmentRow, Base):
    """A file of a notice, such as the sealed scan of what hung on the wall."""

    __tablename__ = "attachments"
    NOUNS = ("notice",)


class FormVersion(FormRow, Base):
    """A text of a notice's paper that was downloaded."""

    __tablename__ = "form_versions"


class NoticeEntry(Row, Base):
    """One team on one posted notice."""

    __tablename__ = "notice_entries"
    __table_args__ = (
        sa.UniqueConstraint("notice_id", "team_id"),
        sa.Index(
            "uq_notice_entries_open", "team_id", "kind", unique=True,
            postgresql_where=sa.text("status in ('listed', 'held')"),
        ),
    )  # fmt: skip

    notice_id: Mapped[UUID] = mapped_column(sa.ForeignKey("notices.id"))
    kind: Mapped[str]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"))
    order_id: Mapped[UUID]
    assessment_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("assessments.id"), index=True)
    status: Mapped[str]


class Objection(Row, Base):
    """An objection to one entry. Only supervisors see the objector. ``overdue_at``: when the clock found it
    unanswered at ``due_at``."""

    __tablename__ = "objections"
    __table_args__ = (
        sa.UniqueConstraint("receipt"),
        sa.Index("ix_objections_due_at", "due_at", postgresql_where=sa.text("status <> 'answered'")),
    )

    notice_id: Mapped[UUID] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("notice_entries.id"), index=True)
    team_id: Mapped[UUID]
    receipt: Mapped[str]
    status: Mapped[str]
    text: Mapped[str] = mapped_column(Encrypted())
    name: Mapped[str] = mapped_column(Encrypted())
    phone: Mapped[str | None] = mapped_column(Encrypted())
    unit_code: Mapped[str | None] = mapped_column(Encrypted())
    raised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    overdue_at: Mapped[datetime | None]
    extensions: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    upheld: Mapped[bool | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]

    @property
    def facts(self) -> ObjectionFacts:
        return ObjectionFacts(self.status, self.due_at, self.extensions)


class Cycle(Row, Base):
    """A round's yearly assessment. ``told``: what others were told: nothing, ``published``, ``last``."""

    __tablename__ = "cycles"
    __table_args__ = (sa.UniqueConstraint("round_id", "year"),)

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_rounds.id"))
    year: Mapped[int]
    status: Mapped[str]
    told: Mapped[str] = mapped_column(default="")


class Assessment(Row, Base):
    """One team in one cycle. ``measures`` are the facts that the points were computed from, frozen by scoring;
    ``attempt`` counts how often it was opened for parts; ``confirmed_at``: its notice entry is confirmed;
    ``edition``: the edition that last changed its published line."""

    __tablename__ = "assessments"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "team_id"),
        sa.Index("ix_assessments_parts_due_at", "parts_due_at", postgresql_where=sa.text("status = 'collecting'")),
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
    text: Mapped[str]
    submitted_by: Mapped[str]
    submitted_as: Mapped[str]
    submitted_at: Mapped[datetime]


class Edition(Row, Base):
    """What was published at one time. A trigger keeps the row from ever being changed or deleted."""

    __tablename__ = "editions"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "number"),)

    cycle_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cycles.id"))
    round_id: Mapped[UUID] = mapped_column(index=True)
    year: Mapped[int]
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str]


class Rectification(Row, Base):
    """Opened by an unqualified grade. ``reason`` is of the last step (extension or finding)."""

    __tablename__ = "rectifications"
    __table_args__ = (
        sa.Index(
            "uq_rectifications_one",
            "assessment_id",
            unique=True,
            postgresql_where=sa.text("status <> 'cancelled'"),
        ),
    )  # fmt: skip

    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessments.id"))
    round_id: Mapped[UUID] = mapped_column(index=True)
    order_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), index=True)
    status: Mapped[str]
    due_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")

    @property
    def facts(self) -> RectificationFacts:
        return RectificationFacts(self.status, self.due_at)


class Benefit(Row, Base):
    """A policy benefit that a grade gives to a person of the team (the lead: members are not told here)."""

    __tablename__ = "benefits"
    __table_args__ = (sa.UniqueConstraint("assessment_id", "person_id", "kind"),)

    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessments.id"))
    round_id: Mapped[UUID] = mapped_column(index=True)
    order_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    status: Mapped[str]


# Known from other services


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
    a notice of the selection."""

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
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    agreed_days: Mapped[Decimal | None] = mapped_column(sa.Numeric(6, 1))
    agreed_visits: Mapped[int | None]

    @property
    def facts(self) -> TeamFacts:
        return TeamFacts(self.stage, self.starts_on, self.ends_on)


class KnownEntry(Base):
    """A service entry that the host confirmed."""

    __tablename__ = "known_entries"
    __table_args__ = (sa.Index("ix_known_entries_team_year", "team_id", "served_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"))
    served_on: Mapped[date]
    days: Mapped[Decimal] = mapped_column(sa.Numeric(6, 1))


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


constraint_reasons(
    {
        "uq_notices_drafted": Reason("notice.drafted", "已有同类草拟公示", "Such a notice is drafted already"),
        "uq_notice_entries_open": Reason("notice.listed", "该团队正在公示", "The team stands on an open notice"),
        "uq_cycles_round_id_year": Reason("cycle.exists", "该年度考核已建立", "This cycle exists already", "/year"),
        "uq_parts_assessment_id_part_attempt": Reason(
            "part.double", "该材料已提交，不能重复提交", "This part was handed in already", "/part"
        ),
        "uq_working_years_year": Reason("calendar.exists", "该年日历正在被申报", "Being declared", "/year"),
    }
)
