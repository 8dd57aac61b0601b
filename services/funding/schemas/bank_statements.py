"""Statements of paying accounts, and the reconciliation."""

from datetime import date
from uuid import UUID

from shared.http.shapes import Out, Time


class BankStatementOut(Out):
    """What became of a statement's lines: known from an earlier one, matched with an instruction, queued."""

    id: UUID
    version: int
    paying_account_id: UUID
    name: str
    sha256: str
    imported_by: str
    imported_at: Time
    from_on: date
    to_on: date
    opening_fen: int | None
    closing_fen: int | None
    lines: int
    known: int
    matched: int
    queued: int


class BankStatementLineOut(Out):
    """One movement; of the counterparty's account only its end."""

    id: UUID
    row: int
    booked_on: date
    amount_fen: int
    direction: str
    counterparty: str
    account_end: str
    reference: str
    summary: str
    serial: str
    balance_fen: int | None
    instruction_id: UUID | None
    recovery_id: UUID | None
    matched_by: str | None


class AccountReconciliationOut(Out):
    """余额调节表 of a paying account to the end of a day. Book: what stood there before the first statement, less what
    the ledger paid from it, and what it took back. ``book + ledger_only − bank_out_only + bank_in_only = bank`` (what
    only one of both shows); ``difference_fen`` is what even that does not explain: lines that no statement brought."""

    paying_account_id: UUID
    from_on: date
    to_on: date
    opening_fen: int
    paid_fen: int
    recovered_fen: int
    book_fen: int
    ledger_only_fen: int
    bank_out_only_fen: int
    bank_in_only_fen: int
    bank_fen: int
    difference_fen: int
    balanced: bool
    open_items: int
    open_items_fen: int


class ReconciliationOut(Out):
    """余额调节表 of a round to the end of a month: ``ledger_fen`` paid by the ledger, ``bank_fen`` by the statements;
    between them what only one of them shows. ``ledger + bank_only = bank + ledger_only``."""

    ledger_fen: int
    bank_fen: int
    ledger_only_fen: int
    bank_only_fen: int
    open_items: int
    open_items_fen: int
    balanced: bool
