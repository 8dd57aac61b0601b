"""The ledger."""

from uuid import UUID

from shared.http.shapes import Out


class AccountOut(Out):
    id: UUID
    round_id: UUID
    award_id: UUID | None
    place: str
    zh: str
    en: str
    balance_fen: int


class DifferenceOut(Out):
    what: str
    subject: str
    expected_fen: int
    found_fen: int


class VerificationOut(Out):
    """Every posting replayed and compared; ``differences`` is empty when the ledger is in order."""

    balanced: bool
    transactions: int
    postings: int
    differences: list[DifferenceOut]
