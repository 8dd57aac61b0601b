"""A grade other than the computed one stands only with its reason. A row from before that lost it says so."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

RULE = "given is null or given is not distinct from computed or override_reason <> ''"


def upgrade() -> None:
    rows = sa.table("assessments", sa.column("override_reason", sa.Text))
    lost = sa.update(rows).where(sa.text(f"not ({RULE})"))
    op.execute(lost.values(override_reason="理由未记录 / no reason was recorded"))
    op.create_check_constraint(op.f("ck_assessments_override_has_a_reason"), "assessments", RULE)
