"""Offers of experts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("direction", sa.Text(), nullable=False, server_default=sa.text("'demand'")))
    op.add_column("orders", sa.Column("offered_by", sa.Uuid(), nullable=True))
    op.add_column("orders", sa.Column("expert_name", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("orders", sa.Column("expert_unit", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.drop_constraint(op.f("uq_orders_import_key"), "orders", type_="unique")
    op.create_unique_constraint(
        "uq_orders_import_key",
        "orders",
        ["round_id", "host_code", "title", "offered_by"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "ix_orders_offered_by",
        "orders",
        ["offered_by"],
        unique=False,
        postgresql_where=sa.text("offered_by is not null"),
    )
