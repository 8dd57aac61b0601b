"""A batch that nobody has the file of is voided by a second person; its instructions never count again."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SETTLED = """
create or replace function instruction_settle_once() returns trigger language plpgsql as $$
begin
    if old.result in ('paid', 'returned', 'voided') or new.amount_fen <> old.amount_fen
       or new.instalment_id <> old.instalment_id or new.payee_id <> old.payee_id then
        raise exception 'instruction % is settled or would change what was sent', old.id
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    op.add_column("batches", sa.Column("voided_by", sa.Text(), nullable=True))
    op.add_column("batches", sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("batches", sa.Column("void_reason", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_batches_voided"),
        "batches",
        "(status = 'voided') = (voided_by is not null and void_reason is not null) "
        "and voided_by is distinct from made_by",
    )
    op.drop_index("uq_instructions_unreturned", table_name="instructions")
    op.create_index(
        "uq_instructions_unreturned",
        "instructions",
        ["instalment_id"],
        unique=True,
        postgresql_where=sa.text("coalesce(result, '') not in ('returned', 'voided')"),
    )
    op.drop_constraint(op.f("ck_instructions_result"), "instructions", type_="check")
    op.create_check_constraint(
        op.f("ck_instructions_result"), "instructions", "result in ('paid', 'returned', 'unknown', 'voided')"
    )
    op.execute(SETTLED)
