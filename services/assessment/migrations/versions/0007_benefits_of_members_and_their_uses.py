"""Benefits of members and their uses."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "benefit_uses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("benefit_id", sa.Uuid(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["benefit_id"], ["benefits.id"], name=op.f("fk_benefit_uses_benefit_id_benefits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_uses")),
        sa.UniqueConstraint("benefit_id", "reference", name=op.f("uq_benefit_uses_benefit_id_reference")),
        info={"rights": "select, insert"},
    )
    op.add_column("benefits", sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("benefits", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("benefits", sa.Column("uses", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("benefits", sa.Column("most_uses", sa.SmallInteger(), server_default="0", nullable=False))
    op.create_index(
        "ix_benefits_expires_at",
        "benefits",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status in ('granted', 'used', 'held')"),
    )
    op.add_column(
        "known_members", sa.Column("to_the_end", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
