"""Reinstated teams."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("awards", sa.Column("team_gone", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "known_assessments", sa.Column("failed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
