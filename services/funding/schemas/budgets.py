"""Appropriations and a round's money."""

from uuid import UUID

from pydantic import BaseModel

from services.funding.schemas.base import Amount, Reason
from shared.http.shapes import Out, Resource


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
    carried_over_fen: int
    lapsed_fen: int
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
