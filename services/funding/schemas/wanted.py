"""What lists of money, and their files, may ask for."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.shapes import Day, Statuses

Word = Annotated[str | None, Field(max_length=100)]
Sum = Annotated[int, Field(ge=0, le=10**13, description="whole fen")]
Part = Annotated[str | None, Field(pattern=r"^[0-9]{6,12}$", description="a division code: what lies within it")]


class MoneyFilter(BaseModel):
    """What every list of money can be narrowed to. Days are whole days in Shanghai, both ends included; amounts are
    whole fen, both ends included."""

    round_id: UUID | None = None
    team_id: UUID | None = None
    status: Statuses | None = None
    division: Part = None
    payee_unit_code: Word = None
    amount_from_fen: Sum | None = None
    amount_to_fen: Sum | None = None


class AwardFilter(MoneyFilter):
    continued: bool | None = None


class InstalmentFilter(MoneyFilter):
    award_id: UUID | None = None
    due_from: Day | None = None
    due_to: Day | None = None
    paid_from: Day | None = None
    paid_to: Day | None = None
    voucher: Word = None
    budget_indicator: Word = None
    functional_class: Word = None
    economic_class: Word = None


class PaymentFilter(MoneyFilter):
    """``status``: sent, paid, returned or unknown."""

    award_id: UUID | None = None
    batch_id: UUID | None = None
    sent_from: Day | None = None
    sent_to: Day | None = None
    answered_from: Day | None = None
    answered_to: Day | None = None
    voucher: Word = None
