"""What became of a year's rating."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("known_duties", sa.Column("ended", sa.Text(), server_default="", nullable=False))
