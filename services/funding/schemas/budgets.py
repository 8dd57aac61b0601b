"""Appropriations and a round's money."""

from uuid import UUID

from pydantic import BaseModel

from services.funding.schemas.base import Amount, Code, Positive, Reason
from shared.http.shapes import Out, ReasonOut, Resource, Time


class AppropriationIn(BaseModel):
    """``budget_indicator``: 指标文号; ``document``: the number of the document that gives, adds or takes the money."""

    round_id: UUID
    amount_fen: Amount
    reason: Reason
    budget_indicator: Code | None = None
    document: Code | None = None


class LapseIn(BaseModel):
    """What is left and taken back, with what it stands on."""

    amount_fen: Positive
    reason: Reason
    budget_indicator: Code
    document: Code


class CarryOverIn(LapseIn):
    """What is left and goes on in a later round of the same division."""

    to_round_id: UUID


class AppropriationOut(Resource):
    round_id: UUID
    amount_fen: int
    reason: str


class AppropriationSet(AppropriationOut):
    """``warnings``: what looks odd about the change just made; it stops nothing."""

    warnings: list[ReasonOut]


class AppropriationChangeOut(Out):
    """One change: ``event`` is the ledger's (appropriate, cut, carry_over, lapse), ``appropriation_fen`` what the round
    was given after it. ``linked_id`` is the change of the other round of a carry-over."""

    id: UUID
    round_id: UUID
    event: str
    amount_fen: int
    appropriation_fen: int
    reason: str
    budget_indicator: str | None
    document: str | None
    actor: str
    business_time: Time
    transaction_id: UUID
    linked_id: UUID | None


class PlacesOut(Out):
    """Where money stands, in fen: every fen of an appropriation stands in exactly one of the other places."""

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
    written_off_fen: int
