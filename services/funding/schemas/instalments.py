"""Instalments."""

from uuid import UUID

from pydantic import BaseModel

from services.funding.schemas.base import Code, Ids
from services.funding.schemas.holds import HoldOut
from services.funding.schemas.proofs import ProofOut
from shared.http.shapes import ActionOut, Resource, Time


class InstalmentOut(Resource):
    award_id: UUID
    round_id: UUID
    order_id: UUID
    team_id: UUID
    number: int
    amount_fen: int
    gates: list[str]
    zh: str
    en: str
    planned_percent: int | None
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
    holds: list[HoldOut]
    proofs: list[ProofOut]
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
