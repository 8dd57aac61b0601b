"""The public log: what is published is in it, in one order without gaps, each entry chained to the one before."""

import asyncio
import importlib
from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from services.assessment.models import Checkpoint, Cycle, Edition, KnownRound, LogEntry, Notice
from services.assessment.rules import chain
from services.assessment.rules.chain import Entry
from services.assessment.rules.frozen import canonical, fingerprint
from services.assessment.usecases.record import Published, record, record_all
from shared import clock, signing
from shared.db import Database
from shared.service import Service
from shared.testing import Databases
from tests.assessment.factories import Year, serving

AT = datetime(2020, 12, 20, 9, tzinfo=clock.SHANGHAI)
ENTRY = Entry(1, "notice_posted", "0" * 8, "/public/notices/1", "ab", AT, chain.START)


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


@pytest.fixture
async def own(databases: Databases, service: Service, app: Any) -> AsyncIterator[Database]:
    """A database of this test's own, so that its transactions commit and meet."""
    database = Database(await databases.create(service), pool=8, service="assessment")
    yield database
    await database.close()


async def entries(session: Any) -> list[LogEntry]:
    return list(await session.scalars(sa.select(LogEntry).order_by(LogEntry.position)))


def is_whole(found: list[LogEntry]) -> bool:
    """Positions without gaps, each entry naming the hash before, each hash that of its entry."""
    before = chain.START
    for position, row in enumerate(found, 1):
        if (row.position, row.previous_hash, row.hash) != (position, before, row.entry.hash):
            return False
        before = row.hash
    return True


def test_the_hash_is_of_every_field_and_of_the_same_moment_in_any_zone() -> None:
    assert ENTRY.hash == fingerprint(ENTRY.document())
    same = Entry(1, "notice_posted", "0" * 8, "/public/notices/1", "ab", AT.astimezone(UTC), chain.START)
    assert same.hash == ENTRY.hash
    others = [
        Entry(2, "notice_posted", "0" * 8, "/public/notices/1", "ab", AT, chain.START),
        Entry(1, "edition_published", "0" * 8, "/public/notices/1", "ab", AT, chain.START),
        Entry(1, "notice_posted", "1" * 8, "/public/notices/1", "ab", AT, chain.START),
        Entry(1, "notice_posted", "0" * 8, "/public/notices/2", "ab", AT, chain.START),
        Entry(1, "notice_posted", "0" * 8, "/public/notices/1", "ac", AT, chain.START),
        Entry(1, "notice_posted", "0" * 8, "/public/notices/1", "ab", AT + timedelta(microseconds=1), chain.START),
        Entry(1, "notice_posted", "0" * 8, "/public/notices/1", "ab", AT, ENTRY.hash),
    ]
    assert len({ENTRY.hash, *(other.hash for other in others)}) == 8


async def test_notices_and_editions_are_recorded_with_what_they_said_at_the_time(
    deliver: Any, year: Any, session: Any
) -> None:
    run: Year = year(await serving(deliver, [4, 3, 1]))
    await run.publish()
    found = await entries(session)
    assert [row.kind for row in found] == ["notice_posted", "edition_published"]
    assert is_whole(found)
    notice, edition = found
    assert (await run.shown(notice.address))["snapshot_hash"] == notice.document_hash
    shown = await run.shown(edition.address)
    assert fingerprint(shown["content"]) == shown["content_hash"] == edition.document_hash


async def test_a_correction_is_one_more_entry(deliver: Any, year: Any, session: Any) -> None:
    run: Year = year(await serving(deliver, [4, 3]))
    await run.publish()
    await run.correct(run.teams[1], parts=[{"part": "beneficiary_rating", "score": 50}])
    found = await entries(session)
    assert [row.kind for row in found] == ["notice_posted", "edition_published", "edition_published"]
    assert is_whole(found)


async def test_an_edition_is_signed_by_the_newest_key(deliver: Any, year: Any, session: Any) -> None:
    run: Year = year(await serving(deliver, [4]))
    await run.publish()
    edition = (await session.scalars(sa.select(Edition))).one()
    key = signing.public_keys()[edition.signature_key]
    assert signing.is_signed(canonical(edition.content), b64decode(edition.signature), key)


