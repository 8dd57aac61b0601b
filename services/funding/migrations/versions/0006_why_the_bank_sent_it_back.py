"""Why the bank sent an instruction back, in its own words."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instructions", sa.Column("bank_reason", sa.Text(), nullable=True))
