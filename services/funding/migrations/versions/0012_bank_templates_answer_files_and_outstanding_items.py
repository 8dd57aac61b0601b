"""Bank templates answer files and outstanding items."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# What batches were made with before there were templates; the bank's answers to them come as JSON.
FIRST = {
    "code": "generic_csv_utf8",
    "version": 0,
    "zh": "通用 CSV（UTF-8，元）",
    "en": "generic CSV (UTF-8, yuan)",
    "payment": {"format": "csv", "name": "batch-{number}.csv", "columns": []},
    "answer": None,
    "statement": None,
}
EARLIER = (
    ("file_name", sa.Text(), "batch.csv"),
    ("media_type", sa.Text(), "text/csv"),
    ("template_code", sa.Text(), "generic_csv_utf8"),
    ("template_version", sa.BigInteger(), "0"),
    ("template", postgresql.JSONB(), json.dumps(FIRST, ensure_ascii=False)),
    ("answer_due_at", sa.DateTime(timezone=True), "2020-01-01T00:00:00Z"),
)

# A file that went to the bank is what it is.
KEPT = """
create function batch_refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (new.content, new.sha256, new.count, new.sum_fen, new.template, new.round_id)
                            is not distinct from (old.content, old.sha256, old.count, old.sum_fen, old.template, old.round_id) then
        return new;
    end if;
    raise exception 'batch % was made once: it never changes', old.id using errcode = 'restrict_violation';
end $$
"""


def upgrade() -> None:
    op.create_table(
        "answer_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("template_code", sa.Text(), nullable=False),
        sa.Column("template_version", sa.BigInteger(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("queued", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_files")),
        sa.UniqueConstraint("division", "sha256", name=op.f("uq_answer_files_division_sha256")),
    )
    op.create_table(
        "bank_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "confirmed_by is null or confirmed_by <> proposed_by", name=op.f("ck_bank_templates_two_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_templates")),
        sa.UniqueConstraint("division", "code", "number", name=op.f("uq_bank_templates_division_code_number")),
    )
    op.create_table(
        "paying_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("bank_name", sa.Text(), nullable=False),
        sa.Column("bank_code", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("account_hash", sa.Text(), nullable=False),
        sa.Column("account_end", sa.Text(), nullable=False),
        sa.Column("template_code", sa.Text(), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paying_accounts")),
    )
    op.create_index(
        "uq_paying_accounts_present",
        "paying_accounts",
        ["division"],
        unique=True,
        postgresql_where=sa.text("replaced_at is null"),
    )
    op.create_table(
        "answer_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("instruction_id", sa.Uuid(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("account_end", sa.Text(), nullable=True),
        sa.Column("voucher", sa.Text(), nullable=True),
        sa.Column("bank_reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["answer_files.id"], name=op.f("fk_answer_lines_file_id_answer_files")),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instructions.id"], name=op.f("fk_answer_lines_instruction_id_instructions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_lines")),
    )
    op.create_index(op.f("ix_answer_lines_file_id"), "answer_lines", ["file_id"], unique=False)
    op.create_index(op.f("ix_answer_lines_instruction_id"), "answer_lines", ["instruction_id"], unique=False)
    op.create_table(
        "outstanding_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("instruction_id", sa.Uuid(), nullable=True),
        sa.Column("answer_line_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_line_id"], ["answer_lines.id"], name=op.f("fk_outstanding_items_answer_line_id_answer_lines")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_outstanding_items_batch_id_batches")),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instructions.id"], name=op.f("fk_outstanding_items_instruction_id_instructions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outstanding_items")),
    )
    op.create_index("ix_outstanding_items_division_status", "outstanding_items", ["division", "status"], unique=False)
    op.create_index(op.f("ix_outstanding_items_instruction_id"), "outstanding_items", ["instruction_id"], unique=False)
    op.create_index(
        "uq_outstanding_items_overdue",
        "outstanding_items",
        ["batch_id"],
        unique=True,
        postgresql_where=sa.text("queue = 'unanswered'"),
    )
    for name, kind, value in EARLIER:
        op.add_column("batches", sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column("batches", name, server_default=None)
    op.add_column("batches", sa.Column("paying_account_id", sa.Uuid(), nullable=True))
    op.execute("update batches set answer_due_at = made_at + interval '5 days'")
    op.execute("alter table batches alter column content type bytea using convert_to(content, 'UTF8')")
    op.create_foreign_key(
        op.f("fk_batches_paying_account_id_paying_accounts"),
        "batches",
        "paying_accounts",
        ["paying_account_id"],
        ["id"],
    )
    op.execute(KEPT)
    op.execute(
        "create trigger made_once before update or delete on batches for each row execute function batch_refuse_change()"
    )
