"""The one Alembic environment, for all services. ``migrate`` brings a database to the head and is safe to repeat."""

import asyncio
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from shared import clock
from shared.service import Service
from shared.tables import platform

_LOCK = 7_201_944
"""Advisory lock: two migrations of one database never run at once."""


def _config(service: str) -> Config:
    config = Config()
    folder = Path(__file__).resolve().parent.parent / "services" / service / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return config


def create_platform_tables() -> None:
    """The platform's tables, version 1; the first step of every service's first migration."""
    platform.create_all(op.get_bind(), checkfirst=False)


def _upgrade(connection: sa.Connection, service: Service) -> None:
    script = ScriptDirectory.from_config(_config(service.name))

    def steps(revision: Any, _context: Any) -> Any:
        return script._upgrade_revs("heads", revision)

    connection.execute(sa.text("set lock_timeout = '10s'"))
    connection.execute(sa.text(f"select pg_advisory_xact_lock({_LOCK})"))
    with EnvironmentContext(_config(service.name), script, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=[platform, service.metadata])
        environment.run_migrations()


def differences(connection: sa.Connection, service: Service) -> list[Any]:
    """What the models say and the database does not, or the other way round."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
    found = []
    for metadata in (platform, service.metadata):
        known = set(platform.tables) | set(service.metadata.tables)
        others = known - set(metadata.tables)
        found += [
            diff
            for diff in compare_metadata(context, metadata)
            if not (isinstance(diff, tuple) and diff[0].startswith("remove_") and _table(diff) in others | {"alembic_version"})
        ]
    return found


def _table(diff: tuple[Any, ...]) -> str:
    subject = diff[1]
    return str(subject.name if isinstance(subject, sa.Table) else subject.table.name)


async def migrate(service: Service, url: str, clock_start: Any = None) -> None:
    """Bring the database at ``url`` to the head; start its business clock in development."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, service)
            if clock_start is not None:
                await clock.start(connection, clock_start)
    finally:
        await engine.dispose()


def new_revision(service: Service, url: str, message: str) -> None:
    """Write a migration from what the models say beyond the database at ``url`` (already at the head)."""
    script = ScriptDirectory.from_config(_config(service.name))
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))

    def write(connection: sa.Connection) -> None:
        from alembic.autogenerate import RevisionContext

        context = MigrationContext.configure(
            connection, opts={"target_metadata": service.metadata, "compare_type": True, "include_object": _own(service)}
        )
        revision = RevisionContext(
            _config(service.name), script,
            {"message": message, "autogenerate": True, "sql": False, "head": "head", "splice": False, "branch_label": None,
             "version_path": None, "rev_id": f"{len(list(script.walk_revisions())) + 1:04d}", "depends_on": None},
        )  # fmt: skip
        revision.run_autogenerate(context.get_current_heads(), context)
        list(revision.generate_scripts())

    async def run() -> None:
        async with engine.begin() as connection:
            await connection.run_sync(write)
        await engine.dispose()

    asyncio.run(run())


def _own(service: Service) -> Any:
    def include(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return kind != "table" or (name not in platform.tables and name != "alembic_version")

    return include


__all__ = ["create_platform_tables", "differences", "migrate", "new_revision"]
