"""Money that must come back: recoveries, their plans and repayments."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.funding.models.base import Base, different_people
from services.funding.rules.recovery import RecoveryFacts
from services.funding.rules.repayment import RepaymentFacts
from shared.db import Row, constraint_reasons, new_id
from shared.errors import Reason


class Recovery(Row, Base):
    """What a payee must pay back of one award, on one ground. ``transaction_id``: the booking that claims it.
    ``next_due_on``: the earliest day on which something is due that was not paid. ``number``: what the payee writes on
    the transfer, printed on its notice. ``made_good_at``: its award was reinstated, what came back is promised anew.
    ``…_for`` are those in whose place a substitute proposed or agreed to write it off."""

    __tablename__ = "recoveries"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.CheckConstraint(
            "repaid_fen >= 0 and written_off_fen >= 0 and forgiven_fen >= 0"
            " and repaid_fen + written_off_fen + forgiven_fen <= amount_fen",
            name="never_more",
        ),
        sa.CheckConstraint(
            f"status <> 'written_off' or {different_people('write_off', 'written_off')}", name="two_people"
        ),
        sa.Index("ix_recoveries_status_next_due_on", "status", "next_due_on"),
    )

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"), index=True)
    round_id: Mapped[UUID] = mapped_column(index=True)
    team_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(unique=True)
    ground: Mapped[str]
    status: Mapped[str]
    amount_fen: Mapped[int]
    repaid_fen: Mapped[int] = mapped_column(default=0)
    written_off_fen: Mapped[int] = mapped_column(default=0)
    forgiven_fen: Mapped[int] = mapped_column(default=0, server_default="0")
    due_on: Mapped[date]
    next_due_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    transaction_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_transactions.id"))
    reason: Mapped[str | None]
    made_good_at: Mapped[datetime | None]
    write_off_by: Mapped[str | None]
    write_off_for: Mapped[str | None]
    written_off_by: Mapped[str | None]
    written_off_for: Mapped[str | None]
    plan: Mapped[list["RecoveryPart"]] = relationship(
        lazy="selectin", order_by="RecoveryPart.due_on", cascade="all, delete-orphan"
    )

    def facts(self, pending_fen: int = 0) -> RecoveryFacts:
        parts = tuple((part.due_on, part.amount_fen) for part in self.plan)
        return RecoveryFacts(
            self.status,
            self.amount_fen,
            self.due_on,
            self.repaid_fen,
            pending_fen,
            parts,
            self.write_off_by or "",
            self.write_off_for or "",
            self.ground,
        )


class RecoveryPart(Base):
    """One instalment of a repayment plan."""

    __tablename__ = "recovery_parts"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recovery_id: Mapped[UUID] = mapped_column(sa.ForeignKey("recoveries.id"), index=True)
    due_on: Mapped[date]
    amount_fen: Mapped[int]


class Repayment(Row, Base):
    """Money that came back, by the bank's reference, which is used once; ``bank_line_id`` is the line of the bank's
    statement that shows it. ``…_for`` are those in whose place a substitute signed."""

    __tablename__ = "repayments"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.CheckConstraint(f"status <> 'confirmed' or {different_people('registered', 'decided')}", name="two_people"),
        sa.Index(
            "uq_repayments_bank_line", "bank_line_id", unique=True, postgresql_where=sa.text("status <> 'rejected'")
        ),
        sa.Index("uq_repayments_reference", "reference", unique=True, postgresql_where=sa.text("status <> 'rejected'")),
    )

    recovery_id: Mapped[UUID] = mapped_column(sa.ForeignKey("recoveries.id"), index=True)
    award_id: Mapped[UUID]
    round_id: Mapped[UUID]
    status: Mapped[str]
    amount_fen: Mapped[int]
    reference: Mapped[str]
    paid_on: Mapped[date]
    bank_line_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("bank_statement_lines.id"))
    registered_by: Mapped[str]
    registered_for: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_for: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_reason: Mapped[str | None]

    @property
    def facts(self) -> RepaymentFacts:
        return RepaymentFacts(self.status, self.registered_by, self.registered_for or "")


constraint_reasons(
    {
        "uq_repayments_bank_line": Reason(
            "repayment.line_used",
            "对账单此行已登记为一笔缴款",
            "This line of the statement is registered as a repayment",
        ),
        "uq_repayments_reference": Reason(
            "repayment.reference_used", "该银行流水号已登记", "This bank reference is registered already", "/reference"
        ),
    }
)
