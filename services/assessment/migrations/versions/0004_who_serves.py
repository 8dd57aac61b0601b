"""Who serves."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_merges",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("into", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_known_merges")),
    )
    op.create_index(op.f("ix_known_merges_into"), "known_merges", ["into"], unique=False)
    op.create_table(
        "known_members",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["known_teams.id"], name=op.f("fk_known_members_team_id_known_teams")),
        sa.PrimaryKeyConstraint("team_id", "person_id", "joined_on", name=op.f("pk_known_members")),
    )
    op.create_index(op.f("ix_known_members_person_id"), "known_members", ["person_id"], unique=False)
    op.create_index(op.f("ix_known_members_unit_code"), "known_members", ["unit_code"], unique=False)
    op.add_column("known_entries", sa.Column("person_id", sa.Uuid(), nullable=True))
    # teams confirmed by an earlier release: their lead was told, nobody else
    op.execute(
        "insert into known_members (team_id, person_id, joined_on, name, role, unit_code, unit_name, left_on)"
        " select id, lead_id, coalesce(starts_on, current_date), lead_name, 'lead', unit_code, unit_name,"
        " case when stage in ('concluded', 'withdrawn', 'dissolved', 'lapsed')"
        " then greatest(ends_on, coalesce(starts_on, current_date)) end"
        " from known_teams where stage not in ('on_notice', 'reopened', 'rejected')"
    )
