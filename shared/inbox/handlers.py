"""Which function handles which event: one line in a service's ``handlers.py``."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid6 import uuid7

from shared import contracts
from shared.contracts.base import REGISTRY, Event
from shared.envelope import Envelope, UnknownType, body, head

for _module in pkgutil.iter_modules(contracts.__path__):
    # A process that handles only some events still has to know every type there is: an unknown one is parked.
    importlib.import_module(f"{contracts.__name__}.{_module.name}")

Handler = Callable[..., Awaitable[Any]]
Function = TypeVar("Function", bound=Handler)


class Handlers:
    """``@on(OrderPublished)`` above ``async def f(session, event, now)``; ``@on.every`` above
    ``async def f(session, envelope, now)`` for one that hears all. Of an event's handlers, those for every event
    come first."""

    def __init__(self) -> None:
        self._of: dict[str, list[Handler]] = {}
        self._every: list[Handler] = []

    def __call__(self, *types: type[Event]) -> Callable[[Function], Function]:
        def remember(function: Function) -> Function:
            for event_type in types:
                self._of.setdefault(event_type.type, []).append(function)
            return function

        return remember

    def every(self, function: Function) -> Function:
        self._every.append(function)
        return function

    @property
    def types(self) -> frozenset[str]:
        """The event types that somebody here handles by name."""
        return frozenset(self._of)

    def concern(self, type: str) -> bool:
        """False for an event that only moves the mark. One of unknown type concerns us: it must not pass unseen."""
        return bool(self._every) or type in self._of or type not in REGISTRY

    async def handle(self, session: AsyncSession, envelope: Envelope, now: datetime) -> None:
        """Run the handlers. Raises :class:`UnknownType` for a type that this release does not know."""
        if envelope.type not in REGISTRY:
            raise UnknownType(envelope.type)
        for function in self._every:
            await function(session, envelope, now)
        if functions := self._of.get(envelope.type):
            event = envelope.event()
            for function in functions:
                await function(session, event, now)

    async def apply(self, session: AsyncSession, event: Event, now: datetime) -> None:
        """Run the handlers for an event that did not come through the bus (tests)."""
        attributes = head(
            event,
            id=UUID(int=uuid7().int),
            sequence=1,
            incarnation=1,
            time=now,
            business_time=now,
            actor="system",
            traceparent="",
        )
        await self.handle(session, Envelope(body(attributes, 1, event.model_dump_json())), now)
