"""Benefits."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from shared.http.shapes import ActionOut, Day, Name, Out, Resource, Time


class BenefitOut(Resource):
    round_id: UUID
    team_id: UUID
    team: str
    order_number: str
    assessment_id: UUID
    person_id: UUID
    person: str
    kind: str
    granted_at: Time | None
    expires_at: Time | None
    uses: int
    most_uses: int
    """0: any number."""


class BenefitUseIn(BaseModel):
    """``reference``: the office's file number."""

    used_on: Day
    purpose: Name
    reference: Name


class BenefitUseOut(Out):
    id: UUID
    used_on: date
    purpose: str
    reference: str
    office: str
    withdrawn_at: Time | None
    withdrawn_reason: str


class BenefitDetail(BenefitOut):
    used: list[BenefitUseOut]
    actions: list[ActionOut]
