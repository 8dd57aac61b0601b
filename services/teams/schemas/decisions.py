"""The proposed list, decisions and appeals. Money in fen."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.shapes import Out, ReasonOut, Resource, Time


class SuggestionOut(Out):
    """``amount_fen`` is null in the reserve, ``reserve_rank`` null in the list."""

    team_id: UUID
    order_id: UUID
    team: str
    status: str
    asked_fen: int
    amount_fen: int | None
    rank: int | None
    order_rank: int | None
    normalised: Decimal | None
    key_place: bool
    reserve_rank: int | None
    reasons: list[ReasonOut]


class ProposalOut(Out):
    """``held_fen``: what proposed and confirmed teams of the round have of the budget already. ``ready`` when the
    review is closed: before that the list goes by the scores so far."""

    ready: bool
    rule: str
    budget_fen: int | None
    held_fen: int
    sum_fen: int
    left_fen: int | None
    chosen: list[SuggestionOut]
    reserve: list[SuggestionOut]


class ItemMeanOut(Out):
    code: str
    zh: str
    en: str
    weight: int
    mean: Decimal | None


class FindingOut(Out):
    reviews: int
    raw: Decimal | None
    normalised: Decimal | None
    items: list[ItemMeanOut]


class DecisionOut(Resource):
    """Everything that the decision letter says. ``appeal_until``: when the time to appeal ends."""

    round_id: UUID
    round: str
    year: int
    team_id: UUID
    team: str
    order_id: UUID
    order_number: str
    order_title: str
    host_name: str
    lead_name: str
    unit_name: str
    outcome: str
    outcome_zh: str
    decided_at: Time
    decided_by: str
    asked_fen: int
    amount_fen: int
    rank: int | None
    order_rank: int | None
    reserve_rank: int | None
    finding: FindingOut | None
    reasons: list[ReasonOut]
    appeal_until: Time | None
    earlier: int


class AppealIn(BaseModel):
    grounds: Annotated[str, Field(max_length=4000)]


class AppealOut(Resource):
    round_id: UUID
    team_id: UUID
    decision_id: UUID
    grounds: str
    lodged_at: Time
    answer: str
    answered_at: Time | None


class EarlierClaim(Out):
    """A claim of the same lead in this or an earlier round."""

    team_id: UUID
    round_id: UUID
    year: int
    order_id: UUID
    order_number: str
    name: str
    status: str
    outcome: str | None
    grade: str | None
    same_order: bool
