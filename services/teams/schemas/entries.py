"""Service entries and the liaison's confirmations."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.teams.schemas.base import Text
from shared.http.shapes import CreditCode, Day, ReasonOut, Resource, Time


def _each_once(codes: list[str]) -> list[str]:
    """In one order, so that the same entry sent twice is the same."""
    return sorted({code for code in codes if code})


class EntryIn(BaseModel):
    """``id`` is made by whoever writes the entry, so that sending it twice counts once."""

    id: UUID
    served_on: Day
    person_id: UUID
    form: Annotated[str, Field(max_length=100)]
    days: Annotated[Decimal, Field(max_digits=5, decimal_places=1)]
    beneficiaries: Annotated[int, Field(ge=0, le=10**7)] = 0
    served_units: Annotated[list[CreditCode], Field(max_length=200), AfterValidator(_each_once)] = []
    """Unified social credit codes of the firms and other units that were served."""
    problem: Text = ""


class EntryEdit(BaseModel):
    """What is put right; what is not named stays."""

    served_on: Day | None = None
    person_id: UUID | None = None
    form: Annotated[str, Field(max_length=100)] | None = None
    days: Annotated[Decimal, Field(max_digits=5, decimal_places=1)] | None = None
    beneficiaries: Annotated[int, Field(ge=0, le=10**7)] | None = None
    problem: Text | None = None


class EntriesIn(BaseModel):
    entries: Annotated[list[EntryIn], Field(min_length=1, max_length=1000)]


class EntryAnswer(BaseModel):
    id: UUID
    status: Literal["recorded", "duplicate", "refused"]
    reasons: list[ReasonOut] = []


class EntryAnswers(BaseModel):
    results: list[EntryAnswer]


class EntryOut(Resource):
    team_id: UUID
    person_id: UUID
    served_on: date
    form: str
    days: Decimal
    beneficiaries: int
    served_units: list[str]
    problem: str
    recorded_by: str
    settled_at: Time | None


class EntryIds(BaseModel):
    ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class LinkOut(BaseModel):
    """The link itself goes to the liaison's phone only."""

    id: UUID
    status: Literal["sent"]
    entries: int
    expires_at: Time
