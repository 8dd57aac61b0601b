"""Whose money was read out: an office sees who read that of its rounds, wherever the reader sits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("readings", sa.Column("divisions", postgresql.ARRAY(sa.Text()), nullable=True))
    # What was read before this was kept is known by the reader's division only. The table refuses every change.
    op.execute("alter table readings disable trigger append_only")
    op.execute("update readings set divisions = array[division]")
    op.execute("alter table readings enable trigger append_only")
    op.alter_column("readings", "divisions", nullable=False)
