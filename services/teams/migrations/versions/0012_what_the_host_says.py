"""What the host says."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_absences_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(
        "ix_absences_open", "absences", ["team_id"], unique=False, postgresql_where=sa.text("status != 'settled'")
    )
    op.create_index("uq_absences_day", "absences", ["team_id", "expected_on"], unique=True)
    op.create_table(
        "host_ratings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("satisfaction", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rated_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_host_ratings_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_ratings")),
    )
    op.create_index("ix_host_ratings_team", "host_ratings", ["team_id", "id"], unique=False)
    op.add_column("confirmation_links", sa.Column("phone_hash", sa.Text(), server_default="", nullable=False))
    op.add_column("confirmation_links", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "confirmation_links", sa.Column("asked", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("entries", sa.Column("recorded_by", sa.Text(), server_default="", nullable=False))
    op.add_column("entries", sa.Column("sent_hash", sa.Text(), server_default="", nullable=False))
