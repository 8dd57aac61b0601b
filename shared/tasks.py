"""Tasks that must end."""

import asyncio
from collections.abc import Iterable
from typing import Any


async def cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel and wait until every one has ended; what they raise is theirs to say.

    More than once, because libraries swallow a cancellation that comes at the moment when what they wait for arrives
    (``asyncio.wait_for`` before Python 3.12, and with it the broker's client). Our own code waits with
    ``asyncio.timeout``, which does not.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _ended, pending = await asyncio.wait(pending, timeout=0.5)
