"""Shapes of requests and answers. Every amount is whole fen."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from shared.http.shapes import ActionOut, Out, ReasonOut, Resource, Time

Amount = Annotated[int, Field(strict=True, ge=0, le=10**13, description="whole fen")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Ids = Annotated[list[UUID], Field(min_length=1, max_length=1000)]
BankName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^=+\-@\t\r\n][^\t\r\n]*$"),
]
"""A name that stands in a bank file: never read as a formula, never more than one line."""


class AppropriationIn(BaseModel):
    round_id: UUID
    amount_fen: Amount
    reason: Reason


class AppropriationOut(Resource):
    round_id: UUID
    amount_fen: int
    reason: str


class MoneyOut(Out):
    """A round's money at a glance, computed from the ledger. Every fen of the appropriation stands in exactly one of
    the other places; ``awarded_fen`` is what is promised or paid and not claimed back."""

    round_id: UUID
    appropriation_fen: int
    available_fen: int
    reserved_fen: int
    committed_fen: int
    held_fen: int
    payable_fen: int
    in_transit_fen: int
    returned_fen: int
    paid_fen: int
    recoverable_fen: int
    recovered_fen: int
    awarded_fen: int
    balanced: bool


class PayeeIn(BaseModel):
    unit_code: Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True)]
    unit_name: BankName
    bank_name: BankName
    bank_code: Annotated[str, StringConstraints(strip_whitespace=True)]
    account: Annotated[str, StringConstraints(strip_whitespace=True)]


class PayeeOut(Resource):
    """The account number is masked for everybody: only the bank file carries it."""

    unit_code: str
    unit_name: str
    bank_name: str
    bank_code: str
    account: str
    registered_by: str
    usable_from: Time
    verified_by: str | None
    verified_at: Time | None
    actions: list[ActionOut] = []


class InstalmentOut(Resource):
    award_id: UUID
    round_id: UUID
    order_id: UUID
    team_id: UUID
    number: int
    amount_fen: int
    gates: list[str]
    payee_id: UUID | None
    budget_indicator: str | None
    functional_class: str | None
    economic_class: str | None
    requested_by: str | None
    approved_by: str | None
    second_approved_by: str | None
    rejected_reason: str | None
    voucher: str | None
    due_at: Time | None
    paid_at: Time | None


class InstalmentDetail(InstalmentOut):
    checkers_missing: int
    actions: list[ActionOut]


class AwardOut(Resource):
    round_id: UUID
    order_id: UUID
    team_id: UUID
    proposal: int
    amount_fen: int
    short_fen: int
    payee_unit_code: str | None
    payee_unit_name: str | None
    hold_reason: str | None
    agreed_at: Time | None
    begun_at: Time | None
    concluded_at: Time | None
    ended_reason: str | None


class AwardDetail(AwardOut):
    """``money`` says in which place of the ledger the award's fen stand."""

    money: dict[str, int]
    instalments: list[InstalmentOut]
    actions: list[ActionOut]


class TreasuryIn(BaseModel):
    """Treasury fields of a payment request: budget indicator number, functional and economic classification."""

    budget_indicator: Code | None = None
    functional_class: Code | None = None
    economic_class: Code | None = None


class ManyRequestsIn(TreasuryIn):
    ids: Ids


class ManyIn(BaseModel):
    ids: Ids


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


class AnswersIn(BaseModel):
    answers: Annotated[list[AnswerIn], Field(min_length=1, max_length=1000)]


class AccountOut(Out):
    id: UUID
    round_id: UUID
    award_id: UUID | None
    place: str
    zh: str
    en: str
    balance_fen: int


class DifferenceOut(Out):
    what: str
    subject: str
    expected_fen: int
    found_fen: int


class VerificationOut(Out):
    """Every posting replayed and compared; ``differences`` is empty when the ledger is in order."""

    balanced: bool
    transactions: int
    postings: int
    differences: list[DifferenceOut]
