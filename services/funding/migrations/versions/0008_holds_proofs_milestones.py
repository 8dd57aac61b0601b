"""Holds, proofs and milestones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("instalment_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("placed_as", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_holds_award_id_awards")),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalments.id"], name=op.f("fk_holds_instalment_id_instalments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_award_id"), "holds", ["award_id"], unique=False)
    op.create_index(
        "ix_holds_ends_at", "holds", ["ends_at"], unique=False, postgresql_where=sa.text("status = 'standing'")
    )
    op.create_index(
        "uq_holds_grade",
        "holds",
        ["award_id"],
        unique=True,
        postgresql_where=sa.text("source = 'grade' and status = 'standing'"),
    )
    op.create_table(
        "proofs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("instalment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("judged_as", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("files", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_by", sa.Text(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_proofs_award_id_awards")),
        sa.ForeignKeyConstraint(
            ["instalment_id"], ["instalments.id"], name=op.f("fk_proofs_instalment_id_instalments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
        sa.UniqueConstraint("instalment_id", "kind", name=op.f("uq_proofs_instalment_id_kind")),
    )
    op.create_index(op.f("ix_proofs_award_id"), "proofs", ["award_id"], unique=False)
    op.add_column("instalments", sa.Column("zh", sa.Text(), server_default="", nullable=False))
    op.add_column("instalments", sa.Column("en", sa.Text(), server_default="", nullable=False))
    op.add_column("instalments", sa.Column("planned_percent", sa.BigInteger(), nullable=True))
    op.execute(
        "insert into holds (id, version, award_id, source, reason, status, placed_as, placed_by, placed_at)"
        " select gen_random_uuid(), 1, id, 'grade', '考核不合格', 'standing', 'system', 'system', now()"
        " from awards where hold_reason = 'grade.unqualified' and status in ('reserved', 'committed', 'active')"
    )
