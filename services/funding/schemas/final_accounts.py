"""Final accounts."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from shared.http.shapes import ActionOut, Out, Resource, Time

Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Variance = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class FinalAccountIn(BaseModel):
    """``summary``: what the money was spent on. ``variance``: why more or less than planned; asked for where something
    is left or a line is overrun. The figures are computed."""

    summary: Told
    variance: Variance = ""


class AccountLineOut(Out):
    """``percent`` of the budget that was spent, rounded down; null for a line that has none any more."""

    name: str
    budget_fen: int
    accepted_fen: int
    pending_fen: int
    remaining_fen: int
    overrun_fen: int
    percent: int | None


class FinalAccountOut(Resource):
    """The figures stand here once it is accepted; ``recovery_id`` claims what was unspent."""

    award_id: UUID
    round_id: UUID
    team_id: UUID
    summary: str
    variance: str
    submitted_by: str | None
    submitted_at: Time | None
    decided_by: str | None
    decided_at: Time | None
    decided_reason: str | None
    received_fen: int | None
    accepted_fen: int | None
    unspent_fen: int | None
    recovery_id: UUID | None


class FinalAccountDetail(FinalAccountOut):
    """The figures as they are now, or as they were accepted. ``overspent_fen``: accepted beyond what was received.
    ``files``: kinds of files that are attached. ``actions`` with everything that speaks against each."""

    order_number: str
    team_name: str
    payee_unit_name: str
    budget_fen: int
    pending_fen: int
    overspent_fen: int
    lines: list[AccountLineOut]
    files: list[str]
    actions: list[ActionOut]
