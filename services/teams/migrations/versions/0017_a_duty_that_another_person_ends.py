"""A duty that another person ends."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("known_duties", sa.Column("not_for", sa.Text(), server_default="", nullable=False))
