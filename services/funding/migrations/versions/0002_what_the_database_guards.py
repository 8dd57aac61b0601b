"""What the database itself guards, for the owner of the tables too: an append-only ledger whose transactions balance
and whose balances follow from postings, and instructions that settle once."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = """
create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: correct a booking by its linked reversal', tg_table_name
        using errcode = 'restrict_violation';
end $$
"""

# A posting belongs to the database transaction that opened its ledger transaction; what is booked is closed.
# The balance moves here and nowhere else, so it cannot differ from its postings.
BOOK = """
create function ledger_book_posting() returns trigger language plpgsql as $$
begin
    if not exists (
        select from ledger_transactions
         where id = new.transaction_id and opened_in = pg_current_xact_id()::text::bigint
    ) then
        raise exception 'a booked transaction takes no further postings' using errcode = 'restrict_violation';
    end if;
    update ledger_accounts set balance_fen = balance_fen + new.amount_fen where id = new.account_id;
    return null;
end $$
"""

ACCOUNT = """
create function ledger_guard_account() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' and new.balance_fen = 0 then
        return new;
    end if;
    if tg_op = 'UPDATE' and pg_trigger_depth() > 1
       and (new.id, new.round_id, new.award_id, new.place)
           is not distinct from (old.id, old.round_id, old.award_id, old.place) then
        return new;
    end if;
    raise exception 'a balance only follows from postings' using errcode = 'restrict_violation';
end $$
"""

BALANCED = """
create function ledger_check_balance() returns trigger language plpgsql as $$
declare
    checked uuid := case tg_table_name when 'ledger_transactions' then to_jsonb(new) ->> 'id'
                                       else to_jsonb(new) ->> 'transaction_id' end;
    total numeric;
    sides bigint;
begin
    select coalesce(sum(amount_fen), 0), count(*) into total, sides
      from ledger_postings where transaction_id = checked;
    if total <> 0 or sides < 2 then
        raise exception 'ledger transaction % does not balance: % postings, sum % fen', checked, sides, total
            using errcode = 'check_violation';
    end if;
    return null;
end $$
"""

SETTLED = """
create function instruction_settle_once() returns trigger language plpgsql as $$
begin
    if old.result in ('paid', 'returned') or new.amount_fen <> old.amount_fen
       or new.instalment_id <> old.instalment_id or new.payee_id <> old.payee_id then
        raise exception 'instruction % is settled or would change what was sent', old.id
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    for function in (APPEND_ONLY, BOOK, ACCOUNT, BALANCED, SETTLED):
        op.execute(function)
    for table in ("ledger_transactions", "ledger_postings"):
        op.execute(
            f"create trigger append_only before update or delete on {table} "
            "for each row execute function ledger_refuse_change()"
        )
        op.execute(
            f"create constraint trigger balanced after insert on {table} deferrable initially deferred "
            "for each row execute function ledger_check_balance()"
        )
    for table in ("ledger_transactions", "ledger_postings", "ledger_accounts"):
        op.execute(
            f"create trigger kept before truncate on {table} for each statement execute function ledger_refuse_change()"
        )
    op.execute(
        "create trigger books after insert on ledger_postings for each row execute function ledger_book_posting()"
    )
    op.execute(
        "create trigger guarded before insert or update or delete on ledger_accounts "
        "for each row execute function ledger_guard_account()"
    )
    op.execute(
        "create trigger settles_once before update on instructions "
        "for each row execute function instruction_settle_once()"
    )
