"""``python -m deploy.local --data ./var --port 8080``."""

import asyncio
import sys

from deploy.local.folder import Unusable
from deploy.local.options import parse
from deploy.local.output import Output
from deploy.local.supervisor import Supervisor


def main() -> int:
    try:
        options = parse()
        options.folder.make()
        options.folder.lock()
    except Unusable as error:
        print(f"jiedan: {error}", file=sys.stderr)
        return 2
    output = Output(options.folder.path / "jiedan.log", quiet=options.quiet)
    return asyncio.run(Supervisor(options, output).run())


if __name__ == "__main__":
    raise SystemExit(main())
