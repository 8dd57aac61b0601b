"""Two more places of a round (carried over, lapsed). The ledger books statement by statement: one ordered lock, one
balance for each account; as the tables' owner, so that the application needs no right to move a balance."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The sides of a transaction arrive in statements that balance by themselves, in the database transaction that opened
# it. Accounts are locked in one order (round, award, place), so that two bookings never wait for each other.
BOOK = """
create or replace function ledger_book_posting() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    wrong record;
    accounts uuid[];
    amounts bigint[];
begin
    select one.*, opened.id is not null as open into wrong
      from (select transaction_id, sum(amount_fen) as total, count(*) as sides from booked group by transaction_id) one
      left join ledger_transactions opened
        on opened.id = one.transaction_id and opened.opened_in = pg_current_xact_id()::text::bigint
     where opened.id is null or one.total <> 0
     limit 1;
    if wrong.open then
        raise exception 'ledger transaction % does not balance: % postings, sum % fen',
            wrong.transaction_id, wrong.sides, wrong.total using errcode = 'check_violation';
    elsif not wrong.open then
        raise exception 'a booked transaction takes no further postings' using errcode = 'restrict_violation';
    end if;
    select array_agg(account_id), array_agg(fen) into accounts, amounts
      from (select account_id, sum(amount_fen) as fen from booked group by account_id) moved;
    perform from ledger_accounts where id = any(accounts)
      order by round_id, award_id nulls first, place for no key update;
    update ledger_accounts kept set balance_fen = kept.balance_fen + moved.fen
      from unnest(accounts, amounts) as moved (id, fen) where kept.id = moved.id;
    return null;
end $$
"""

# At the commit: a transaction has its sides, and they sum to zero.
BALANCED = """
create or replace function ledger_check_balance() returns trigger language plpgsql as $$
declare
    total numeric;
    sides bigint;
begin
    select coalesce(sum(amount_fen), 0), count(*) into total, sides
      from ledger_postings where transaction_id = new.id;
    if total <> 0 or sides < 2 then
        raise exception 'ledger transaction % does not balance: % postings, sum % fen', new.id, sides, total
            using errcode = 'check_violation';
    end if;
    return null;
end $$
"""


def upgrade() -> None:
    op.drop_constraint(op.f("ck_ledger_accounts_owner"), "ledger_accounts")
    op.create_check_constraint(
        op.f("ck_ledger_accounts_owner"),
        "ledger_accounts",
        "(award_id is null) = (place in ('appropriation', 'available', 'carried_over', 'lapsed'))",
    )
    op.execute("drop trigger balanced on ledger_postings")
    op.execute("drop trigger books on ledger_postings")
    op.execute(BOOK)
    op.execute(BALANCED)
    op.execute(
        "create trigger books after insert on ledger_postings referencing new table as booked "
        "for each statement execute function ledger_book_posting()"
    )
