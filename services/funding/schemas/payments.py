"""Payments: instructions to the bank with what they paid for."""

from typing import Any
from uuid import UUID

from services.funding.schemas.base import Code
from shared.http.shapes import Out, Time


class PaymentOut(Out):
    """One instruction with its instalment, award, account (masked) and the people who signed."""

    id: UUID
    status: str
    round_id: UUID
    award_id: UUID
    instalment_id: UUID
    batch_id: UUID
    team_id: UUID
    order_number: str
    team_name: str
    number: int
    batch_number: int
    amount_fen: int
    payee_unit_code: str
    payee_unit_name: str
    account: str
    voucher: str | None
    requested_by: str | None
    approved_by: str | None
    second_approved_by: str | None
    third_approved_by: str | None
    requested_for: str | None
    approved_for: str | None
    second_approved_for: str | None
    third_approved_for: str | None
    sent_by: str
    sent_at: Time
    answered_by: str | None
    answered_at: Time | None
    budget_indicator: Code | None
    functional_class: Code | None
    economic_class: Code | None


class ReadingOut(Out):
    """Who read out what: ``asked`` are the filters, ``rows`` how many rows the answer had."""

    id: UUID
    at: Time
    reader: str
    roles: list[str]
    what: str
    asked: dict[str, Any]
    rows: int
