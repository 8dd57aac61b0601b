"""What the registry keeps besides the person: honours and titles with evidence, units, availability, one person once."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.teams.rules.person import Registration, full_division
from services.teams.schemas.base import Text
from services.teams.schemas.people import PersonOut
from shared.http.shapes import ActionOut, Day, Name, Out, ReasonOut, Resource, Time

Evidence = Annotated[list[UUID], Field(max_length=20)]
"""Ids of files attached to the person."""


class CredentialIn(BaseModel):
    """An honour (荣誉称号) or title (职称) and what shows it."""

    kind: Literal["honour", "title"]
    name: Name
    level: Annotated[str, Field(max_length=10)] = ""
    issued_by: Annotated[str, Field(max_length=200)] = ""
    issued_on: Day | None = None
    valid_until: Day | None = None
    evidence: Evidence = []


class EvidenceIn(BaseModel):
    evidence: Evidence = []


class CredentialOut(Resource):
    person_id: UUID
    kind: str
    name: str
    level: str
    issued_by: str
    issued_on: date | None
    valid_until: date | None
    evidence: list[UUID]
    claimed_by: str
    reason: str
    settled_at: Time | None


class CredentialDetail(CredentialOut):
    actions: list[ActionOut]


class CredentialIds(BaseModel):
    ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class CredentialRefusals(CredentialIds):
    reason: Text


class EmploymentOut(Out):
    unit_name: str
    unit_code: str
    starts_on: date | None
    ends_on: date | None


class PeriodIn(BaseModel):
    starts_on: Day
    ends_on: Day
    available: bool
    note: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("结束日期早于开始日期 / the period ends before it starts")
        return self


class AvailabilityIn(BaseModel):
    """Replaces what was said before. Periods may touch, but not overlap."""

    periods: Annotated[list[PeriodIn], Field(max_length=50)]
    days_per_month: Annotated[int, Field(ge=0, le=31)] | None = None

    @model_validator(mode="after")
    def _apart(self) -> Self:
        ordered = sorted(self.periods, key=lambda period: period.starts_on)
        if any(later.starts_on <= sooner.ends_on for sooner, later in pairwise(ordered)):
            raise ValueError("时间段重叠 / the periods overlap")
        return self


class PeriodOut(Out):
    starts_on: date
    ends_on: date
    available: bool
    note: str


class PersonPatch(BaseModel):
    """What is named replaces what was there. ``reason``: why a citizen id was mistyped."""

    name: Name | None = None
    gender: Literal["男", "女", ""] | None = None
    citizen_id: Annotated[str, Field(max_length=18)] | None = None
    phone: Annotated[str, Field(max_length=20)] | None = None
    unit_name: Annotated[str, Field(max_length=200)] | None = None
    unit_code: Annotated[str, Field(max_length=18)] | None = None
    fields: Annotated[list[Name], Field(max_length=20)] | None = None
    category: Annotated[str, Field(max_length=50)] | None = None
    division: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")] | None = None
    health: Annotated[str, Field(max_length=50)] | None = None
    willing: bool | None = None
    unit_agrees: bool | None = None
    days_per_month: Annotated[int, Field(ge=0, le=31)] | None = None
    reason: Annotated[str, Field(max_length=500)] = ""

    def over(self, before: Registration) -> Registration:
        """The registration as it would read; a field named as null keeps what it was."""
        said: dict[str, Any] = self.model_dump(exclude={"reason", "days_per_month"}, exclude_none=True)
        if "fields" in said:
            said["fields"] = tuple(said["fields"])
        if "division" in said:
            said["division"] = full_division(said["division"])
        if "citizen_id" in said:
            said["citizen_id"] = said["citizen_id"].strip().upper()
        return replace(before, **said)


class LoadOut(Out):
    live_teams: int
    open_claims: int
    entries_this_year: int


class ServedOut(Out):
    """A team that the person leads, led, serves or served in; ``grade`` from the newest published edition."""

    team_id: UUID
    name: str
    order_number: str
    role: str
    status: str
    year: int | None
    starts_on: date | None
    ends_on: date | None
    joined_at: Time | None
    left_at: Time | None
    grade: str | None


class SubjectOut(Out):
    code: str
    name: str


class PersonDetail(PersonOut):
    """``credentials``, ``employments``, ``unit_said`` and ``suspended_until`` (while a suspension runs) only for the
    person, the unit, the district and the bureau."""

    subjects: list[SubjectOut]
    keywords: list[str]
    days_per_month: int | None
    availability: list[PeriodOut]
    load: LoadOut
    service: list[ServedOut]
    credentials: list[CredentialOut] | None
    employments: list[EmploymentOut] | None
    unit_said: str | None
    suspended_until: Time | None
    merged_into_id: UUID | None


class Pair(Out):
    id: UUID
    name: str
    unit_name: str
    title: str
    division: str


class DuplicateOut(BaseModel):
    """Two records that are probably one person, and why."""

    first: Pair
    second: Pair
    score: float
    reasons: list[ReasonOut]


class DuplicatesOut(BaseModel):
    """The likeliest first; ``found`` counts all of them."""

    items: list[DuplicateOut]
    found: int


class ToldApartIn(BaseModel):
    other_id: UUID
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class MergeIn(BaseModel):
    """``into`` is the record that stays."""

    into: UUID
    reason: Annotated[str, Field(max_length=500)]
