"""Orders."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.orders.schemas.base import Names, Text
from shared.http.shapes import (
    ActionOut,
    CreditCode,
    Day,
    Division,
    Instant,
    Name,
    Out,
    Phone,
    Resource,
    Time,
)


class OrderFields(BaseModel):
    liaison_name: Annotated[str, Field(max_length=50)] = ""
    liaison_phone: Phone | None = None
    industry: Annotated[str, Field(max_length=100)] = ""
    problem: Text = ""
    expected: Text = ""
    service_forms: Names = []
    expertise: Names = []
    kind: Annotated[str, Field(max_length=100)] = ""
    tasks: Names = []
    action_id: UUID | None = None
    people_wanted: Annotated[int, Field(ge=1, le=999)] | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    site_support: Text = ""
    key_place: bool = False
    asked_fen: Annotated[int, Field(strict=True, gt=0, le=10_000_000_000)] | None = None
    remark: Text = ""


class LateIn(BaseModel):
    """Why an order may be late, and until when."""

    reason: Annotated[str, Field(max_length=500)]
    until: Instant


class OrderIn(OrderFields):
    """``late``: the bureau drafts an order after the window, by exception."""

    round_id: UUID
    title: Name
    division: Division
    host_name: Name
    host_code: CreditCode
    late: LateIn | None = None


class OrderPatch(OrderFields):
    """Name and unit of the expert: of an offer."""

    title: Name | None = None
    expert_name: Annotated[str, Field(max_length=50)] = ""
    expert_unit: Annotated[str, Field(max_length=200)] = ""


class ExtendIn(BaseModel):
    closes_at: Instant


class RepublishIn(BaseModel):
    closes_at: Instant | None = None


class MergeIn(BaseModel):
    into: UUID


class PublicOrder(Out):
    """What everybody may read. An offer (``direction`` supply) names its expert and their unit."""

    number: str
    title: str
    division: str
    place: str
    host_name: str
    direction: str
    expert_name: str
    expert_unit: str
    industry: str
    kind: str
    tasks: list[str]
    action_id: UUID | None
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
    asked_fen: int | None
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
    direction: str
    offered_by: UUID | None
    expert_name: str
    expert_unit: str
    industry: str
    kind: str
    tasks: list[str]
    action_id: UUID | None
    asked_fen: int | None
    key_place: bool
    team_id: UUID | None
    closes_at: Time | None


class ReturnOut(Out):
    """Who sent it back, when and why."""

    at: Time
    by: str
    role: str
    reason: str


class MergedOut(Resource):
    """An order that was merged into this one."""

    title: str
    place: str
    host_name: str


class OrderDetail(OrderOut):
    """The liaison's phone, the returns and why it may be late are shown only to those who run the order.
    ``returned`` is the newest return while the order stands returned."""

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
    merged: list[MergedOut] = []
    returned: ReturnOut | None = None
    returns: list[ReturnOut] = []
    late_until: Time | None = None
    late_reason: str = ""
    actions: list[ActionOut] = []


class TimelineOut(BaseModel):
    """One thing that happened to an order, whoever said it, in words. ``actor`` and ``data`` are for those who run or
    oversee the order; others read ``system`` for what the system did by itself, and nothing else."""

    at: Time
    business_time: Time
    type: str
    zh: str = ""
    en: str = ""
    kind: str = ""
    actor: str
    team_id: UUID | None
    data: dict[str, Any]
