"""What became of instructions of which the bank could not say."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.funding.schemas.substitutes import SignIn
from shared.http.shapes import ActionOut, Resource, Time


class ResolutionIn(SignIn):
    """``reason`` is the evidence: the bank's letter, its answer by phone, the payee's receipt."""

    result: Literal["paid", "returned"]
    voucher: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    reason: Annotated[str, Field(max_length=500)]


class ResolutionOut(Resource):
    """``…_for`` are those in whose place a substitute signed."""

    instruction_id: UUID
    batch_id: UUID
    round_id: UUID
    amount_fen: int
    result: str
    voucher: str | None
    reason: str
    proposed_by: str
    proposed_for: str | None
    proposed_at: Time
    decided_by: str | None
    decided_for: str | None
    decided_at: Time | None
    decided_reason: str | None


class ResolutionDetail(ResolutionOut):
    actions: list[ActionOut]
