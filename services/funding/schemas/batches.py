"""Bank files and answers."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.funding.schemas.banks import TemplateCode
from services.funding.schemas.base import Code, Ground, Reason, only_when_returned
from services.funding.schemas.substitutes import SignIn
from shared.http.shapes import ActionOut, Out, ReasonOut, Resource, Time


class BatchIn(SignIn):
    """``template`` is the code of a bank file template; without it the paying account's is used."""

    round_id: UUID
    template: TemplateCode | None = None


class InstructionOut(Out):
    """A line of a batch. ``reference`` is what the bank calls it; ``bank_reason`` why it came back, in the bank's words,
    ``ground`` what it means when the account is the reason."""

    instruction_id: UUID
    reference: str
    instalment_id: UUID
    team_id: UUID
    amount_fen: int
    result: str | None
    voucher: str | None
    bank_reason: str | None
    ground: str | None


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
    file_name: str
    template_code: str
    template_version: int
    paying_account_id: UUID | None
    answer_due_at: Time
    made_by: str
    made_for: str | None
    made_at: Time
    voided_by: str | None
    voided_at: Time | None
    void_reason: str | None


class BatchDetail(BatchOut):
    """``actions`` with what speaks against each."""

    actions: list[ActionOut]
    instructions: list[InstructionOut]
    left_out: list[LeftOut] = []


class AnswerIn(BaseModel):
    """``ground``: what is wrong with the account, when that is why it was returned; the account is closed."""

    instruction_id: UUID
    result: Literal["paid", "returned", "unknown"]
    voucher: Code | None = None
    reason: Reason | None = None
    ground: Ground | None = None

    @model_validator(mode="after")
    def _ground(self) -> Self:
        only_when_returned(self.result, self.ground)
        return self


class AnswersIn(SignIn):
    answers: Annotated[list[AnswerIn], Field(min_length=1, max_length=1000)]
