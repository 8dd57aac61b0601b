"""Substitutes for expenses and write-offs."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("expenses", sa.Column("decided_for", sa.Text(), nullable=True))
    op.add_column("recoveries", sa.Column("write_off_for", sa.Text(), nullable=True))
    op.add_column("recoveries", sa.Column("written_off_for", sa.Text(), nullable=True))
    for table in ("expenses", "recoveries"):
        op.drop_constraint(op.f(f"ck_{table}_two_people"), table, type_="check")
    op.create_check_constraint(
        op.f("ck_expenses_two_people"),
        "expenses",
        "status <> 'accepted' or (decided_by <> booked_by and decided_by is distinct from submitted_by "
        "and decided_by <> all(editors) and decided_for is distinct from booked_by "
        "and decided_for is distinct from submitted_by and (decided_for is null or decided_for <> all(editors)))",
    )
    apart = " and ".join(f"write_off_{a} <> written_off_{b}" for a in ("by", "for") for b in ("by", "for"))
    op.create_check_constraint(op.f("ck_recoveries_two_people"), "recoveries", f"status <> 'written_off' or {apart}")
