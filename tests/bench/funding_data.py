"""A ledger with as many payments as one likes, booked through every trigger: rounds of a thousand awards of 80,000 yuan
with one instalment each, sent to the bank, and answered or not. A payment is five transactions, ten postings."""

import json
from uuid import UUID, uuid4

import asyncpg

from services.funding.rules.ledger import of_award, of_instalment, of_round
from shared.contracts.policy_document import policy_document, policy_hash
from shared.crypto import encrypt

AMOUNT = 8_000_000
DIVISION = "500000000000"
AWARDS = 1_000
STEPS = (
    of_award("reserve", uuid4(), uuid4(), 1),
    of_award("commit", uuid4(), uuid4(), 1),
    of_instalment("approve", "requested", "approved", uuid4(), uuid4(), 1),
    of_instalment("batch", "approved", "in_batch", uuid4(), uuid4(), 1),
    of_instalment("pay", "in_batch", "paid", uuid4(), uuid4(), 1),
)
"""What is booked for each award, in this order; the rules say between which places."""

_ROUND = """
insert into known_rounds (id, name, year, division, policy_document) values ($1, 'bench', 2020, $2, $3)"""
_APPROPRIATION = """
insert into appropriations (id, version, round_id, amount_fen, reason) values (gen_random_uuid(), 1, $1, $2, 'bench')"""
_CHANGE = """
insert into appropriation_changes (id, round_id, event, amount_fen, appropriation_fen, reason, actor, business_time,
       transaction_id)
select gen_random_uuid(), $1, 'appropriate', $2, $2, 'bench', 'bench', now(), id
  from ledger_transactions where round_id = $1 and event = 'appropriate'"""
_AWARDS = """
insert into awards (id, version, round_id, order_id, team_id, proposal, amount_fen, short_fen, status,
       payee_unit_code, payee_unit_name, agreed_at)
select gen_random_uuid(), 1, $1, gen_random_uuid(), gen_random_uuid(), 1, $2, 0, 'active', $3, 'bench', now()
  from generate_series(1, $4)"""
_PAYEE = """
insert into payees (id, version, unit_code, unit_name, bank_name, bank_code, account, account_hash, account_end, status,
       registered_by, usable_from)
values ($1, 1, $2, 'bench', 'bench', '1', $3, $4, '0', 'registered', 'bench', now())"""
_INSTALMENTS = """
insert into instalments (id, version, award_id, round_id, order_id, team_id, number, amount_fen, gates, status,
       payee_id, requested_by, approved_by, paid_at)
select gen_random_uuid(), 1, id, round_id, order_id, team_id, 1, amount_fen, '{}', $2::text, $3, 'maker', 'checker',
       case when $2::text = 'paid' then now() end
  from awards where round_id = $1"""
_BATCH = """
insert into batches (id, version, round_id, number, count, sum_fen, sha256, content, file_name, media_type, template_code,
       template_version, template, made_by, made_at, answer_due_at, status)
values ($1, 1, $2, 1, $3, $4, '', '', 'bench', 'text/csv', 'bench', 1, '{}', 'maker', now(), now(), $5)"""
_INSTRUCTIONS = """
insert into instructions (id, version, batch_id, instalment_id, team_id, payee_id, amount_fen, result)
select gen_random_uuid(), 1, $2, id, team_id, payee_id, amount_fen, $3 from instalments where round_id = $1"""
_ACCOUNT = "insert into ledger_accounts (id, round_id, place) select gen_random_uuid(), $1, unnest($2::text[])"
_ACCOUNTS = """
insert into ledger_accounts (id, round_id, award_id, place)
select gen_random_uuid(), round_id, id, unnest($2::text[]) from awards where round_id = $1"""
_OF_ROUND = """
with opened as (
    insert into ledger_transactions (id, round_id, event, actor, business_time)
    values (gen_random_uuid(), $1, 'appropriate', 'bench', now()) returning id
)
insert into ledger_postings (transaction_id, account_id, amount_fen)
select opened.id, a.id, case a.place when $2 then $4::bigint else -$4::bigint end
  from opened, ledger_accounts a where a.round_id = $1 and a.place in ($2, $3) and a.award_id is null"""
_STEP = """
with opened as (
    insert into ledger_transactions (id, round_id, award_id, instalment_id, event, actor, business_time)
    select gen_random_uuid(), a.round_id, a.id, i.id, $2, 'bench', now()
      from awards a join instalments i on i.award_id = a.id where a.round_id = $1
    returning id, award_id, round_id
)
insert into ledger_postings (transaction_id, account_id, amount_fen)
select opened.id, a.id, case a.place when $3 then $5::bigint else -$5::bigint end
  from opened join ledger_accounts a on a.round_id = opened.round_id and a.place in ($3, $4)
   and (a.award_id = opened.award_id or a.award_id is null)"""


async def fill_round(connection: asyncpg.Connection, answered: bool, awards: int = AWARDS) -> UUID:
    """One round in one transaction, its payments answered by the bank or still with it; its id."""
    round_id, payee_id, batch_id, unit = uuid4(), uuid4(), uuid4(), uuid4().hex[:18]
    whole_fen, status = AMOUNT * awards, "paid" if answered else "in_batch"
    document = policy_document({})
    async with connection.transaction():
        await connection.execute(_ROUND, round_id, DIVISION, json.dumps(document))
        await connection.execute(_APPROPRIATION, round_id, whole_fen)
        await connection.execute(_AWARDS, round_id, AMOUNT, unit, awards)
        await connection.execute(_PAYEE, payee_id, unit, encrypt("1"), policy_hash(document) + unit)
        await connection.execute(_INSTALMENTS, round_id, status, payee_id)
        await connection.execute(_BATCH, batch_id, round_id, awards, whole_fen, "settled" if answered else "sent")
        await connection.execute(_INSTRUCTIONS, round_id, batch_id, "paid" if answered else None)
        await _book(connection, round_id, whole_fen, answered)
    return round_id


async def _book(connection: asyncpg.Connection, round_id: UUID, whole_fen: int, answered: bool) -> None:
    to, source = (posting.account.place for posting in of_round("appropriate", round_id, 1).postings)
    await connection.execute(_ACCOUNT, round_id, [to, source])
    await connection.execute(_OF_ROUND, round_id, to, source, whole_fen)
    await connection.execute(_CHANGE, round_id, whole_fen)
    steps = [step for step in STEPS if step and (answered or step.event != "pay")]
    places = dict.fromkeys(p.account.place for step in steps for p in step.postings if p.account.award_id)
    await connection.execute(_ACCOUNTS, round_id, list(places))
    for step in steps:
        to, source = (posting.account.place for posting in step.postings)
        await connection.execute(_STEP, round_id, step.event, to, source, AMOUNT)
