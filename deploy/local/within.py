"""A ``jiedan`` command with the settings of the system that runs in a data folder.

``python -m deploy.local.within --data ./var status``
"""

import argparse
import subprocess
import sys

from deploy import SERVICES
from deploy.local.folder import Unusable
from deploy.local.options import ROOT, add_data, data_folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.within", description=__doc__)
    add_data(parser)
    parser.add_argument("words", nargs=argparse.REMAINDER, help="the command and its arguments")
    given = parser.parse_args()
    try:
        folder = data_folder(given.data)
        if not folder.running():
            raise Unusable(f"nothing runs in DATA={folder.path}; start it first: make run")
    except Unusable as error:
        print(f"jiedan: {error}", file=sys.stderr)
        return 2
    who = next((word for word in given.words if word in SERVICES), "admin")  # verify teams: as teams
    command = (sys.executable, "-m", "shared.cli", *given.words)
    return subprocess.run(command, cwd=ROOT, env=folder.env(who)).returncode


if __name__ == "__main__":
    raise SystemExit(main())
