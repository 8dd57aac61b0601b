"""Reports of a year, exemplary cases, commendations, follow-up visits."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.assessment.schemas.base import ReasonText
from services.assessment.schemas.public import SignatureOut
from shared.http.shapes import ActionOut, Day, Division, Name, Out, Resource, Time

LongText = Annotated[str, Field(max_length=20_000)]
ReportKind = Literal["district", "sector", "city"]
Sector = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Year = Annotated[int, Field(ge=2000, le=2200)]


class ReportIn(BaseModel):
    """``division``: a county's code, or the city's; ``sector``: an industry as orders name it, when it is about that."""

    year: Year
    division: Division
    sector: Sector = ""
    text: LongText = ""


class ReportTextIn(BaseModel):
    text: LongText


class ReportOut(Resource):
    """``number``: 1, 2, …: a later report corrects an issued one."""

    kind: ReportKind
    year: int
    division: str
    sector: str
    unit_code: str
    number: int
    submitted_at: Time | None
    issued_at: Time | None
    content_hash: str | None


class ReportDetail(ReportOut):
    """``content`` as it is frozen, or as it would be now; ``missing``: counties without an accepted report."""

    text: str
    reason: str
    content: dict[str, Any]
    missing: list[str]
    actions: list[ActionOut] = []


class PublicReport(Out):
    id: UUID
    kind: ReportKind
    year: int
    division: str
    sector: str
    name: str
    title: str
    number: int
    url: str
    issued_at: Time
    content_hash: str


class PublicReportContent(BaseModel):
    """``content`` is frozen; ``content_hash`` is the SHA-256 of its canonical JSON, which ``signature`` signs."""

    id: UUID
    content_hash: str
    signature: SignatureOut
    content: dict[str, Any]


class CompareYear(BaseModel):
    """``report_id``: the issued report that says so; None when the system counted now."""

    year: int
    report_id: UUID | None
    figures: dict[str, int]


class CompareLine(BaseModel):
    """One figure over the years; ``changes`` in percent against the year before, None for the first and from nothing."""

    name: str
    zh: str
    en: str
    values: list[int]
    changes: list[str | None]


class Comparison(BaseModel):
    division: str
    sector: str
    years: list[CompareYear]
    lines: list[CompareLine]


class CaseIn(BaseModel):
    """``consent``: how who is named or shown agreed."""

    year: Year
    division: Division
    team_id: UUID | None = None
    title: Name
    text: LongText
    consent: ReasonText


class CaseOut(Resource):
    year: int
    division: str
    unit_code: str
    team_id: UUID | None
    title: str
    reason: str


class CaseDetail(CaseOut):
    text: str
    consent: str
    actions: list[ActionOut] = []


class CommendationIn(BaseModel):
    division: Division
    kind: Literal["person", "unit"]
    name: Name
    title: Name
    granted_by: Name
    granted_on: Day
    reason: Annotated[str, Field(max_length=1000)]


class CommendationOut(Resource):
    division: str
    kind: Literal["person", "unit"]
    name: str
    title: str
    granted_by: str
    granted_on: date
    reason: str
    withdrawn_reason: str


class StandingIn(BaseModel):
    """An agreed indicator and its value now."""

    name: Name
    now: Annotated[str, Field(pattern=r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$")]


class FollowUpRecordIn(BaseModel):
    visited_on: Day
    text: Annotated[str, Field(max_length=5000)]
    going_on: Annotated[int, Field(ge=0, le=100_000)]
    standing: Annotated[list[StandingIn], Field(max_length=100)] = []


class FollowUpOut(Resource):
    """``overdue``: open, and its time is over."""

    round_id: UUID
    team_id: UUID
    order_number: str
    team: str
    division: str
    months: int
    opens_at: Time
    due_on: date
    overdue: bool
    visited_on: date | None


class FollowUpDetail(FollowUpOut):
    text: str
    going_on: int | None
    standing: list[dict[str, str]]
    indicators: list[str]
    actions: list[ActionOut] = []
