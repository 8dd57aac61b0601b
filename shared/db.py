"""The database of a service: rows, transactions, and what a violated constraint means.

Only this module begins, commits and rolls back. What a transaction publishes is written to the outbox in the same
transaction; the relay is nudged only after the commit.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Mapped, mapped_column, object_session
from uuid6 import uuid7

from shared import clock, outbox, telemetry
from shared.actor import SYSTEM, Actor
from shared.errors import NotFound, Reason
from shared.outages import constraint_of
from shared.queries import among
from shared.tables import NAMING, platform

__all__ = [
    "TYPES",
    "Database",
    "Row",
    "Standing",
    "constraint_reasons",
    "load",
    "new_id",
    "new_metadata",
    "platform",
    "reasons_of",
    "savepoint",
]

RowType = TypeVar("RowType", bound="Row")


def new_id() -> UUID:
    """A UUIDv7: unique, and in order of time."""
    return UUID(int=uuid7().int)


TYPES: dict[Any, Any] = {datetime: sa.DateTime(timezone=True), str: sa.Text(), int: sa.BigInteger()}
"""How annotations become columns: times are ``timestamptz``, text is ``text``, whole numbers (fen!) ``bigint``."""


def new_metadata() -> sa.MetaData:
    """For a service's own declarative base; names of constraints follow ``tables.NAMING``."""
    return sa.MetaData(naming_convention=NAMING)


class Row:
    """What every resource has: an id, a version that counts its changes (the ETag), and when it was made."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-3)
    version: Mapped[int] = mapped_column(default=1, sort_order=-2)
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), sort_order=-1)


@sa.event.listens_for(Row, "before_update", propagate=True)
def _count_change(_mapper: Any, connection: Any, row: Row) -> None:
    # What session.is_modified says, without asking every attribute: a thousand rows at once are common.
    state: Any = sa.inspect(row)
    now = state.dict
    for name, before in state.committed_state.items():
        if now.get(name) != before:
            row.version += 1
            return


class Standing(Row):
    """A resource with a lifecycle, and since when it has stood where it stands (business time)."""

    status: Mapped[str]
    status_since: Mapped[datetime] = mapped_column(server_default=sa.func.now())


@sa.event.listens_for(Standing, "before_insert", propagate=True)
@sa.event.listens_for(Standing, "before_update", propagate=True)
def _note_move(_mapper: Any, connection: Any, row: Standing) -> None:
    session = object_session(row)
    if session is not None and sa.inspect(row).attrs.status.history.has_changes():
        row.status_since = session.info["now"]


class Database:
    """One service's PostgreSQL. ``after_commit`` is awaited when a transaction with events has been committed, or
    one that put a word for the worker into ``session.info["wake"]``; it is handed that word. ``role`` is whose part
    the one who logs in takes (default: their own)."""

    def __init__(self, url: str, *, pool: int = 8, service: str = "", role: str = "") -> None:
        self.service = service
        self.engine: AsyncEngine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=10,
            pool_recycle=1800,
            connect_args={
                "timeout": 5,
                "server_settings": {
                    "application_name": f"jiedan-{service}",
                    "statement_timeout": "60000",
                    # For reads: a plan that suits every caller suits none; a bureau sees half of a table, a village
                    # nothing.
                    "plan_cache_mode": "force_custom_plan",
                    **({"role": role} if role else {}),
                    # Compiling a plan takes longer than any page takes; a limit ends those that look costly.
                    "jit": "off",
                },
            },
        )
        self.bind(self.engine)
        self.after_commit: Callable[[bytes], Awaitable[None]] | None = None

    def bind(self, to: Any) -> None:
        """Sessions on this engine; tests bind them to one connection that is rolled back."""
        savepoints: Any = {"join_transaction_mode": "create_savepoint"}
        writes = reads = to
        if isinstance(to, AsyncEngine):
            savepoints = {}
            writes, reads = to.execution_options(), to.execution_options(isolation_level="AUTOCOMMIT")
            sa.event.listen(writes.sync_engine, "begin", _keep_plans)
        self._writing = async_sessionmaker(writes, expire_on_commit=False, **savepoints)
        self._reading = async_sessionmaker(reads, expire_on_commit=False, autoflush=False, **savepoints)

    @asynccontextmanager
    async def transaction(self, actor: Actor = SYSTEM) -> AsyncIterator[AsyncSession]:
        """One transaction: commits with its events when the block ends, rolls back when it raises."""
        async with self._writing() as session, session.begin():
            session.info.update(actor=actor.id, traceparent=telemetry.traceparent(), now=await clock.now(session))
            session.info["beside"] = self._writing
            yield session
            await session.flush()
            published = await outbox.flush(session)
        wake = session.info.get("wake", b"")
        if (published or wake) and self.after_commit:
            await self.after_commit(wake)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Reads, each its own statement in autocommit: no transaction stays open while an answer is made."""
        async with self._reading() as session:
            yield session

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncSession]:
        """Reads of one moment, however many statements and however long they take; nothing can be written."""
        at_once = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        async with AsyncSession(at_once) as session, session.begin():
            await session.execute(sa.text("set local statement_timeout = 0"))
            await session.execute(sa.text("set local work_mem = '256MB'"))
            yield session

    async def close(self) -> None:
        await self.engine.dispose()


