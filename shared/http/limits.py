"""How often one address may write where no token is asked for: beyond that 429 with ``Retry-After``.

Counted in the memory of each process: several processes of a service allow as many times more, a restart forgets. The
address is the one that the gateway saw; of an IPv6 address its network of 64 bits counts, since a subscriber has all
of it. Reading is not counted: public answers are bytes from memory.
"""

import time
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from fastapi import Depends, Request
from limits import parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from shared.errors import TooMany


class PublicWrites:
    """``most`` as ``JIEDAN_PUBLIC_WRITES``: ``"60/minute; 2000/day"``, empty for no limit."""

    def __init__(self, most: str) -> None:
        self._most = sorted(parse_many(most)) if most else []
        self._counted = FixedWindowRateLimiter(MemoryStorage())

    async def count(self, address: str) -> None:
        """One more write from there. Raises :class:`TooMany`."""
        for limit in self._most:
            if not await self._counted.hit(limit, address):
                again_at = (await self._counted.get_window_stats(limit, address)).reset_time
                raise TooMany(max(1, round(again_at - time.time())))


def network(host: str) -> str:
    """Whose address it is, as far as that can be told."""
    try:
        address = ip_address(host)
    except ValueError:
        return host  # a test client, a socket file
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host


async def _count(request: Request) -> None:
    counted: PublicWrites = request.app.state.public_writes
    await counted.count(network(request.client.host if request.client else ""))


limited: Any = Depends(_count)
"""The dependency of every public route that writes."""
