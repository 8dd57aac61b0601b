"""Bank files and their lines."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Batch(Row, Base):
    """A bank file with its control figures and the template that it was made with. The bytes name accounts: sealed, and
    read only where they are wanted. Made once, it never changes (the database refuses)."""

    __tablename__ = "batches"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "number"),
        sa.CheckConstraint(
            "(status = 'voided') = (voided_by is not null and void_reason is not null) and voided_by is distinct from made_by",
            name="voided",
        ),
        {"info": {"rights": "select, insert, update (status, version, voided_by, voided_at, void_reason)"}},
    )

    round_id: Mapped[UUID]
    number: Mapped[int]
    count: Mapped[int]
    sum_fen: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    file_name: Mapped[str]
    media_type: Mapped[str]
    template_code: Mapped[str]
    template_version: Mapped[int]
    template: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    paying_account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("paying_accounts.id"))
    made_by: Mapped[str]
    made_for: Mapped[str | None]
    made_at: Mapped[datetime]
    answer_due_at: Mapped[datetime]
    status: Mapped[str]
    voided_by: Mapped[str | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]


class Instruction(Row, Base):
    """One line of a batch. ``ground``: what was wrong with the account, when it came back for the account's sake. An
    instalment has at most one that is neither returned nor voided: never paid twice."""

    __tablename__ = "instructions"
    __table_args__ = (
        sa.Index(
            "uq_instructions_unreturned",
            "instalment_id",
            unique=True,
            postgresql_where=sa.text("coalesce(result, '') not in ('returned', 'voided')"),
        ),
        sa.CheckConstraint("result in ('paid', 'returned', 'unknown', 'voided')", name="result"),
        sa.CheckConstraint("amount_fen > 0", name="positive"),
    )

    batch_id: Mapped[UUID] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    instalment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("instalments.id"))
    team_id: Mapped[UUID]
    payee_id: Mapped[UUID] = mapped_column(sa.ForeignKey("payees.id"))
    amount_fen: Mapped[int]
    result: Mapped[str | None]
    voucher: Mapped[str | None]
    bank_reason: Mapped[str | None]
    ground: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_for: Mapped[str | None]
    answered_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """What the bank calls it: short enough for every bank's column."""
        return self.id.hex

    @property
    def status(self) -> str:
        return self.result or "sent"


constraint_reasons(
    {
        "uq_instructions_unreturned": Reason(
            "instalment.sent_already", "该分期已送银行且未退回", "This instalment is with the bank or paid already"
        ),
    }
)