def _keep_plans(connection: sa.Connection) -> None:
    """Writes find rows by their ids: the server keeps the plans of their prepared statements, which takes a third of
    the time of planning each anew."""
    connection.exec_driver_sql("set local plan_cache_mode = auto")


@asynccontextmanager
async def savepoint(session: AsyncSession) -> AsyncIterator[None]:
    """Part of a transaction that can fail alone; what it would have published goes with it."""
    before = len(outbox.pending(session))
    try:
        async with session.begin_nested():
            yield
    except BaseException:
        outbox.forget_since(session, before)
        raise


@asynccontextmanager
async def aside(session: AsyncSession) -> AsyncIterator[AsyncSession]:
    """A short transaction beside a long one, for progress: what it writes is seen at once, and stays whatever
    becomes of the long one. It must not touch a row that the long one has locked: it would wait for ever."""
    async with session.info["beside"]() as beside, beside.begin():
        yield beside


async def note(session: AsyncSession, statement: Any) -> None:
    """What a read leaves behind: that it was made. Kept at once, for the session of a read is nobody's to commit."""
    await session.execute(statement)
    await session.commit()


async def load(session: AsyncSession, model: type[RowType], key: UUID, noun: str, *options: Any) -> RowType:
    """The row, locked until the transaction ends (``FOR UPDATE``), or :class:`NotFound`."""
    statement = (
        sa.select(model)
        .where(model.id == key)
        .with_for_update(of=model)
        .options(*options)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(statement)).unique().scalar_one_or_none()
    if row is None:
        raise NotFound(noun)
    return row


async def load_all(session: AsyncSession, model: type[RowType], keys: Iterable[UUID]) -> dict[UUID, RowType]:
    """Those rows that there are, by id, locked in the order of their ids until the transaction ends."""
    statement = sa.select(model).where(among(model.id, keys)).order_by(model.id).with_for_update()
    found = await session.scalars(statement.execution_options(populate_existing=True))
    return {row.id: row for row in found}


_constraints: dict[str, Reason] = {}


def constraint_reasons(reasons: dict[str, Reason]) -> None:
    """What the named unique indexes, checks and exclusions of a service mean to a person."""
    _constraints.update(reasons)


def reasons_of(error: IntegrityError) -> Reason:
    """The reason behind a violated constraint; one that nobody worded is our fault and is raised again."""
    if (name := constraint_of(error)) in _constraints:
        return _constraints[name]
    raise error
