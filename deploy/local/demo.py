"""``make demo``: drives the system that runs in the data folder, or one that is started for its sake."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.folder import Folder, Unusable
from deploy.local.options import ROOT, add_data, data_folder, demo_round

_START_SECONDS = 120


@contextmanager
def running_system(folder: Folder, port: str) -> Iterator[str]:
    """The address of the system in ``folder``; one that was started for this is ended afterwards."""
    if folder.held():
        yield _address(folder, folder.held)
        return
    print(f"starting a system of its own in {folder.path} …", flush=True)
    command = (sys.executable, "-m", "deploy.local", "--data", str(folder.path), "--port", port)
    system = subprocess.Popen((*command, "--follow-parent", "--quiet", "--no-seed"), cwd=ROOT)
    try:
        yield _address(folder, lambda: system.poll() is None)
    except _Ended:
        raise SystemExit(system.wait()) from None  # it said why
    finally:
        system.terminate()
        system.wait()


class _Ended(Unusable):
    """The system went away before it was ready."""


def _address(folder: Folder, alive: Callable[[], bool]) -> str:
    """Where the system in ``folder`` is, as soon as it is ready."""
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        if facts := folder.running():
            return str(facts["url"])
        if not alive():
            raise _Ended(f"the system in {folder.path} ended before it was ready")
        time.sleep(0.1)
    raise Unusable(f"no system is ready after {_START_SECONDS} s; see {folder.path / 'jiedan.log'}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.demo", description=__doc__)
    add_data(parser)
    parser.add_argument("--port", default="8080", help="the gateway's port of a system started for this")
    parser.add_argument("--round", default="", help="folder of the round (default: the bundled one)")
    parser.add_argument(
        "--mode", default="", help="another programme or direction than the round folder's (demo/modes)"
    )
    given = parser.parse_args()
    try:
        source = str(Path(given.round).resolve() if given.round else demo_round())
        with running_system(data_folder(given.data), given.port) as url:
            mode = ("--mode", given.mode) if given.mode else ()
            command = (sys.executable, "-m", "demo", "--url", url, "--round", source, *mode)
            return subprocess.run(command, cwd=ROOT).returncode
    except Unusable as error:
        print(f"jiedan: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
