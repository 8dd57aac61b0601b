"""The due list and the forecast."""

from datetime import date
from uuid import UUID

from shared.http.shapes import Out, ReasonOut, Time


class DueOut(Out):
    """What waits, since when, and who must act next: ``code`` names the duty, ``role`` who owes it; ``missing`` says
    what is still lacking before the payment: documents, signatures, the account."""

    code: str
    zh: str
    en: str
    role: str
    round_id: UUID
    award_id: UUID
    instalment_id: UUID
    team_id: UUID
    order_number: str
    team_name: str
    number: int
    amount_fen: int
    status: str
    payee_unit_code: str | None
    payee_unit_name: str | None
    since: Time
    age_days: int
    missing: list[ReasonOut]


class ForecastMonth(Out):
    """``due_fen`` waits for the desk or the bank only, ``planned_fen`` for gates whose days are planned."""

    month: str
    due_fen: int
    planned_fen: int


class ForecastOut(Out):
    """``total_fen`` counts every promised fen of the round once; ``promised_fen`` is what the ledger has."""

    round_id: UUID
    months: list[ForecastMonth]
    held_fen: int
    unknown_fen: int
    total_fen: int
    promised_fen: int
    reconciles: bool


class ForecastLine(Out):
    """One unpaid instalment, or an award that has none yet."""

    award_id: UUID
    instalment_id: UUID | None
    order_number: str
    team_name: str
    number: int | None
    amount_fen: int
    kind: str
    month: date | None
    why: str
