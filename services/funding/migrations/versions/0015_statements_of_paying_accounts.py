"""Statements of paying accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("paying_account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("template_code", sa.Text(), nullable=False),
        sa.Column("template_version", sa.BigInteger(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False),
        sa.Column("matched", sa.BigInteger(), nullable=False),
        sa.Column("queued", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paying_account_id"], ["paying_accounts.id"], name=op.f("fk_statements_paying_account_id_paying_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint("paying_account_id", "sha256", name=op.f("uq_statements_paying_account_id_sha256")),
        info={"rights": "select, insert"},
    )
    op.create_table(
        "statement_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("paying_account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("counterparty", sa.Text(), nullable=False),
        sa.Column("account_hash", sa.Text(), nullable=True),
        sa.Column("account_end", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=True),
        sa.Column("instruction_id", sa.Uuid(), nullable=True),
        sa.Column("matched_by", sa.Text(), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("direction in ('out', 'in')", name=op.f("ck_statement_lines_direction")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_statement_lines_positive")),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instructions.id"], name=op.f("fk_statement_lines_instruction_id_instructions")
        ),
        sa.ForeignKeyConstraint(
            ["paying_account_id"],
            ["paying_accounts.id"],
            name=op.f("fk_statement_lines_paying_account_id_paying_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_statement_lines_statement_id_statements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_lines")),
        sa.UniqueConstraint("paying_account_id", "key", name=op.f("uq_statement_lines_paying_account_id_key")),
        info={"rights": "select, insert, update (instruction_id, matched_by, matched_at, version)"},
    )
    op.create_index(op.f("ix_statement_lines_instruction_id"), "statement_lines", ["instruction_id"], unique=False)
    op.create_index(op.f("ix_statement_lines_statement_id"), "statement_lines", ["statement_id"], unique=False)
    op.add_column("outstanding_items", sa.Column("statement_line_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_outstanding_items_statement_line_id_statement_lines"),
        "outstanding_items",
        "statement_lines",
        ["statement_line_id"],
        ["id"],
    )
