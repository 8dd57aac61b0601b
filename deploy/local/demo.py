"""``make demo``: drives the system that runs in the data folder, or one that is started for its sake."""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.folder import Folder, Unusable
from deploy.local.options import ROOT, add_data, data_folder, demo_round

_START_SECONDS = 120


@contextmanager
def running_system(folder: Folder, port: str) -> Iterator[str]:
    """The address of the system in ``folder``; one that was started for this is ended afterwards."""
    if facts := folder.running():
        yield str(facts["url"])
        return
    command = (sys.executable, "-m", "deploy.local", "--data", str(folder.path), "--port", port)
    system = subprocess.Popen((*command, "--follow-parent", "--quiet", "--no-seed"), cwd=ROOT)
    try:
        yield _wait_for(folder, system)
    finally:
        system.terminate()
        system.wait()


def _wait_for(folder: Folder, system: subprocess.Popen[bytes]) -> str:
    print(f"starting a system of its own in {folder.path} …", flush=True)
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        if system.poll() is not None:
            raise SystemExit(system.returncode)  # it said why
        facts = folder.running()
        if facts and facts["pid"] == system.pid:
            return str(facts["url"])
        time.sleep(0.1)
    raise Unusable(f"the system did not start within {_START_SECONDS} s; see {folder.path / 'jiedan.log'}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.demo", description=__doc__)
    add_data(parser)
    parser.add_argument("--port", default="8080", help="the gateway's port of a system started for this")
    parser.add_argument("--round", default="", help="folder of the round (default: the bundled one)")
    given = parser.parse_args()
    try:
        source = str(Path(given.round).resolve() if given.round else demo_round())
        with running_system(data_folder(given.data), given.port) as url:
            command = (sys.executable, "-m", "demo", "--url", url, "--round", source)
            return subprocess.run(command, cwd=ROOT).returncode
    except Unusable as error:
        print(f"jiedan: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
