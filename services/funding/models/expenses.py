"""Expenses, the lines that they stand on, and their fapiao."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.funding.models.base import Base
from services.funding.rules.expense import ExpenseFacts
from services.funding.rules.fapiao import FapiaoFacts
from services.funding.rules.fee import FeeFacts
from shared.crypto import Encrypted
from shared.db import Row, constraint_reasons, new_id
from shared.errors import Reason


class Expense(Row, Base):
    """One expense of an award. Whom it went to is ciphertext; ``recipient_keys`` are what a person is known again by.
    ``sent_hash``: what was sent first, so that sending it again is no harm."""

    __tablename__ = "expenses"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.CheckConstraint(
            "status <> 'accepted' or (decided_by <> booked_by and decided_by is distinct from submitted_by "
            "and decided_by <> all(editors) and decided_for is distinct from booked_by "
            "and decided_for is distinct from submitted_by and (decided_for is null or decided_for <> all(editors)))",
            name="two_people",
        ),
        sa.Index("ix_expenses_award_id_status", "award_id", "status"),
        sa.Index("ix_expenses_recipient_keys", "recipient_keys", postgresql_using="gin"),
    )

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"))
    round_id: Mapped[UUID] = mapped_column(index=True)
    team_id: Mapped[UUID]
    status: Mapped[str]
    spent_on: Mapped[date]
    category: Mapped[str]
    what: Mapped[str]
    amount_fen: Mapped[int]
    recipient_kind: Mapped[str]
    recipient_name: Mapped[str] = mapped_column(Encrypted())
    recipient_unit: Mapped[str]
    recipient_person_id: Mapped[UUID | None]
    recipient_keys: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()))
    fee_level: Mapped[str | None]
    fee_days: Mapped[Decimal | None] = mapped_column(sa.Numeric(4, 1))
    fee_net_fen: Mapped[int | None]
    booked_by: Mapped[str]
    editors: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()), default=list, server_default="{}")
    """Everybody who changed it since."""
    submitted_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_for: Mapped[str | None]
    """In whose place a substitute decided."""
    decided_at: Mapped[datetime | None]
    decided_reason: Mapped[str | None]
    sent_hash: Mapped[str]
    parts: Mapped[list["ExpensePart"]] = relationship(
        lazy="selectin", order_by="ExpensePart.position", cascade="all, delete-orphan"
    )
    fapiaos: Mapped[list["Fapiao"]] = relationship(lazy="selectin", order_by="Fapiao.key", cascade="all, delete-orphan")

    def facts(self, files: int = 0, before: Decimal = Decimal(0), own: bool = False) -> ExpenseFacts:
        fee = None
        if self.fee_level is not None:
            days, net_fen = self.fee_days or Decimal(0), self.fee_net_fen or 0
            fee = FeeFacts(self.fee_level, days, net_fen, self.amount_fen, before, own)
        return ExpenseFacts(
            self.status,
            self.spent_on,
            self.category,
            self.what,
            tuple((part.line, part.amount_fen) for part in self.parts),
            tuple(one.facts for one in self.fapiaos),
            fee,
            files,
            tuple(who for who in (self.booked_by, *self.editors, self.submitted_by) if who),
        )


class ExpensePart(Base):
    """What of an expense stands on one line of the budget."""

    __tablename__ = "expense_parts"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    expense_id: Mapped[UUID] = mapped_column(sa.ForeignKey("expenses.id"), index=True)
    position: Mapped[int]
    line: Mapped[str]
    amount_fen: Mapped[int]


class Fapiao(Base):
    """A fapiao of an expense: once over the whole programme, until the expense is withdrawn (``released``)."""

    __tablename__ = "fapiaos"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.Index("uq_fapiaos_key", "key", unique=True, postgresql_where=sa.text("not released")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    expense_id: Mapped[UUID] = mapped_column(sa.ForeignKey("expenses.id"), index=True)
    key: Mapped[str]
    code: Mapped[str]
    number: Mapped[str]
    seller_code: Mapped[str]
    amount_fen: Mapped[int]
    issued_on: Mapped[date]
    released: Mapped[bool] = mapped_column(default=False)

    @property
    def facts(self) -> FapiaoFacts:
        return FapiaoFacts(self.code, self.number, self.seller_code, self.amount_fen, self.issued_on)


constraint_reasons(
    {
        "pk_expenses": Reason(
            "expense.changed", "该编号已用于其他支出", "Another expense was sent under this id", "/id"
        ),
        "uq_fapiaos_key": Reason(
            "fapiao.used", "该发票已用于其他支出", "This fapiao is used for another expense", "/fapiaos"
        ),
    }
)
