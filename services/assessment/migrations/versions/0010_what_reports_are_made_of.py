"""What reports are made of: orders, money, and what service entries were about.

Money is heard from funding, a new producer: its stream is read from the beginning by itself. Orders and entries were
passed by until now: their marks are taken away, so that an order's or entry's next event fetches those before it, and
``jiedan rebuild`` brings all of them at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("host_name", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("key_place", sa.Boolean(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("tasks", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_orders")),
    )
    op.create_index(op.f("ix_known_orders_round_id"), "known_orders", ["round_id"], unique=False)
    op.create_table(
        "known_payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_payments")),
    )
    op.create_index("ix_known_payments_team", "known_payments", ["team_id", "on"], unique=False)
    op.add_column("known_entries", sa.Column("beneficiaries", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("known_entries", sa.Column("form", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "known_entries", sa.Column("served_units", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("known_teams", sa.Column("ended_on", sa.Date(), nullable=True))
    op.execute("""
        update known_teams set ended_on = coalesce(
            (select max(left_on) from known_members where team_id = known_teams.id), ends_on)
        where stage in ('concluded', 'withdrawn', 'dissolved', 'lapsed', 'rejected')""")
    op.execute("""
        delete from inbox_mark where (producer = 'orders' and aggregate like 'order/%')
            or (producer = 'teams' and aggregate like 'entry/%')""")
