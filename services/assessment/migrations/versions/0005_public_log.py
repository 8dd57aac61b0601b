"""Public log."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from services.assessment.rules import chain

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_checkpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_checkpoints")),
        info={"rights": "select, insert"},
    )
    op.create_index(op.f("ix_log_checkpoints_size"), "log_checkpoints", ["size"], unique=False)
    op.create_table(
        "log_entries",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("document_hash", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_entries")),
        info={"rights": "select, insert"},
    )
    op.add_column("editions", sa.Column("signature_key", sa.Text(), nullable=True))
    op.add_column("editions", sa.Column("signature", sa.Text(), nullable=True))
    op.add_column(
        "notices",
        sa.Column("status_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    # Since when a notice stands where it does, as well as can be told; when it was last changed is asked of this.
    op.execute("""
        update notices set status_since = case when status = 'posted' then posted_at else greatest(posted_at, closes_at) end
        where posted_at is not null""")
    _keep_what_was_published()
    _record_what_was_published()


def _keep_what_was_published() -> None:
    """The log is never changed, nor what it says was published: not by a service, not by mistake."""
    op.execute("""
        create or replace function refuse_change() returns trigger language plpgsql as $$
        begin raise exception '% are immutable', tg_table_name; end $$""")
    for table in ("log_entries", "log_checkpoints"):
        op.execute(
            f"create trigger {table}_are_immutable before update or delete on {table} "
            "for each row execute function refuse_change()"
        )
    for table in ("editions", "log_entries", "log_checkpoints"):
        op.execute(
            f"create trigger {table}_are_kept before truncate on {table} for each statement execute function refuse_change()"
        )
    op.execute("""
        create trigger posted_notices_are_kept before delete on notices
        for each row when (old.status <> 'drafted') execute function refuse_change()""")
    op.execute("""
        create trigger posted_notices_are_immutable before update on notices
        for each row when (old.status <> 'drafted' and (
            new.status = 'drafted' or row(new.snapshot, new.snapshot_hash, new.posted_at)
                is distinct from row(old.snapshot, old.snapshot_hash, old.posted_at)))
        execute function refuse_change()""")


def _record_what_was_published() -> None:
    """Notices and editions from before the log, in the order in which they were published."""
    connection = op.get_bind()
    last = connection.execute(sa.text("select position, hash from log_entries order by position desc limit 1")).first()
    first, before = (last.position + 1, last.hash) if last else (1, chain.START)
    published = connection.execute(
        sa.text("""
        select 'notice_posted' as kind, id, '/public/notices/' || id as address, snapshot_hash as document_hash,
               posted_at as at
          from notices where status <> 'drafted'
        union all
        select 'edition_published', id, '/public/ratings/editions/' || id, content_hash, published_at from editions
        order by at, id""")
    ).all()
    rows = []
    for position, (kind, key, address, document_hash, at) in enumerate(published, first):
        entry = chain.Entry(position, kind, str(UUID(str(key))), address, document_hash, at, before)
        before = entry.hash
        rows.append({**entry.document(), "at": at, "hash": before})
    if rows:
        connection.execute(
            sa.text("""
                insert into log_entries (position, kind, subject_id, address, document_hash, at, previous_hash, hash)
                values (:position, :kind, cast(:id as uuid), :address, :document_hash, :at, :previous_hash, :hash)"""),
            rows,
        )
