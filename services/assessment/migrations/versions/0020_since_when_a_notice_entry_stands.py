"""Since when an entry of a notice has stood where it stands: a public answer is as new as the last team that left."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    since = sa.Column("status_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)
    op.add_column("notice_entries", since)
