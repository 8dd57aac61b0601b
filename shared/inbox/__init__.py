"""The inbox: other services' events, each applied exactly once, in its aggregate's order, in one transaction with its
effects.

``handlers``: which function handles what · ``tables``: marks and waiting events · ``apply``: one batch, one
transaction · ``waiting``: holding, waking, gaps, retries · ``parked``: what an operator can do.
"""

from collections.abc import Sequence

from shared.db import Database
from shared.envelope import Envelope
from shared.errors import NotYet
from shared.inbox.handlers import Handlers
from shared.inbox.parked import confirm_skip, list_parked, replay, request_skip, retry, show
from shared.inbox.waiting import Inbox

__all__ = [
    "Envelope",
    "Handlers",
    "Inbox",
    "NotYet",
    "confirm_skip",
    "list_parked",
    "process_batch",
    "replay",
    "request_skip",
    "retry",
    "show",
]


async def process_batch(database: Database, service: str, handlers: Handlers, envelopes: Sequence[Envelope]) -> None:
    """Take these events in, once; for tests and pumps that keep no :class:`Inbox`."""
    await Inbox(database, service, handlers).process(envelopes)
