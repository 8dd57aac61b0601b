"""Balances of bank statements."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bank_statements", sa.Column("opening_fen", sa.BigInteger(), nullable=True))
    op.add_column("bank_statements", sa.Column("closing_fen", sa.BigInteger(), nullable=True))
