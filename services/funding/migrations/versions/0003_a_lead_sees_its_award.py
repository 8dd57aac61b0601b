"""An award knows its team's lead, who may see it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("award", sa.Column("lead_id", sa.Uuid(), nullable=True))
