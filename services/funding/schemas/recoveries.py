"""Money that must come back."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from services.funding.rules.repayment import as_one
from services.funding.schemas.budget_lines import Positive
from services.funding.schemas.substitutes import SignIn
from shared.http.shapes import ActionOut, Day, Out, ReasonOut, Resource, Time


def _reference(text: str) -> str:
    if not (plain := as_one(text)):
        raise ValueError("不得为空 / it must not be empty")
    return plain


Reference = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), AfterValidator(_reference)]


class RecoveryPartIn(BaseModel):
    due_on: Day
    amount_fen: Positive


class PlanIn(BaseModel):
    """The instalments come to what must come back, exactly."""

    instalments: Annotated[list[RecoveryPartIn], Field(min_length=1, max_length=60)]


class RepaymentIn(SignIn):
    """``reference``: the bank's own, used once."""

    amount_fen: Positive
    reference: Reference
    paid_on: Day


class RecoveryPartOut(Out):
    due_on: date
    amount_fen: int


class RepaymentOut(Resource):
    """``bank_line_id``: the line of the bank's statement that shows it. ``…_for``: in whose place a substitute signed."""

    recovery_id: UUID
    amount_fen: int
    reference: str
    paid_on: date
    bank_line_id: UUID | None
    registered_by: str
    registered_for: str | None
    decided_by: str | None
    decided_for: str | None
    decided_at: Time | None
    decided_reason: str | None


class RepaymentDetail(RepaymentOut):
    """``warnings``: what looks odd about it; they stop nothing."""

    warnings: list[ReasonOut]
    actions: list[ActionOut]


class RecoveryOut(Resource):
    """``number`` is what the payee writes on the transfer. ``overdue_fen`` for ``overdue_days``: what should be back by today and is not. No interest is computed."""

    award_id: UUID
    round_id: UUID
    team_id: UUID
    number: str
    ground: str
    amount_fen: int
    repaid_fen: int
    written_off_fen: int
    owed_fen: int
    overdue_fen: int
    overdue_days: int
    due_on: date
    next_due_on: date | None
    reminded_on: date | None
    reason: str | None
    write_off_by: str | None
    write_off_for: str | None
    written_off_by: str | None
    written_off_for: str | None
    plan: list[RecoveryPartOut]


class RecoveryDetail(RecoveryOut):
    repayments: list[RepaymentDetail]
    actions: list[ActionOut]
