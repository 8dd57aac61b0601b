"""How appropriations changed: every increase, cut, carry-over and lapse with its papers, also those booked so far; what the
ledger had at a moment is found by time."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Of changes before this table the ledger knows all but the papers' numbers.
SO_FAR = """
insert into appropriation_changes
       (id, round_id, event, amount_fen, appropriation_fen, reason, actor, business_time, transaction_id)
select gen_random_uuid(), t.round_id, t.event, abs(p.amount_fen),
       sum(-p.amount_fen) over (partition by t.round_id order by t.id), coalesce(t.reason, ''), t.actor,
       t.business_time, t.id
  from ledger_transactions t
  join ledger_postings p on p.transaction_id = t.id
  join ledger_accounts a on a.id = p.account_id and a.place = 'appropriation'
 where t.event in ('appropriate', 'cut')
 order by t.id
"""


def upgrade() -> None:
    op.create_table(
        "appropriation_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("appropriation_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("budget_indicator", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("business_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("linked_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_appropriation_changes_positive")),
        sa.ForeignKeyConstraint(
            ["linked_id"],
            ["appropriation_changes.id"],
            name=op.f("fk_appropriation_changes_linked_id_appropriation_changes"),
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_appropriation_changes_transaction_id_ledger_transactions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appropriation_changes")),
        sa.UniqueConstraint("linked_id", name=op.f("uq_appropriation_changes_linked_id")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_appropriation_changes_transaction_id")),
    )
    op.create_index("ix_appropriation_changes_round_id_id", "appropriation_changes", ["round_id", "id"], unique=False)
    op.execute(SO_FAR)
    op.drop_index(op.f("ix_ledger_transactions_round_id"), table_name="ledger_transactions")
    op.create_index(
        "ix_ledger_transactions_round_id_business_time",
        "ledger_transactions",
        ["round_id", "business_time"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ledger_transactions_instalment_id"), "ledger_transactions", ["instalment_id"], unique=False
    )
