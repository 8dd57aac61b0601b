"""The budget of an award by lines."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.funding.schemas.base import Reason
from shared.http.shapes import Out, Time

Positive = Annotated[int, Field(strict=True, gt=0, le=10**13, description="whole fen")]
LineName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class LineOut(Out):
    """``remaining_fen`` below zero, or an ``overrun_fen``, is more than the line has."""

    name: str
    agreed_fen: int
    moved_fen: int
    budget_fen: int
    accepted_fen: int
    pending_fen: int
    remaining_fen: int
    overrun_fen: int


class TransferIn(BaseModel):
    source: LineName
    target: LineName
    amount_fen: Positive
    reason: Annotated[Reason, Field(min_length=1)]


class TransferOut(Out):
    id: UUID
    award_id: UUID
    source: str
    target: str
    amount_fen: int
    reason: str
    made_by: str
    created_at: Time


class BudgetOut(Out):
    """``number``: which text of the agreement is in force, 1 is the first. ``movable_fen``: what may still be moved
    without an amendment. ``accounted_at``: when its final account was accepted."""

    award_id: UUID
    number: int
    starts_on: date | None
    ends_on: date | None
    lines: list[LineOut]
    transfers: list[TransferOut]
    final_account_status: str | None
    accounted_at: Time | None
    movable_fen: int
