"""How long a start takes and what the whole system needs: ``make bench-start``. One JSON line comes last.

A first start makes databases and loads the demo round, a second one finds them. Memory is the proportional set size of
all processes, the supervisor and the gateway included, when the second start has settled; CPU is what they use idle.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from deploy.local.options import ROOT

_SETTLE_SECONDS = 5.0


@contextmanager
def started(data: Path) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """A running system and the seconds until it was ready, the round included."""
    command = (sys.executable, "-m", "deploy.local", "--data", str(data), "--port", "0")
    began = time.monotonic()
    system = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert system.stdout is not None  # noqa: S101
        for line in system.stdout:
            if "ready after" in line:
                break
        else:
            raise SystemExit(f"it did not start; see {data / 'jiedan.log'}")
        yield system, time.monotonic() - began
    finally:
        system.send_signal(signal.SIGTERM)
        system.communicate()


def processes(pid: int) -> list[psutil.Process]:
    supervisor = psutil.Process(pid)
    return [supervisor, *supervisor.children(recursive=True)]


def memory(found: list[psutil.Process]) -> int:
    """Bytes, shared pages counted once among those who share them."""
    return sum(process.memory_full_info().pss for process in found)


def cpu_seconds(found: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in found)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="jiedan-measure-") as folder:
        data = Path(folder) / "var"
        print("first start …", flush=True)
        with started(data) as (_, first):
            pass
        print("second start …", flush=True)
        with started(data) as (system, second):
            time.sleep(_SETTLE_SECONDS)
            found = processes(system.pid)
            before = cpu_seconds(found)
            time.sleep(_SETTLE_SECONDS)
            figures = {
                "first_start_seconds": round(first, 1),
                "second_start_seconds": round(second, 1),
                "processes": len(found),
                "memory_mb": round(memory(found) / 1e6),
                "idle_cpu_percent": round(100 * (cpu_seconds(found) - before) / _SETTLE_SECONDS, 1),
                "cpus": os.cpu_count(),
            }
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
