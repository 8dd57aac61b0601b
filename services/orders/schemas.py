"""Shapes of requests and answers."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from shared.clock import SHANGHAI
from shared.http import ReasonOut
from shared.identifiers import credit_code_error, phone_error

Text = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Division = Annotated[str, Field(pattern=r"^\d{12}$", description="12-digit division code")]


def _checked(check: Any) -> AfterValidator:
    def validate(value: str) -> str:
        if reason := check(value):
            raise ValueError(f"{reason.zh} / {reason.en}")
        return value

    return AfterValidator(validate)


CreditCode = Annotated[str, _checked(credit_code_error)]
Phone = Annotated[str, _checked(phone_error)]
Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(SHANGHAI))]


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ActionOut(Out):
    """A step that the caller's role has from here; ``reasons`` say why it would be refused now."""

    action: str
    zh: str
    en: str
    allowed: bool
    reasons: list[ReasonOut]


class RoundIn(BaseModel):
    """``policy`` holds only what differs from the defaults, section by section."""

    name: Name
    year: Annotated[int, Field(ge=2000, le=2200)]
    prefix: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,12}(-[A-Z0-9]{1,12}){0,3}$", description="of order numbers: CQ-2020")]
    division: Division
    opens_at: Instant
    closes_at: Instant
    policy: dict[str, Any] = {}


class RoundPatch(BaseModel):
    name: Name | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    policy: dict[str, Any] | None = None


class RoundOut(Out):
    id: UUID
    version: int
    status: str
    name: str
    year: int
    prefix: str
    division: str
    direction: str
    opens_at: datetime
    closes_at: datetime
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
    service_forms: list[Name] = []
    expertise: list[Name] = []
    people_wanted: Annotated[int, Field(ge=1, le=999)] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    site_support: Text = ""
    key_place: bool = False
    asked_fen: Annotated[int, Field(gt=0, le=10_000_000_000)] | None = None
    remark: Text = ""


class OrderIn(OrderFields):
    round_id: UUID
    title: Name
    division: Division
    host_name: Name
    host_code: CreditCode


class OrderPatch(OrderFields):
    title: Name | None = None


class ReasonIn(BaseModel):
    reason: Annotated[str, Field(max_length=500)]


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
    published_at: datetime
    closes_at: datetime | None


class OrderOut(Out):
    id: UUID
    version: int
    status: str
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
    closes_at: datetime | None


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

    at: datetime
    business_time: datetime
    type: str
    actor: str
    team_id: UUID | None
    data: dict[str, Any]
