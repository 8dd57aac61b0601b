"""The double-entry ledger."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from services.funding.rules.ledger import CHART
from shared.db import constraint_reasons, new_id
from shared.errors import Reason

_OF_A_ROUND = ", ".join(f"'{name}'" for name, place in CHART.items() if place.of == "round")


class LedgerAccount(Base):
    """A place of one round, or of one award. Its balance only follows from postings."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "award_id", "place", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint(f"(award_id is null) = (place in ({_OF_A_ROUND}))", name="owner"),
        sa.CheckConstraint(
            "case when place = 'appropriation' then balance_fen <= 0 else balance_fen >= 0 end", name="never_negative"
        ),
        # To lock a row takes the right to update some column of it: this one, which a trigger keeps as it is.
        {"info": {"rights": "select, insert (id, round_id, award_id, place), update (place)"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID]
    award_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("awards.id"), index=True)
    place: Mapped[str]
    balance_fen: Mapped[int] = mapped_column(server_default="0")


class LedgerTransaction(Base):
    """One business event in the ledger: append-only. ``opened_in`` is the database transaction that made it; only
    there can it take postings."""

    __tablename__ = "ledger_transactions"
    __table_args__ = (
        sa.Index("ix_ledger_transactions_round_id_business_time", "round_id", "business_time"),
        # When it was booked, and in which database transaction, is nobody's to say.
        {
            "info": {
                "rights": "select, insert (id, round_id, award_id, instalment_id, event, reverses_id, reason, actor,"
                " business_time)"
            }
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID]
    award_id: Mapped[UUID | None] = mapped_column(index=True)
    instalment_id: Mapped[UUID | None] = mapped_column(index=True)
    event: Mapped[str]
    reverses_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_transactions.id"), unique=True)
    reason: Mapped[str | None]
    actor: Mapped[str]
    business_time: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    opened_in: Mapped[int] = mapped_column(server_default=sa.text("(pg_current_xact_id()::text)::bigint"))


class LedgerPosting(Base):
    """One side of a transaction, debit positive: append-only."""

    __tablename__ = "ledger_postings"
    __table_args__ = (
        sa.CheckConstraint("amount_fen <> 0", name="something"),
        {"info": {"rights": "select, insert (transaction_id, account_id, amount_fen)"}},
    )

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    transaction_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_transactions.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_accounts.id"), index=True)
    amount_fen: Mapped[int]


constraint_reasons(
    {
        "ck_ledger_accounts_never_negative": Reason(
            "ledger.negative", "余额不足，账户不得为负", "Not enough money: no account may go below zero"
        ),
        "uq_ledger_transactions_reverses_id": Reason(
            "ledger.reversed_already", "该记账已冲销", "This booking is reversed already"
        ),
    }
)
