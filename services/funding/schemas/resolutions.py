"""What became of instructions of which the bank could not say."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.funding.schemas.bank_statements import BankStatementLineOut
from services.funding.schemas.base import Ground, only_when_returned
from services.funding.schemas.substitutes import SignIn
from shared.http.shapes import ActionOut, Out, Resource, Time


class ResolutionIn(SignIn):
    """``reason`` is the evidence: the bank's letter, its answer by phone, the payee's receipt. ``ground``: what is wrong
    with the account, when that is why it was returned."""

    result: Literal["paid", "returned"]
    voucher: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    reason: Annotated[str, Field(max_length=500)]
    ground: Ground | None = None

    @model_validator(mode="after")
    def _ground(self) -> Self:
        only_when_returned(self.result, self.ground)
        return self


class ResolutionOut(Resource):
    """``…_for`` are those in whose place a substitute signed."""

    instruction_id: UUID
    batch_id: UUID
    round_id: UUID
    amount_fen: int
    result: str
    voucher: str | None
    reason: str
    ground: str | None
    proposed_by: str
    proposed_for: str | None
    proposed_at: Time
    decided_by: str | None
    decided_for: str | None
    decided_at: Time | None
    decided_reason: str | None


class PaymentStory(Out):
    """One sending of a payment to the bank: in which batch and file, what the bank answered, what people resolved, and
    which lines of its statements show it. A later one is the reissue of what came back."""

    instruction_id: UUID
    reference: str
    instalment_id: UUID
    amount_fen: int
    batch_id: UUID
    batch_number: int
    file_name: str
    sha256: str
    sent_by: str
    sent_for: str | None
    sent_at: Time
    result: str | None
    voucher: str | None
    bank_reason: str | None
    ground: str | None
    answered_by: str | None
    answered_for: str | None
    answered_at: Time | None
    resolutions: list[ResolutionOut]
    bank_lines: list[BankStatementLineOut]


class ResolutionDetail(ResolutionOut):
    actions: list[ActionOut]
