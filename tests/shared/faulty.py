"""Both toy workers in one process, in which each fault of a list happens once, in turn.

``python -m tests.shared.faulty FAULTS DONE ORDERS_URL TEAMS_URL``: FAULTS holds lines ``point how``; each is noted in
DONE before it strikes, so that the next process goes on with the next one.
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from shared import relay, worker
from shared.bus import Bus
from shared.contracts.orders import OrderStarted
from shared.inbox import Handlers
from shared.pull import Puller
from shared.settings import load_settings
from shared.telemetry import configure_logging
from tests.shared.conftest import note
from tests.shared.toy import toy

POINTS = (
    "journal",
    "publish",
    "acknowledged",
    "remember",  # relay
    "handle",
    "effects",
    "flushed",
    "committed",
    "acknowledge",  # inbox
)
FAULTS = [f"{point} {how}" for point in POINTS for how in ("kill", "raise", "pause")]
FAULTS += [f"{point} stop" for point in ("publish", "handle", "acknowledge")]


class Faults:
    """The list, shared by all points."""

    def __init__(self, faults: Path, done: Path) -> None:
        happened = len(done.read_text().splitlines()) if done.exists() else 0
        self.coming = [line.split() for line in faults.read_text().splitlines()][happened:]
        self.done = done

    def hit(self, point: str) -> None:
        """Strike, if it is this point's turn."""
        if not self.coming or self.coming[0][0] != point:
            return
        _point, how = self.coming.pop(0)
        with self.done.open("a") as done:
            done.write(f"{point} {how}\n")
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif how == "stop":
            os.kill(os.getpid(), signal.SIGTERM)
        elif how == "pause":
            time.sleep(1.7)  # longer than the broker waits for an acknowledgement
        else:
            raise RuntimeError(f"fault at {point}")


def inject(faults: Faults, teams_url: str) -> Handlers:
    """Put the points in; the handlers of the one that hears."""

    def around(owner: Any, name: str, before: str = "", after: str = "") -> None:
        plain = getattr(owner, name)

        async def faulty(*args: Any, **options: Any) -> Any:
            if before:
                faults.hit(before)
            result = await plain(*args, **options)
            if after:
                faults.hit(after)
            return result

        setattr(owner, name, faulty)

    chain = relay.chain

    def faulty_chain(*args: Any) -> bytes:
        faults.hit("journal")
        return chain(*args)

    relay.chain = faulty_chain
    around(Bus, "publish", "publish", "acknowledged")
    around(relay.Relay, "_save", "remember")
    around(Puller, "_acknowledge", "acknowledge")

    def of_teams(session: Session) -> bool:
        return session.get_bind().engine.url.database == teams_url.rpartition("/")[2]

    event.listen(Session, "before_commit", lambda session: of_teams(session) and faults.hit("flushed"))
    event.listen(Session, "after_commit", lambda session: of_teams(session) and faults.hit("committed"))
    on = Handlers()

    @on.every
    async def handle(session: Any, envelope: Any, now: Any) -> None:
        faults.hit("handle")
        await note(session, envelope, now)

    @on(OrderStarted)
    async def more(_session: Any, _event: Any, _now: Any) -> None:
        faults.hit("effects")

    return on


async def main() -> None:
    faults, done, orders_url, teams_url = sys.argv[1:]
    handlers = inject(Faults(Path(faults), Path(done)), teams_url)
    settings = load_settings()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    workers = [
        worker.Worker(toy("orders"), settings.model_copy(update={"database_url": orders_url})),
        worker.Worker(toy("teams", handlers), settings.model_copy(update={"database_url": teams_url})),
    ]
    await asyncio.gather(*(one.run(stop) for one in workers))


if __name__ == "__main__":
    configure_logging("faulty", "INFO")
    asyncio.run(main())
