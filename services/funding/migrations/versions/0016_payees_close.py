"""Whose payee accounts are, and when one is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payees", sa.Column("division", sa.Text(), server_default="", nullable=False))
    op.add_column("payees", sa.Column("closed_by", sa.Text(), nullable=True))
    op.add_column("payees", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("payees", sa.Column("closed_as", sa.Text(), nullable=True))
    op.add_column("payees", sa.Column("closed_reason", sa.Text(), nullable=True))
