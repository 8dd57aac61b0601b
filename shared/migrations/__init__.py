"""The one Alembic environment, for all services. ``migrate`` brings a database to the head and is safe to repeat."""

import asyncio
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from shared import clock
from shared.crypto import Encrypted
from shared.http import platform as _platform_tables  # noqa: F401 - registers every table of the platform
from shared.migrations.rights import grant
from shared.service import Service
from shared.tables import platform

_LOCK = 7_201_944
"""Advisory lock: two migrations of one database never run at once."""


def _config(service: str) -> Config:
    config = Config()
    folder = Path(__file__).resolve().parents[2] / "services" / service / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return config


def create_platform_tables() -> None:
    """The platform's tables, version 1; the first step of every service's first migration."""
    run_script("platform_1.sql")


def run_script(name: str) -> None:
    """Run a script of this folder as a step of a migration. A script that was released is never edited: databases
    have run it. The next change of the platform's tables is the next script, and a migration in every service."""
    script = (Path(__file__).parent / name).read_text(encoding="utf-8")
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def _upgrade(connection: sa.Connection, service: Service, to: str) -> None:
    script = ScriptDirectory.from_config(_config(service.name))

    def steps(revision: Any, _context: Any) -> Any:
        return script._upgrade_revs(to, revision)

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
            if not (
                isinstance(diff, tuple)
                and diff[0].startswith("remove_")
                and _table(diff) in others | {"alembic_version"}
            )
        ]
    return found


def _table(diff: tuple[Any, ...]) -> str:
    subject = diff[1]
    return str(subject.name if isinstance(subject, sa.Table) else subject.table.name)


async def migrate(
    service: Service, url: str, clock_start: Any = None, owner: str = "", user: str = "", to: str = "heads"
) -> None:
    """Bring the database at ``url`` to the head, or to an earlier revision; start its business clock in development. Its
    tables will belong to ``owner`` (default: who connects), and ``user`` gets the rights that they name (default:
    nobody)."""
    settings = {"role": owner} if owner else {}
    address = url.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(address, connect_args={"server_settings": settings})
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, service, to)
            if user:
                await connection.run_sync(grant, service, user)
            if clock_start is not None:
                await clock.start(connection, clock_start)
    finally:
        await engine.dispose()


_TEMPLATE = '''"""{message}"""

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{revision}"
down_revision = {down_revision}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {body}
'''


def new_revision(service: Service, url: str, message: str) -> Path:
    """Write a migration from what the models say beyond the database at ``url``, which is at the head; its path."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))

    def render(connection: sa.Connection) -> str:
        options = {"compare_type": True, "include_object": _own(service), "render_item": _render}
        context = MigrationContext.configure(connection, opts={**options, "target_metadata": service.metadata})
        script = produce_migrations(context, service.metadata)
        return render_python_code(script.upgrade_ops_list[0], render_item=_render, migration_context=context)

    async def run() -> str:
        async with engine.connect() as connection:
            found = await connection.run_sync(render)
        await engine.dispose()
        return found

    body = asyncio.run(run())
    script = ScriptDirectory.from_config(_config(service.name))
    before = script.get_current_head()
    number = f"{int(before or 0) + 1:04d}"
    if before is None:
        body = "create_platform_tables()\n    " + body
    path = Path(script.versions) / f"{number}_{message.replace(' ', '_')}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        _TEMPLATE.format(
            message=message[:1].upper() + message[1:] + ".",
            imports=_imports(body),
            revision=number,
            down_revision=f'"{before}"' if before else "None",
            body=body,
        )
    )
    return path


def _imports(body: str) -> str:
    """What the steps need beyond ``sa`` and ``op``."""
    found = "from sqlalchemy.dialects import postgresql\n" if "postgresql." in body else ""
    return found + ("\nfrom shared.migrations import create_platform_tables\n" if "create_platform" in body else "")


def _render(kind: str, item: Any, _context: Any) -> Any:
    return "sa.Text()" if kind == "type" and isinstance(item, Encrypted) else False


def _own(service: Service) -> Any:
    def include(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return kind != "table" or (name not in platform.tables and name != "alembic_version")

    return include


__all__ = ["create_platform_tables", "differences", "migrate", "new_revision", "run_script"]