async def test_what_is_refused_leaves_no_entry(session: Any) -> None:
    with pytest.raises(ValueError, match="certificate_eaten"):
        await record(session, "certificate_eaten", uuid4(), "", "ab", AT)
    assert await entries(session) == []


async def test_many_at_once_leave_no_gap_and_one_chain(own: Database) -> None:
    async def publish() -> None:
        async with own.transaction() as session:
            await record_all(session, [Published("certificate_issued", uuid4(), "", "ab") for _ in range(3)], AT)

    async def fail() -> None:
        async with own.transaction() as session:
            await record(session, "certificate_revoked", uuid4(), "", "ab", AT)
            raise RuntimeError("undone")

    outcomes = await asyncio.gather(
        *(publish() for _ in range(10)), *(fail() for _ in range(5)), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 10
    async with own.reading() as session:
        found = await entries(session)
    assert len(found) == 30
    assert is_whole(found)


CHANGES = (
    "update log_entries set document_hash = ''",
    "delete from log_entries",
    "truncate log_entries",
    "update log_checkpoints set note = ''",
    "delete from log_checkpoints",
    "truncate log_checkpoints",
    "update editions set content = '[]'",
    "delete from editions",
    "truncate editions",
    "update notices set snapshot = '{}' where status <> 'drafted'",
    "delete from notices",
    "update notices set posted_at = now() where status <> 'drafted'",
    "update notices set status = 'drafted'",
)


async def test_nothing_that_was_published_can_be_changed_not_even_by_the_owner_of_the_tables(
    own: Database, databases: Databases
) -> None:
    await publish_one_of_each(own)
    owner = databases.as_owner(own)
    for statement in CHANGES:
        with pytest.raises(DBAPIError, match="are immutable"):
            async with owner.engine.begin() as connection:
                await connection.execute(sa.text(statement))
        with pytest.raises(DBAPIError, match=r"are immutable|permission denied"):
            async with own.engine.begin() as connection:
                await connection.execute(sa.text(statement))
    await owner.close()
    async with own.transaction() as session:
        notice = (await session.scalars(sa.select(Notice).where(Notice.status == "closed"))).one()
        notice.status = "confirmed"


async def publish_one_of_each(own: Database) -> None:
    """Rows as they stood before the log: an edition, a notice posted a month before, a draft; and a log of its own."""
    round_id, cycle_id = uuid4(), uuid4()
    async with own.transaction() as session:
        session.add(KnownRound(id=round_id, name="", year=2020, prefix="", division="50", policy={}))
        await session.flush()
        session.add(Cycle(id=cycle_id, round_id=round_id, year=2020, status="published", told=""))
        await session.flush()
        session.add(_edition(cycle_id, round_id, AT))
        session.add(_notice(round_id, "drafted", None))
        session.add(_notice(round_id, "closed", AT - timedelta(days=30)))
        session.add(Checkpoint(size=0, root="", signed_at=AT, note=""))
        await record(session, "certificate_issued", uuid4(), "", "ab", AT)


async def test_what_was_published_before_the_log_is_written_into_it_in_its_order(
    own: Database, databases: Databases
) -> None:
    await publish_one_of_each(own)
    await record_past(databases.as_owner(own))
    async with own.reading() as session:
        found = await entries(session)
    assert [(row.kind, row.at, row.document_hash) for row in found[1:]] == [
        ("notice_posted", AT - timedelta(days=30), "of the notice"),
        ("edition_published", AT, "of the edition"),
    ]
    assert is_whole(found)


def _edition(cycle_id: UUID, round_id: UUID, at: datetime) -> Edition:
    return Edition(
        cycle_id=cycle_id,
        round_id=round_id,
        year=2020,
        number=1,
        published_at=at,
        published_by="",
        content={},
        content_hash="of the edition",
    )


def _notice(round_id: UUID, status: str, at: datetime | None) -> Notice:
    shown = (
        {"posted_at": at, "closes_at": at, "snapshot": {"entries": []}, "snapshot_hash": "of the notice"} if at else {}
    )
    return Notice(round_id=round_id, kind="selection", status=status, **shown)


async def record_past(database: Database) -> None:
    """What the migration does with what it finds."""
    migration: Any = importlib.import_module("services.assessment.migrations.versions.0005_public_log")

    def run(connection: sa.Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            migration._record_what_was_published()

    async with database.engine.begin() as connection:
        await connection.run_sync(run)
    await database.close()
