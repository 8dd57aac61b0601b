"""Statements of paying accounts (对账单), line by line."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from services.funding.rules.bank_statement import movement
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class BankStatement(Row, Base):
    """A statement as it came (sealed), and what became of its lines. ``opening_fen`` and ``closing_fen`` are the bank's
    balances before and after it, where they follow from its lines."""

    __tablename__ = "bank_statements"
    __table_args__ = (
        sa.UniqueConstraint("paying_account_id", "sha256"),
        {"info": {"rights": "select, insert"}},
    )

    division: Mapped[str]
    paying_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paying_accounts.id"))
    name: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    template_code: Mapped[str]
    template_version: Mapped[int]
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]
    from_on: Mapped[date]
    to_on: Mapped[date]
    opening_fen: Mapped[int | None]
    closing_fen: Mapped[int | None]
    lines: Mapped[int]
    known: Mapped[int]
    matched: Mapped[int]
    queued: Mapped[int]


class BankStatementLine(Row, Base):
    """One movement on a paying account; the same line of overlapping statements is one row. ``account_hash`` is the
    counterparty's account."""

    __tablename__ = "bank_statement_lines"
    __table_args__ = (
        sa.UniqueConstraint("paying_account_id", "key"),
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.CheckConstraint("direction in ('out', 'in')", name="direction"),
        {"info": {"rights": "select, insert, update (instruction_id, recovery_id, matched_by, matched_at, version)"}},
    )

    bank_statement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("bank_statements.id"), index=True)
    paying_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paying_accounts.id"))
    key: Mapped[str]
    row: Mapped[int]
    booked_on: Mapped[date]
    amount_fen: Mapped[int]
    direction: Mapped[str]
    counterparty: Mapped[str]
    account_hash: Mapped[str | None]
    account_end: Mapped[str]
    reference: Mapped[str]
    summary: Mapped[str]
    serial: Mapped[str]
    balance_fen: Mapped[int | None]
    instruction_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("instructions.id"), index=True)
    recovery_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("recoveries.id"))
    matched_by: Mapped[str | None]
    matched_at: Mapped[datetime | None]

    @property
    def movement(self) -> str:
        """The bank's own reference of the movement."""
        return movement(self.serial, self.key)


constraint_reasons(
    {
        "uq_bank_statements_paying_account_id_sha256": Reason(
            "bank_statement.twice", "该对账单正在导入", "This statement is being imported at this moment"
        ),
        "uq_bank_statement_lines_paying_account_id_key": Reason(
            "bank_statement.twice",
            "同一账户的对账单正在导入",
            "A statement of this account is being imported at this moment",
        ),
    }
)
