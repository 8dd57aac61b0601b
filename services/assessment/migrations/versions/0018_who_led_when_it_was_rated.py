"""Who led when it was rated."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessments", sa.Column("lead_id", sa.Uuid(), nullable=True))
    op.execute(
        "update assessments set lead_id = known_teams.lead_id from known_teams"
        " where known_teams.id = team_id and edition is not null"
    )
