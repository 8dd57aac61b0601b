"""Substitutes, the third signature with names of both, and the treasury's voucher."""

from itertools import combinations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SIGNATURES = ("requested", "approved", "second_approved", "third_approved")
DIFFERENT_PEOPLE = " and ".join(
    f"{one}_{a} <> {other}_{b}"
    for one, other in combinations(SIGNATURES, 2)
    for a in ("by", "for")
    for b in ("by", "for")
)


def upgrade() -> None:
    op.create_table(
        "substitutes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("substitute", sa.Text(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("named_by", sa.Text(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "substitute <> principal and substitute <> named_by", name=op.f("ck_substitutes_different_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutes")),
    )
    op.create_index(
        "ix_substitutes_ends_at", "substitutes", ["ends_at"], unique=False, postgresql_where=sa.text("status = 'named'")
    )
    op.create_index(op.f("ix_substitutes_substitute"), "substitutes", ["substitute"], unique=False)
    op.add_column("instalments", sa.Column("third_approved_by", sa.Text(), nullable=True))
    op.add_column("instalments", sa.Column("requested_for", sa.Text(), nullable=True))
    op.add_column("instalments", sa.Column("approved_for", sa.Text(), nullable=True))
    op.add_column("instalments", sa.Column("second_approved_for", sa.Text(), nullable=True))
    op.add_column("instalments", sa.Column("third_approved_for", sa.Text(), nullable=True))
    op.add_column("instalments", sa.Column("treasury_voucher", sa.Text(), nullable=True))
    op.add_column("instalments", sa.Column("treasury_book", sa.Text(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_instalments_treasury_book_treasury_voucher"), "instalments", ["treasury_book", "treasury_voucher"]
    )
    op.drop_constraint("ck_instalments_different_people", "instalments")
    op.create_check_constraint(op.f("ck_instalments_different_people"), "instalments", DIFFERENT_PEOPLE)
