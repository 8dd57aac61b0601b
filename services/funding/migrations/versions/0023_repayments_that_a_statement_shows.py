"""Repayments that a statement shows."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bank_statement_lines", sa.Column("recovery_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_bank_statement_lines_recovery_id_recoveries"),
        "bank_statement_lines",
        "recoveries",
        ["recovery_id"],
        ["id"],
    )
    op.add_column("outstanding_items", sa.Column("recovery_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_outstanding_items_recovery_id_recoveries"), "outstanding_items", "recoveries", ["recovery_id"], ["id"]
    )
    op.add_column("recoveries", sa.Column("number", sa.Text(), nullable=True))
    recoveries = sa.table("recoveries", sa.column("id", sa.Uuid()), sa.column("number", sa.Text()))
    for (key,) in op.get_bind().execute(sa.select(recoveries.c.id)).all():
        digits = key.int % 10**10
        number = f"SH{digits:010}{98 - digits * 100 % 97:02}"
        op.get_bind().execute(recoveries.update().where(recoveries.c.id == key).values(number=number))
    op.alter_column("recoveries", "number", nullable=False)
    op.create_unique_constraint(op.f("uq_recoveries_number"), "recoveries", ["number"])
    op.add_column("repayments", sa.Column("bank_line_id", sa.Uuid(), nullable=True))
    op.add_column("repayments", sa.Column("registered_for", sa.Text(), nullable=True))
    op.add_column("repayments", sa.Column("decided_for", sa.Text(), nullable=True))
    op.create_index(
        "uq_repayments_bank_line",
        "repayments",
        ["bank_line_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'rejected'"),
    )
    op.create_foreign_key(
        op.f("fk_repayments_bank_line_id_bank_statement_lines"),
        "repayments",
        "bank_statement_lines",
        ["bank_line_id"],
        ["id"],
    )
    op.drop_constraint(op.f("ck_repayments_two_people"), "repayments", type_="check")
    # What a statement alone confirmed before, or the system where claims became rows, no second person decided.
    op.execute("update repayments set decided_by = null where by_bank_statement and decided_by = registered_by")
    op.drop_column("repayments", "by_bank_statement")
    op.create_check_constraint(
        op.f("ck_repayments_two_people"), "repayments", "status <> 'confirmed' or " + _apart("registered", "decided")
    )
    op.drop_constraint(op.f("ck_resolutions_two_people"), "resolutions", type_="check")
    op.create_check_constraint(
        op.f("ck_resolutions_two_people"),
        "resolutions",
        "status <> 'confirmed' or decided_by is not null and " + _apart("proposed", "decided"),
    )


def _apart(one: str, other: str) -> str:
    return " and ".join(f"{one}_{a} <> {other}_{b}" for a in ("by", "for") for b in ("by", "for"))
