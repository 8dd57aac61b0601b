"""A report may be a sector's, and a year's report says how indicators stood at the end of its year.

When a value that is known already was reported is not: it counts from the team's beginning, as it did until now."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_stands",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("target", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("actual", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["known_teams.id"], name=op.f("fk_known_stands_team_id_known_teams")),
        sa.PrimaryKeyConstraint("team_id", "name", "on", name=op.f("pk_known_stands")),
    )
    op.execute("""
        insert into known_stands select i.team_id, i.name, coalesce(t.starts_on, date '2000-01-01'), i.unit, i.baseline,
            i.target, i.actual from known_indicators i join known_teams t on t.id = i.team_id""")
    op.add_column("reports", sa.Column("sector", sa.Text(), server_default="", nullable=False))
    op.add_column("reports", sa.Column("unit_code", sa.Text(), server_default="", nullable=False))
    op.drop_constraint(op.f("uq_reports_year_division_number"), "reports", type_="unique")
    op.drop_index(op.f("uq_reports_open"), table_name="reports", postgresql_where="(status <> 'issued'::text)")
    op.create_index(
        "uq_reports_open",
        "reports",
        ["year", "division", "sector"],
        unique=True,
        postgresql_where=sa.text("status <> 'issued'"),
    )
    op.create_unique_constraint(
        op.f("uq_reports_year_division_sector_number"), "reports", ["year", "division", "sector", "number"]
    )
