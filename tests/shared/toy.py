"""A worker of a service that only notes what it hears, as a process: ``python -m tests.shared.toy teams 8123``."""

import asyncio
import sys

import sqlalchemy as sa

from shared import worker
from shared.inbox import Handlers
from shared.service import Service
from shared.settings import load_settings
from shared.telemetry import configure_logging
from tests.shared.conftest import noting


def toy(name: str, handlers: Handlers | None = None) -> Service:
    """``orders`` says, ``teams`` hears."""
    listens_to = ("orders",) if name == "teams" else ()
    return Service(
        name=name, title=name, metadata=sa.MetaData(), routers=(), listens_to=listens_to, handlers=handlers or noting()
    )


if __name__ == "__main__":
    configure_logging(sys.argv[1], "INFO")
    asyncio.run(worker.run(toy(sys.argv[1]), load_settings(), port=int(sys.argv[2])))
