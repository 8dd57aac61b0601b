"""Uses that were noted by mistake and drafts of reports that were begun by mistake are withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("benefit_uses", sa.Column("withdrawn_by", sa.Text(), nullable=True))
    op.add_column("benefit_uses", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("benefit_uses", sa.Column("withdrawn_reason", sa.Text(), server_default="", nullable=False))
    op.drop_constraint(op.f("uq_benefit_uses_benefit_id_reference"), "benefit_uses", type_="unique")
    op.create_index(
        "uq_benefit_uses_benefit_id_reference",
        "benefit_uses",
        ["benefit_id", "reference"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
    op.add_column("card_uses", sa.Column("withdrawn_by", sa.Text(), nullable=True))
    op.add_column("card_uses", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("card_uses", sa.Column("withdrawn_reason", sa.Text(), server_default="", nullable=False))
    op.drop_constraint(op.f("uq_card_uses_card_id_used_on_service_place_reference"), "card_uses", type_="unique")
    op.create_index(
        "uq_card_uses_card_id_used_on_service_place_reference",
        "card_uses",
        ["card_id", "used_on", "service", "place", "reference"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
    op.drop_constraint(op.f("uq_reports_year_division_sector_number"), "reports", type_="unique")
    op.create_index(
        "uq_reports_year_division_sector_number",
        "reports",
        ["year", "division", "sector", "number"],
        unique=True,
        postgresql_where=sa.text("status <> 'withdrawn'"),
    )
    op.drop_index(op.f("uq_reports_open"), table_name="reports")
    op.create_index(
        "uq_reports_open",
        "reports",
        ["year", "division", "sector"],
        unique=True,
        postgresql_where=sa.text("status not in ('issued', 'withdrawn')"),
    )
