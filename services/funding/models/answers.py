"""The bank's answer files, line by line, and what does not match."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from services.funding.rules.item import ItemFacts
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class AnswerFile(Row, Base):
    """A file that the bank answered with, as it came (sealed: it names accounts), and what became of its rows."""

    __tablename__ = "answer_files"
    __table_args__ = (sa.UniqueConstraint("division", "sha256"), {"info": {"rights": "select, insert"}})

    division: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    template_code: Mapped[str]
    template_version: Mapped[int]
    imported_by: Mapped[str]
    imported_for: Mapped[str | None]
    imported_at: Mapped[datetime]
    rows: Mapped[int]
    paid: Mapped[int]
    returned: Mapped[int]
    unknown: Mapped[int]
    unchanged: Mapped[int]
    queued: Mapped[int]


class AnswerLine(Row, Base):
    """One row of an answer file: what it said, and whether it counted."""

    __tablename__ = "answer_lines"
    __table_args__ = {"info": {"rights": "select, insert"}}

    file_id: Mapped[UUID] = mapped_column(sa.ForeignKey("answer_files.id"), index=True)
    row: Mapped[int]
    reference: Mapped[str]
    instruction_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("instructions.id"), index=True)
    result: Mapped[str | None]
    amount_fen: Mapped[int | None]
    account_end: Mapped[str | None]
    voucher: Mapped[str | None]
    bank_reason: Mapped[str | None]
    outcome: Mapped[str]
    codes: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()))


class OutstandingItem(Row, Base):
    """Something that ledger, instruction and bank do not agree on (未达账项), until a person or the bank explains it."""

    __tablename__ = "outstanding_items"
    __table_args__ = (
        sa.Index("ix_outstanding_items_division_status", "division", "status"),
        sa.Index(
            "uq_outstanding_items_overdue", "batch_id", unique=True, postgresql_where=sa.text("queue = 'unanswered'")
        ),
    )

    division: Mapped[str]
    round_id: Mapped[UUID | None]
    queue: Mapped[str]
    code: Mapped[str]
    zh: Mapped[str]
    en: Mapped[str]
    reference: Mapped[str]
    amount_fen: Mapped[int]
    since: Mapped[datetime]
    status: Mapped[str]
    batch_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("batches.id"))
    instruction_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("instructions.id"), index=True)
    recovery_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("recoveries.id"))
    answer_line_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("answer_lines.id"))
    bank_line_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("bank_statement_lines.id"))
    reason: Mapped[str | None]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    @property
    def facts(self) -> ItemFacts:
        return ItemFacts(self.status, self.amount_fen, self.queue)


constraint_reasons(
    {
        "uq_answer_files_division_sha256": Reason(
            "answer_file.twice", "该文件正在导入", "This file is being imported at this moment"
        ),
    }
)
