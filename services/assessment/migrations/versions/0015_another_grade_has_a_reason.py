"""A grade other than the computed one stands only with its reason. Rows from before are left as they are."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(
        op.f("ck_assessments_override_has_a_reason"),
        "assessments",
        "given is null or given is not distinct from computed or override_reason <> ''",
        postgresql_not_valid=True,
    )
