"""What a new process does between fork and exec: it dies with its supervisor, and PostgreSQL is not root.

Linux only where the kernel is asked (elsewhere a supervisor killed with SIGKILL leaves its children behind).
"""

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LINUX = sys.platform.startswith("linux")
_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
_CAPABILITY_VERSION_3 = 0x20080522
_FIRST_FREE_UID = 64070  # above what distributions and systemd hand out to people and services


@dataclass(frozen=True)
class User:
    """A user to become. ``capability`` is kept when what it needs lies below a folder closed to others."""

    uid: int
    gid: int
    capability: int | None = None

    def owning(self, folder: Path) -> None:
        """Hands ``folder`` and everything in it to this user."""
        os.chown(folder, self.uid, self.gid)
        for root, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(os.path.join(root, name), self.uid, self.gid, follow_symlinks=False)


def database_user(data: Path, needs: tuple[Path, ...]) -> User | None:
    """Who runs PostgreSQL, which refuses to be root: None (we ourselves) when we are not root, otherwise a
    number that no account uses; the owner of an existing ``data`` folder stays its owner."""
    if os.geteuid() != 0:
        return None
    uid = data.stat().st_uid if data.exists() else _unused_uid()
    return User(uid, uid, _capability_for(needs))


def initdb_user(needs: tuple[Path, ...]) -> User | None:
    """initdb wants a user with a name; what it makes is handed to the numeric user afterwards."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return User(nobody.pw_uid, nobody.pw_gid, _capability_for(needs))


def _unused_uid() -> int:
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    return next(uid for uid in range(_FIRST_FREE_UID, 65000) if uid not in taken)


def _capability_for(needs: tuple[Path, ...]) -> int | None:
    """The permission to walk through closed folders (a checkout in root's home), where it is needed."""
    parents = {parent for path in needs for parent in path.resolve().parents}
    if all(parent.stat().st_mode & 0o001 for parent in parents):
        return None
    status = dict(line.split(":\t") for line in Path("/proc/self/status").read_text().splitlines())
    held = int(status["CapPrm"], 16)
    for capability in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE):
        if held >> capability & 1:
            return capability
    closed = sorted(str(parent) for parent in parents if not parent.stat().st_mode & 0o001)
    raise PermissionError(f"PostgreSQL cannot run as root, and other users cannot enter {', '.join(closed)}")


def before_exec(death_signal: signal.Signals, user: User | None = None) -> Callable[[], None]:
    """For ``preexec_fn``. The death signal comes after the change of user, which would clear it."""
    supervisor = os.getpid()

    def prepare() -> None:
        if user:
            _become(user)
        if LINUX:
            _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != supervisor:  # it died before the line above
                os._exit(1)

    return prepare


def die_with_parent(death_signal: signal.Signals) -> None:
    """Ask the kernel for ``death_signal`` when the process that started this one ends."""
    if LINUX:
        parent = os.getppid()
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), death_signal)


def _become(user: User) -> None:
    if user.capability is not None:
        _libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(user.gid)
    os.setuid(user.uid)
    if user.capability is not None:
        bit = 1 << user.capability
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        # effective, permitted, inheritable for capabilities 0–31, then for 32–63
        wanted = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
        ambient = (_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, user.capability, 0, 0)
        if _libc.capset(header, wanted) or _libc.prctl(*ambient):
            os._exit(126)
