"""Shapes of requests and answers."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.shapes import (
    ActionOut,
    CreditCode,
    Day,
    Division,
    Instant,
    Name,
    Out,
    Phone,
    ReasonOut,
    Resource,
    Time,
)

Text = Annotated[str, Field(max_length=2000)]
Names = Annotated[list[Name], Field(max_length=50)]


class RoundIn(BaseModel):
    """``policy`` holds only what differs from the defaults, section by section."""

    name: Name
    year: Annotated[int, Field(ge=2000, le=2200)]
    prefix: Annotated[
        str, Field(pattern=r"^[A-Z0-9]{1,12}(-[A-Z0-9]{1,12}){0,3}$", description="of order numbers: CQ-2020")
    ]
    division: Division
    opens_at: Instant
    closes_at: Instant
    policy: dict[str, Any] = {}


class RoundPatch(BaseModel):
    name: Name | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    policy: dict[str, Any] | None = None


class RoundOut(Resource):
    name: str
    year: int
    prefix: str
    division: str
    direction: str
    opens_at: Time
    closes_at: Time
    policy_hash: str


class RoundDetail(RoundOut):
    policy: dict[str, Any]
    actions: list[ActionOut] = []


class OrderFields(BaseModel):
    liaison_name: Annotated[str, Field(max_length=50)] = ""
    liaison_phone: Phone | None = None
    industry: Annotated[str, Field(max_length=100)] = ""
    problem: Text = ""
    expected: Text = ""
    service_forms: Names = []
    expertise: Names = []
    people_wanted: Annotated[int, Field(ge=1, le=999)] | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    site_support: Text = ""
    key_place: bool = False
    asked_fen: Annotated[int, Field(strict=True, gt=0, le=10_000_000_000)] | None = None
    remark: Text = ""


class OrderIn(OrderFields):
    round_id: UUID
    title: Name
    division: Division
    host_name: Name
    host_code: CreditCode


class OrderPatch(OrderFields):
    title: Name | None = None


class ExtendIn(BaseModel):
    closes_at: Instant


class MergeIn(BaseModel):
    into: UUID


class PublicOrder(Out):
    """What everybody may read."""

    number: str
    title: str
    division: str
    place: str
    host_name: str
    industry: str
    problem: str
    expected: str
    service_forms: list[str]
    expertise: list[str]
    people_wanted: int | None
    term_months: int | None
    starts_on: date | None
    ends_on: date | None
    site_support: str
    key_place: bool
    asked_fen: int
    status: str
    published_at: Time
    closes_at: Time | None


class OrderOut(Resource):
    round_id: UUID
    number: str | None
    title: str
    division: str
    place: str
    host_name: str
    host_code: str
    industry: str
    asked_fen: int | None
    key_place: bool
    team_id: UUID | None
    closes_at: Time | None


class OrderDetail(OrderOut):
    """The liaison's phone is shown only to those who run the order (see ``queries.detail``)."""

    liaison_name: str
    liaison_phone: str | None = None
    problem: str
    expected: str
    service_forms: list[str]
    expertise: list[str]
    people_wanted: int | None
    term_months: int | None
    starts_on: date | None
    ends_on: date | None
    site_support: str
    remark: str
    status_reason: str
    merged_into: UUID | None
    actions: list[ActionOut] = []


class ImportedRow(BaseModel):
    row: int
    order_id: UUID


class WarningOut(ReasonOut):
    """Something odd about a row that is imported all the same."""


class ImportAnswer(BaseModel):
    rows: int
    created: int
    updated: int
    unchanged: int
    warnings: list[WarningOut]
    orders: list[ImportedRow]


class TimelineOut(BaseModel):
    """One thing that happened to an order, whoever said it."""

    at: Time
    business_time: Time
    type: str
    actor: str
    team_id: UUID | None
    data: dict[str, Any]
