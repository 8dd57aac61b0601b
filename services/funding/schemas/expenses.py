"""Expenses."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from services.funding.schemas.base import Reason
from services.funding.schemas.budget_lines import LineName, Positive
from services.funding.schemas.substitutes import SignIn
from shared.http.shapes import ActionOut, CreditCode, Day, Out, ReasonOut, Resource, Time
from shared.identifiers import citizen_id_error

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Digits = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]
Seller = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, max_length=18)]


def _citizen(value: str) -> str:
    if value and (reason := citizen_id_error(value)):
        raise ValueError(f"{reason.zh} / {reason.en}")
    return value


class PartIn(BaseModel):
    line: LineName
    amount_fen: Positive


class FapiaoIn(BaseModel):
    """``code`` stays empty for a fully digital one, whose number has 20 digits."""

    code: Digits = ""
    number: Digits
    seller_code: Seller
    amount_fen: Positive
    issued_on: Day


class FeeIn(BaseModel):
    """A consultation fee: ``net_fen`` is what the person receives after tax."""

    level: Literal["academician", "senior", "other"]
    days: Annotated[Decimal, Field(gt=0, le=60, decimal_places=1)]
    net_fen: Positive


class RecipientIn(BaseModel):
    """Whom it went to. A person is known again by ``person_id`` (of the registry), by the citizen id (never kept, only
    its keyed hash), or by name and unit."""

    kind: Literal["unit", "person"]
    name: Annotated[Short, Field(min_length=1)]
    unit_name: Short = ""
    unit_code: CreditCode = ""
    person_id: UUID | None = None
    citizen_id: Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True), AfterValidator(_citizen)] = ""


class ExpenseEdit(BaseModel):
    """What an expense says: the whole of it."""

    spent_on: Day
    what: Text
    category: Short = ""
    parts: Annotated[list[PartIn], Field(min_length=1, max_length=20)]
    recipient: RecipientIn
    fapiaos: Annotated[list[FapiaoIn], Field(max_length=50)] = []
    fee: FeeIn | None = None

    @model_validator(mode="after")
    def _known_again(self) -> "ExpenseEdit":
        """A fee goes to a person who can be told from the team's own people."""
        who = self.recipient
        if self.fee and (who.kind != "person" or not (who.person_id or who.citizen_id or who.unit_name)):
            raise ValueError("咨询费须支付给个人，并写明其单位或证件 / a fee goes to a person with unit or citizen id")
        return self


class ExpenseIn(ExpenseEdit):
    """``id`` is made by the client: what is sent again under it is kept once."""

    id: UUID


class ExpensesIn(BaseModel):
    expenses: Annotated[list[ExpenseIn], Field(min_length=1, max_length=500)]


class ExpenseAnswer(BaseModel):
    id: UUID
    status: Literal["drafted", "duplicate", "refused"]
    reasons: list[ReasonOut] = []


class ExpenseAnswers(BaseModel):
    results: list[ExpenseAnswer]


class ImportedExpenses(BaseModel):
    """``existing``: rows that were there already; the same file twice changes nothing."""

    rows: int
    created: int
    existing: int


class AcceptIn(SignIn):
    """``answer``: why it is accepted in spite of what is asked."""

    answer: Reason = ""


class PartOut(Out):
    line: str
    amount_fen: int


class FapiaoOut(Out):
    code: str
    number: str
    seller_code: str
    amount_fen: int
    issued_on: date


class ExpenseOut(Resource):
    """``recipient_name``: of a person only the first character, but for those who book and check."""

    award_id: UUID
    round_id: UUID
    team_id: UUID
    spent_on: date
    category: str
    what: str
    amount_fen: int
    recipient_kind: str
    recipient_name: str
    recipient_unit: str
    fee_level: str | None
    fee_days: Decimal | None
    fee_net_fen: int | None
    booked_by: str
    editors: list[str]
    submitted_by: str | None
    submitted_at: Time | None
    decided_by: str | None
    decided_for: str | None
    decided_at: Time | None
    decided_reason: str | None
    parts: list[PartOut]
    fapiaos: list[FapiaoOut]


class ExpenseDetail(ExpenseOut):
    """``actions`` with everything that speaks against each: the checklist. ``questions`` are answered by whoever
    accepts it."""

    actions: list[ActionOut]
    questions: list[ReasonOut]
    files: int
