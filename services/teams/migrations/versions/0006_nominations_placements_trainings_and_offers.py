"""Nominations placements trainings and offers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nominations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_nominations_person_id_people")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_nominations_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nominations")),
    )
    op.create_index("ix_nominations_list", "nominations", ["round_id", "created_at", "id"], unique=False)
    op.create_index("ix_nominations_person", "nominations", ["person_id"], unique=False)
    op.create_index(op.f("ix_nominations_team_id"), "nominations", ["team_id"], unique=False)
    op.create_index("ix_nominations_unit", "nominations", ["unit_code"], unique=False)
    op.create_index(
        "uq_nominations_once",
        "nominations",
        ["round_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("status != 'withdrawn'"),
    )
    op.create_table(
        "trainings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=6, scale=1), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_trainings_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
        sa.UniqueConstraint("team_id", name=op.f("uq_trainings_team_id")),
    )
    op.add_column("known_orders", sa.Column("direction", sa.Text(), nullable=False, server_default=sa.text("'demand'")))
    op.add_column("known_orders", sa.Column("offered_by", sa.Uuid(), nullable=True))
    op.add_column("known_orders", sa.Column("unclaimed", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("teams", sa.Column("host_name", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("teams", sa.Column("training_due", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("teams", sa.Column("placed", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.drop_index(
        op.f("uq_teams_one_claim"),
        table_name="teams",
        postgresql_where="(status <> ALL (ARRAY['rejected'::text, 'concluded'::text, 'withdrawn'::text, 'dissolved'::text, 'lapsed'::text]))",
    )
    op.create_index(
        "uq_teams_one_claim",
        "teams",
        ["round_id", "order_id", "lead_id", "host_code"],
        unique=True,
        postgresql_where=sa.text("(status NOT IN ('rejected', 'concluded', 'withdrawn', 'dissolved', 'lapsed'))"),
    )
    op.execute("update teams set host_name = o.host_name from known_orders o where o.id = teams.order_id")
    # a trained team holds its post as well
    op.drop_index("uq_teams_order_taken", table_name="teams")
    op.create_index(
        "uq_teams_order_taken",
        "teams",
        ["round_id", "order_id"],
        unique=True,
        postgresql_where=sa.text("status in ('proposed', 'on_notice', 'confirmed', 'agreed', 'trained', 'serving')"),
    )
