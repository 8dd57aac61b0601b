"""Ratings from the phone."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_ratings",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("satisfaction", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["known_teams.id"], name=op.f("fk_known_ratings_team_id_known_teams")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_known_ratings")),
    )
