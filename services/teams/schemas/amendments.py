"""Changes of an agreement in force, and every version of its text."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.teams.schemas.base import Text
from services.teams.schemas.teams import BudgetLineIn, IndicatorIn
from shared.http.shapes import Day, Out, Resource, Time


class ChangesIn(BaseModel):
    """What is left out stays as it is. Amount and payee are the award's, people are replaced one by one."""

    model_config = ConfigDict(extra="forbid")

    place: Annotated[str, Field(max_length=200)] | None = None
    content: Text | None = None
    ends_on: Day | None = None
    targets: Text | None = None
    agreed_days: Annotated[Decimal, Field(gt=0, le=10_000, max_digits=6, decimal_places=1)] | None = None
    agreed_visits: Annotated[int, Field(gt=0, le=10_000)] | None = None
    talent_plan: Text | None = None
    budget: Annotated[list[BudgetLineIn], Field(max_length=50)] | None = None
    indicators: Annotated[list[IndicatorIn], Field(max_length=50)] | None = None


class AmendmentIn(BaseModel):
    reason: Text
    changes: ChangesIn


class AmendmentOut(Resource):
    """``number`` is the version that the text becomes; ``changes`` are the parts that differ."""

    team_id: UUID
    number: int
    reason: str
    changes: dict[str, Any]
    document: dict[str, Any]
    document_hash: str
    due_at: Time
    lead_signed_at: Time | None
    unit_signed_at: Time | None
    host_signed_at: Time | None
    adopted_at: Time | None


class AgreementVersion(Out):
    """One version of the text that all three have signed."""

    number: int
    in_force_from: Time | date | None
    reason: str
    document: dict[str, Any]
    document_hash: str
    lead_signed_at: Time | None = None
    unit_signed_at: Time | None = None
    host_signed_at: Time | None = None
