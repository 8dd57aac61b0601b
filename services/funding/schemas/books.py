"""The ledger."""

from uuid import UUID

from shared.http.shapes import Out, Time


class AccountOut(Out):
    id: UUID
    round_id: UUID
    award_id: UUID | None
    place: str
    zh: str
    en: str
    balance_fen: int


class PostingOut(Out):
    """One side of a transaction, debit positive, credit negative, in fen."""

    account_id: UUID
    place: str
    amount_fen: int


class TransactionOut(Out):
    """One business event in the ledger. ``business_time``: when it happened; ``created_at``: when it was booked;
    ``reverses_id``: the booking that it takes back."""

    id: UUID
    round_id: UUID
    award_id: UUID | None
    instalment_id: UUID | None
    event: str
    reverses_id: UUID | None
    reason: str | None
    actor: str
    business_time: Time
    created_at: Time
    postings: list[PostingOut]


class PayeeMoneyOut(Out):
    """Where the money of all awards of one payee stands."""

    unit_code: str
    unit_name: str
    awards: int
    committed_fen: int
    held_fen: int
    payable_fen: int
    in_transit_fen: int
    returned_fen: int
    paid_fen: int
    recoverable_fen: int
    recovered_fen: int
    written_off_fen: int


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
