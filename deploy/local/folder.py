"""The data folder: one supervisor at a time (``lock``); ``run.json`` says where the running system is."""

import fcntl
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Unusable(Exception):
    """The message says in one line what to do."""


@dataclass(frozen=True)
class Folder:
    """``path`` is absolute. Nothing is changed about folders that were there before us."""

    path: Path

    @property
    def run_file(self) -> Path:
        return self.path / "run.json"

    def make(self) -> None:
        # Others may pass through (the database runs as its own user when we are root) but not look around.
        try:
            self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        except OSError as error:
            raise Unusable(f"DATA={self.path} cannot be made: {error.strerror}") from None

    def lock(self) -> int:
        """Holds the folder until this process ends, however it ends. The descriptor is not inherited."""
        try:
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Unusable(f"DATA={self.path} cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = self.running() or {}
            where = f" at {running['url']} (process {running['pid']})" if running else ""
            advice = "stop it or choose another DATA"
            raise Unusable(f"a system already runs in DATA={self.path}{where}; {advice}") from None
        return descriptor

    def announce(self, **facts: Any) -> None:
        """Writes run.json in one step, so a reader sees all of it or nothing."""
        fresh = self.run_file.with_suffix(".new")
        fresh.write_text(json.dumps({"pid": os.getpid(), **facts}, indent=2) + "\n")
        fresh.replace(self.run_file)

    def leave(self) -> None:
        self.run_file.unlink(missing_ok=True)
        shutil.rmtree(self.path / "env", ignore_errors=True)

    def write_env(self, name: str, settings: dict[str, str]) -> None:
        """The settings of a running process, for commands that join it (``within.py``) and for people."""
        path = self.path / "env" / f"{name}.env"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_env(path, settings, "Settings of the running system; gone when it ends.")

    def env(self, name: str) -> dict[str, str]:
        return read_env(self.path / "env" / f"{name}.env")

    def running(self) -> dict[str, Any] | None:
        """What runs here, or None; a run.json left by a killed supervisor does not count."""
        try:
            facts: dict[str, Any] = json.loads(self.run_file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return facts if self.held() else None

    def held(self) -> bool:
        """Whether a supervisor is at work here, ready or not."""
        with suppress(OSError):
            descriptor = os.open(self.path / "lock", os.O_RDWR)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            finally:
                os.close(descriptor)
        return False


def read_env(path: Path) -> dict[str, str]:
    """``NAME=value`` lines, values as they are."""
    pairs = (line.partition("=") for line in path.read_text().splitlines() if "=" in line and line[0] != "#")
    return {name: value for name, _, value in pairs}


def write_env(path: Path, values: dict[str, str], comment: str) -> None:
    """In one step and for our eyes only; on disk when this returns."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"# {comment}\n")
        file.writelines(f"{name}={value}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
