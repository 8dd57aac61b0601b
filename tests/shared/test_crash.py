"""Between "the transaction begins" and "acknowledged", at every point: killed, stopped, frozen, failing."""

import asyncio
import random
import signal
import subprocess
import sys
from pathlib import Path

from deploy.local.privileges import before_exec
from shared.db import Database, new_id
from tests.shared.conftest import Broker, effects_of, journaled, say, started, until, url_of, waiting_in
from tests.shared.faulty import FAULTS
from tests.shared.test_worker import worker_environment


async def test_no_fault_at_any_point_loses_doubles_or_disorders_an_event(
    orders: Database, teams: Database, broker: Broker, tmp_path: Path
) -> None:
    faults = list(FAULTS)
    random.Random(1124).shuffle(faults)
    listed, done = tmp_path / "faults", tmp_path / "done"
    listed.write_text("\n".join(faults))
    done.touch()
    command = [sys.executable, "-m", "tests.shared.faulty", listed, done, url_of(orders), url_of(teams)]
    names = [new_id() for _ in range(5)]
    endings = set()

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                env=worker_environment(url_of(orders), broker),
                stdout=log,
                stderr=log,
                preexec_fn=before_exec(signal.SIGKILL),
            )

    def happened() -> list[str]:
        return done.read_text().splitlines()

    process = start()

    async def tended() -> None:
        """Start it again when it has ended, as a supervisor does."""
        nonlocal process
        await asyncio.sleep(0.05)
        if process.poll() is not None:
            endings.add(process.returncode)
            process = start()

    last = new_id()
    async with asyncio.timeout(300):
        while len(happened()) < len(faults):
            await say(orders, *(started(name) for name in names))
            await tended()
        await say(orders, started(last))
        while (f"order/{last}", 1) not in await effects_of(teams):
            await tended()
    process.terminate()
    assert process.wait(20) == 0
    process = start()  # what failed was parked, and is tried at every start

    async def handled() -> bool:
        return len(await effects_of(teams)) == len(await journaled(orders))

    await until(handled)
    process.terminate()
    process.wait(20)
    assert happened() == faults
    assert endings == {0, -signal.SIGKILL}
    said = await journaled(orders)
    assert sorted(await effects_of(teams, "event_id")) == sorted(event.id for event in said), "lost or doubled"
    for name in names:
        of = [number for aggregate, number in await effects_of(teams) if aggregate == f"order/{name}"]
        assert of == list(range(1, len(said) // len(names) + 1)), "out of order"
    assert await waiting_in(teams) == []
