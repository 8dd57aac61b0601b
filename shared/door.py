"""The client of other services' event doors: how an inbox gets what the bus has not brought."""

from collections.abc import Awaitable, Callable, Mapping

import httpx
import orjson

from shared.envelope import Envelope
from shared.inbox.tables import Key


class NoDoor(Exception):
    """Nobody told us where this producer's door is."""

    def __init__(self, producer: str) -> None:
        super().__init__(f"no address for {producer}")


class Doors:
    """``peers``: base URL of each producer's API. ``token`` gives a bearer token with the scope ``events:read``."""

    def __init__(
        self,
        peers: Mapping[str, str],
        token: Callable[[], Awaitable[str]],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._peers, self._token = peers, token
        self._client = httpx.AsyncClient(timeout=10, transport=transport)

    async def fetch(self, key: Key, after_sequence: int) -> list[Envelope]:
        """An aggregate's events after ``after_sequence``, oldest first, at most one page."""
        wanted: dict[str, str | int] = {
            "aggregate": key.aggregate,
            "after_sequence": after_sequence,
            "incarnation": key.incarnation,
        }
        return await self._read(key.producer, wanted)

    async def read(self, producer: str, after: int, limit: int) -> list[Envelope]:
        """A producer's events after position ``after``, for a replay."""
        return await self._read(producer, {"after": after, "limit": limit})

    async def _read(self, producer: str, wanted: dict[str, str | int]) -> list[Envelope]:
        if producer not in self._peers:
            raise NoDoor(producer)
        url = f"{self._peers[producer].rstrip('/')}/v1/events"
        headers = {"Authorization": f"Bearer {await self._token()}"}
        answer = (await self._client.get(url, params=wanted, headers=headers)).raise_for_status()
        return [Envelope(orjson.dumps(event)) for event in answer.json()["events"]]

    async def close(self) -> None:
        await self._client.aclose()
