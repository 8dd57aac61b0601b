"""Outstanding items."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from shared.http.shapes import ActionOut, Resource, Time

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ItemOut(Resource):
    """Something that ledger, instruction and bank do not agree on. ``age`` is the bucket of ``days``: 3, 10, 30, over."""

    round_id: UUID | None
    queue: str
    code: str
    zh: str
    en: str
    reference: str
    amount_fen: int
    since: Time
    days: int
    age: str
    batch_id: UUID | None
    instruction_id: UUID | None
    reason: str | None
    closed_by: str | None
    closed_at: Time | None
    actions: list[ActionOut]


class MatchIn(BaseModel):
    instruction_id: UUID
    reason: Annotated[str, Field(max_length=500)] = ""


class ExplainIn(BaseModel):
    reason: Why
