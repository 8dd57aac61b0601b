"""Bank statements have a word of their own: tables, columns, constraints and codes are called after it."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CONSTRAINTS = {
    "bank_statements": {
        "pk_statements": "pk_bank_statements",
        "fk_statements_paying_account_id_paying_accounts": "fk_bank_statements_paying_account_id_paying_accounts",
        "uq_statements_paying_account_id_sha256": "uq_bank_statements_paying_account_id_sha256",
    },
    "bank_statement_lines": {
        "pk_statement_lines": "pk_bank_statement_lines",
        "fk_statement_lines_instruction_id_instructions": "fk_bank_statement_lines_instruction_id_instructions",
        "fk_statement_lines_paying_account_id_paying_accounts": "fk_bank_statement_lines_paying_account_id_paying_accounts",
        "fk_statement_lines_statement_id_statements": "fk_bank_statement_lines_bank_statement_id_bank_statements",
        "uq_statement_lines_paying_account_id_key": "uq_bank_statement_lines_paying_account_id_key",
        "ck_statement_lines_direction": "ck_bank_statement_lines_direction",
        "ck_statement_lines_positive": "ck_bank_statement_lines_positive",
    },
    "outstanding_items": {
        "fk_outstanding_items_statement_line_id_statement_lines": "fk_outstanding_items_bank_line_id_bank_statement_lines",
    },
}


def upgrade() -> None:
    op.rename_table("statements", "bank_statements")
    op.rename_table("statement_lines", "bank_statement_lines")
    op.alter_column("bank_statement_lines", "statement_id", new_column_name="bank_statement_id")
    op.alter_column("outstanding_items", "statement_line_id", new_column_name="bank_line_id")
    op.alter_column("repayments", "by_statement", new_column_name="by_bank_statement")
    for table, names in CONSTRAINTS.items():
        for old, new in names.items():
            op.execute(f"alter table {table} rename constraint {old} to {new}")
    for column in ("instruction_id", "bank_statement_id"):
        old = column.removeprefix("bank_")
        op.execute(f"alter index ix_statement_lines_{old} rename to ix_bank_statement_lines_{column}")
    op.execute("update outstanding_items set code = 'bank_' || code where code like 'statement.%'")
    op.execute("update outstanding_items set queue = 'bank_statement' where queue = 'statement'")
