"""Shapes of requests and answers."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.assessment import Grade, NoticeKind
from shared.http.shapes import ActionOut, Day, Out, Resource, Time

Text = Annotated[str, Field(max_length=5000)]
ReasonText = Annotated[str, Field(max_length=500)]
Score = Annotated[Decimal, Field(max_digits=5, decimal_places=2)]
PartName = Literal["self_report", "unit_opinion", "host_rating", "beneficiary_rating", "district_score"]
Days = Annotated[list[Day], Field(max_length=200)]


class CalendarIn(BaseModel):
    """Holidays in the week, and weekend days that are worked."""

    holidays: Days = []
    workdays: Days = []


class CalendarOut(Out):
    id: UUID
    version: int
    year: int
    holidays: list[date]
    workdays: list[date]


class NoticeIn(BaseModel):
    round_id: UUID
    kind: NoticeKind
    cycle_id: UUID | None = None


class NoticeOut(Resource):
    round_id: UUID
    kind: NoticeKind
    cycle_id: UUID | None
    posted_at: Time | None
    last_day: date | None
    closes_at: Time | None
    snapshot_hash: str | None


class EntryOut(Out):
    """One team on the notice. While drafted, ``status`` is ``waiting``: it would be listed if posted now."""

    team_id: UUID
    status: str
    order_number: str
    team: str
    lead: str
    unit: str
    place: str
    amount_fen: int | None = None
    total: Decimal | None = None
    grade: Grade | None = None


class NoticeDetail(NoticeOut):
    entries: list[EntryOut]
    actions: list[ActionOut] = []


class ObjectionIn(BaseModel):
    """In writing, by a person (name and phone) or a unit (name and its 18-character code)."""

    team_id: UUID
    text: Annotated[str, Field(min_length=1, max_length=5000)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    phone: Annotated[str, Field(max_length=30)] | None = None
    unit_code: Annotated[str, Field(max_length=18)] | None = None


class Receipt(BaseModel):
    receipt: str


class ObjectionOut(Resource):
    notice_id: UUID
    team_id: UUID
    receipt: str
    raised_at: Time
    due_at: Time
    overdue_at: Time | None
    extensions: int
    upheld: bool | None
    answered_at: Time | None


class ObjectionDetail(ObjectionOut):
    """The objector is shown to supervisors only."""

    text: str
    name: str
    phone: str | None
    unit_code: str | None
    answer: str | None
    answered_by: str | None
    actions: list[ActionOut] = []


class AnswerIn(BaseModel):
    upheld: bool
    text: Text


class CycleIn(BaseModel):
    round_id: UUID
    year: Annotated[int, Field(ge=2000, le=2200)]


class EditionOut(Out):
    id: UUID
    number: int
    published_at: Time
    content_hash: str


class CycleOut(Resource):
    """``statuses`` and ``grades`` count the cycle's assessments."""

    round_id: UUID
    year: int
    statuses: dict[str, int]
    grades: dict[str, int]


class CycleDetail(CycleOut):
    editions: list[EditionOut]
    actions: list[ActionOut] = []


class PartIn(BaseModel):
    """A rating carries a score from 0 to 100 with at most two decimals; the others carry a text."""

    part: PartName
    score: Score | None = None
    text: Text = ""


class PartOut(Out):
    part: PartName
    attempt: int
    score: Decimal | None
    text: str
    submitted_by: str
    submitted_as: str
    submitted_at: Time


class AssessmentOut(Resource):
    """Points and grades are shown to offices; to the team, its unit and its host from the notice on."""

    cycle_id: UUID
    round_id: UUID
    team_id: UUID
    order_id: UUID
    order_number: str
    team: str
    parts_due_at: Time | None
    service: Decimal | None
    results: Decimal | None
    satisfaction: Decimal | None
    total: Decimal | None
    computed: Grade | None
    given: Grade | None
    edition: int | None
    published_at: Time | None


class AssessmentDetail(AssessmentOut):
    override_reason: str
    parts: list[PartOut]
    actions: list[ActionOut] = []


class LineOut(Out):
    section: str
    points: Decimal
    of: int
    zh: str
    en: str


class Explanation(BaseModel):
    """How each point came about. ``preview``: not scored yet, computed from what is known now."""

    assessment_id: UUID
    preview: bool
    lines: list[LineOut]
    total: Decimal
    computed: Grade | None
    given: Grade | None
    override_reason: str
    measures: dict[str, Any]


class OverrideIn(BaseModel):
    grade: Grade
    reason: ReasonText


class CorrectIn(BaseModel):
    """What was wrong: ratings handed in wrongly, a grade, or facts that changed since (then neither)."""

    assessment_id: UUID
    parts: Annotated[list[PartIn], Field(max_length=5)] = []
    grade: Grade | None = None
    reason: ReasonText

    @model_validator(mode="after")
    def _each_part_once(self) -> "CorrectIn":
        if len({p.part for p in self.parts}) < len(self.parts):
            raise ValueError("each part once")
        return self


class ExtendIn(BaseModel):
    due_on: Day
    reason: ReasonText


class RectificationOut(Resource):
    round_id: UUID
    team_id: UUID
    assessment_id: UUID
    due_at: Time
    reason: str


class RectificationDetail(RectificationOut):
    actions: list[ActionOut] = []


class BenefitOut(Resource):
    round_id: UUID
    team_id: UUID
    assessment_id: UUID
    person_id: UUID
    kind: str


class PublicNotice(Out):
    """What was posted. ``closed`` says that the period is over, not whether anybody objected."""

    id: UUID
    kind: NoticeKind
    status: Literal["posted", "closed"]
    url: str
    posted_at: Time
    last_day: date
    closes_at: Time
    snapshot_hash: str


class PublicNoticeDetail(PublicNotice):
    """``snapshot`` is frozen; its SHA-256 in canonical JSON is ``snapshot_hash``."""

    snapshot: dict[str, Any]


class PublicRating(BaseModel):
    """One line of the list in force. ``edition`` last changed it and stands at ``edition_url`` for good."""

    assessment_id: UUID
    round: str
    year: int
    order_number: str
    team: str
    lead: str
    unit: str
    place: str
    total: Decimal
    grade: Grade
    edition: int
    edition_url: str
    published_at: Time


class PublicEdition(BaseModel):
    """``content`` is frozen; its SHA-256 in canonical JSON is ``content_hash``, and it names the one before."""

    id: UUID
    number: int
    url: str
    content_hash: str
    content: dict[str, Any]
