"""Bank files and answers."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.funding.schemas.base import Code, Reason
from shared.http.shapes import Out, ReasonOut, Resource, Time


class BatchIn(BaseModel):
    round_id: UUID


class InstructionOut(Out):
    instruction_id: UUID
    instalment_id: UUID
    team_id: UUID
    amount_fen: int
    result: str | None
    voucher: str | None


class LeftOut(Out):
    """An approved instalment that could not go into the batch, and why."""

    instalment_id: UUID
    reasons: list[ReasonOut]


class BatchOut(Resource):
    round_id: UUID
    number: int
    count: int
    sum_fen: int
    sha256: str
    made_by: str
    made_at: Time


class BatchDetail(BatchOut):
    instructions: list[InstructionOut]
    left_out: list[LeftOut] = []


class AnswerIn(BaseModel):
    instruction_id: UUID
    result: Literal["paid", "returned", "unknown"]
    voucher: Code | None = None
    reason: Reason | None = None


class AnswersIn(BaseModel):
    answers: Annotated[list[AnswerIn], Field(min_length=1, max_length=1000)]
