-- The platform's tables as every service's first migration makes them: version 1, frozen. What the tables are today
-- stands in shared/{outbox,journal,clock}.py, shared/inbox/tables.py and shared/http/idempotency.py; a change there
-- comes with a platform_2.sql, run by a new migration of every service. A test compares the two.

create table aggregate_sequence (
    aggregate text not null,
    incarnation integer not null,
    sequence bigint not null,
    constraint pk_aggregate_sequence primary key (aggregate)
);

create table business_clock (
    id serial not null constraint ck_business_clock_one_row check (id = 1),
    ahead interval not null,
    constraint pk_business_clock primary key (id)
);

create table erasure (
    position bigint not null,
    reason text not null,
    person text not null,
    at timestamptz not null,
    constraint pk_erasure primary key (position)
);

create table idempotency (
    key text not null,
    request text not null,
    status integer not null,
    headers json not null,
    body bytea not null,
    created_at timestamptz default now() not null,
    constraint pk_idempotency primary key (key)
);
create index ix_idempotency_created_at on idempotency (created_at);
comment on column idempotency.key is 'hash of caller, route and Idempotency-Key';
comment on column idempotency.request is 'hash of the body it came with';

create table inbox_mark (
    producer text not null,
    incarnation integer not null,
    aggregate text not null,
    sequence bigint not null,
    event_id uuid,
    constraint pk_inbox_mark primary key (producer, incarnation, aggregate)
);

create table inbox_progress (
    producer text not null,
    position bigint not null,
    constraint pk_inbox_progress primary key (producer)
);
comment on column inbox_progress.position is 'highest position that was taken in';

create table inbox_waiting (
    producer text not null,
    incarnation integer not null,
    aggregate text not null,
    sequence bigint not null,
    event_id uuid not null,
    type text not null,
    envelope text not null,
    state text constraint ck_inbox_waiting_state check (state in ('held', 'behind', 'parked')),
    waits_for text,
    reason text default '' not null,
    attempts integer default '0' not null,
    tries integer default '0' not null,
    since timestamptz default now() not null,
    retry_at timestamptz,
    constraint pk_inbox_waiting primary key (producer, incarnation, aggregate, sequence)
);
create index ix_inbox_waiting_retry_at on inbox_waiting (retry_at) where retry_at is not null;
create index ix_inbox_waiting_waits_for on inbox_waiting (waits_for) where waits_for is not null;
comment on column inbox_waiting.waits_for is 'producer and aggregate whose next event wakes it';
comment on column inbox_waiting.attempts is 'those that count';
comment on column inbox_waiting.tries is 'all of them';

create table journal (
    position bigint not null,
    event_id uuid not null,
    aggregate text not null,
    incarnation integer not null,
    sequence bigint not null,
    type text not null,
    head text not null,
    data text,
    digest bytea not null,
    hash bytea not null,
    constraint pk_journal primary key (position),
    constraint uq_journal_aggregate_incarnation_sequence unique (aggregate, incarnation, sequence)
);
comment on column journal.head is 'envelope without position and data';
comment on column journal.data is 'NULL once erased';
comment on column journal.digest is 'SHA-256 of data';

-- Append-only, for its owner too; data may go once their erasure is on record.
create function journal_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.data is null
       and (new.position, new.event_id, new.aggregate, new.incarnation, new.sequence, new.type, new.head, new.digest,
            new.hash)
         = (old.position, old.event_id, old.aggregate, old.incarnation, old.sequence, old.type, old.head, old.digest,
            old.hash)
       and exists (select 1 from erasure where erasure.position = old.position)
    then
        return new;
    end if;
    raise exception 'the journal is append-only';
end $$;
create trigger journal_append_only before update or delete on journal
for each row execute function journal_is_append_only();

create table outbox (
    id bigint generated always as identity,
    event_id uuid not null,
    aggregate text not null,
    incarnation integer not null,
    sequence bigint not null,
    type text not null,
    head text not null,
    data text not null,
    constraint pk_outbox primary key (id)
);
comment on column outbox.head is 'envelope without position and data';

create table relay_state (
    id serial not null constraint ck_relay_state_one_row check (id = 1),
    published_to bigint default '0' not null,
    incarnation integer default '1' not null,
    stream_extra bigint default '0' not null,
    stream_offset bigint default '0' not null,
    constraint pk_relay_state primary key (id)
);
comment on column relay_state.published_to is 'acknowledged by the broker';
comment on column relay_state.incarnation is 'raised by every restore';
comment on column relay_state.stream_extra is 'messages that the stream is known to hold beyond one for each position';
comment on column relay_state.stream_offset is 'by how much the stream''s last sequence is known to be ahead of published_to';

create table skip_request (
    id uuid not null,
    producer text not null,
    incarnation integer not null,
    aggregate text not null,
    sequence bigint not null,
    event_id uuid not null,
    reason text not null,
    requested_by text not null,
    requested_at timestamptz default now() not null,
    confirmed_by text,
    confirmed_at timestamptz,
    constraint pk_skip_request primary key (id)
);
