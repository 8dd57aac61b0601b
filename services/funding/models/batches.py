"""Bank files and their lines."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from shared.crypto import Encrypted
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Batch(Row, Base):
    """A bank file with its control figures. The content names accounts: encrypted."""

    __tablename__ = "batches"
    __table_args__ = (sa.UniqueConstraint("round_id", "number"),)

    round_id: Mapped[UUID]
    number: Mapped[int]
    count: Mapped[int]
    sum_fen: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[str] = mapped_column(Encrypted())
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    status: Mapped[str]


class Instruction(Row, Base):
    """One line of a batch. An instalment has at most one that the bank has not returned: never paid twice."""

    __tablename__ = "instructions"
    __table_args__ = (
        sa.Index(
            "uq_instructions_unreturned",
            "instalment_id",
            unique=True,
            postgresql_where=sa.text("result is distinct from 'returned'"),
        ),
        sa.CheckConstraint("result in ('paid', 'returned', 'unknown')", name="result"),
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
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]

    @property
    def status(self) -> str:
        return self.result or "sent"


constraint_reasons({
    "uq_instructions_unreturned": Reason(
        "instalment.sent_already", "该分期已送银行且未退回", "This instalment is with the bank or paid already"),
})  # fmt: skip
