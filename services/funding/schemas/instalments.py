"""Instalments."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.funding.schemas.base import Code, Ids
from services.funding.schemas.holds import HoldOut
from services.funding.schemas.proofs import ProofOut
from services.funding.schemas.substitutes import SignIn
from shared.http.shapes import ActionOut, ReasonOut, Resource, Time


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
    third_approved_by: str | None
    requested_for: str | None
    approved_for: str | None
    second_approved_for: str | None
    third_approved_for: str | None
    rejected_reason: str | None
    voucher: str | None
    treasury_voucher: str | None
    due_at: Time | None
    paid_at: Time | None


class InstalmentDetail(InstalmentOut):
    checkers_missing: int
    leader_next: bool
    warnings: list[ReasonOut]
    holds: list[HoldOut]
    proofs: list[ProofOut]
    actions: list[ActionOut]


class TreasuryIn(SignIn):
    """Treasury fields of a payment request: budget indicator number, functional and economic classification."""

    budget_indicator: Code | None = None
    functional_class: Code | None = None
    economic_class: Code | None = None


class ManyRequestsIn(TreasuryIn):
    ids: Ids


class ManyIn(SignIn):
    ids: Ids


class RejectIn(SignIn):
    reason: Annotated[str, Field(max_length=500)]


class ManyRejectsIn(RejectIn):
    ids: Ids


class VoucherIn(BaseModel):
    """The number of the treasury's voucher (记账凭证号)."""

    voucher: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
