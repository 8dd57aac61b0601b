"""Outstanding items."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

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
    recovery_id: UUID | None
    reason: str | None
    closed_by: str | None
    closed_at: Time | None
    actions: list[ActionOut]


class MatchIn(BaseModel):
    """Either the instruction with which it agrees, or the recovery that an incoming line pays back."""

    instruction_id: UUID | None = None
    recovery_id: UUID | None = None
    reason: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.instruction_id is None) == (self.recovery_id is None):
            raise ValueError("须指明一笔指令或一笔应收回资金 / name an instruction or a recovery")
        return self


class ExplainIn(BaseModel):
    reason: Why
