"""A department's receiver on this machine, its subscription on a database of its own, and a courier whose clock the
test moves."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.assessment.rules.happening import Happening
from services.assessment.usecases import delivery, sending
from shared import webhooks
from shared.actor import Actor
from shared.clock import wall
from shared.db import Database
from shared.http.app import create_app
from shared.service import Service
from shared.testing import START, Clients, settings_for_tests
from shared.webhooks import Courier
from tests.assessment.factories import UNIT, done
from tests.shared.receiver import Receiver

HERE = '["127.0.0.0/8"]'
DEPARTMENT = Actor(
    id="organisation-department", roles=frozenset({"department"}), unit=UNIT, scopes=frozenset({"webhooks:write"})
)


@dataclass
class Post:
    """``now`` is the wall time by which the courier decides what is due."""

    database: Database
    api: Clients
    receiver: Receiver
    now: datetime = field(default_factory=wall)

    def courier(self) -> Courier:
        return Courier(sending.claim, sending.note, now=lambda: self.now)

    async def subscribe(self, *wants: str, receiver: Receiver | None = None, **body: Any) -> dict[str, Any]:
        """A verified subscription as it was answered, secret and all."""
        to = receiver or self.receiver
        wish = {"name": "市委组织部", "address": to.url, "wants": list(wants or ("rating.published",)), **body}
        made: dict[str, Any] = await done(await self.api(DEPARTMENT).post("/v1/subscriptions", json=wish), 201)
        await self.work()
        to.got.clear()
        assert (await self.subscription(made["id"]))["status"] == "active"
        return made

    async def subscription(self, key: str) -> Any:
        return await done(await self.api(DEPARTMENT).get(f"/v1/subscriptions/{key}"))

    async def act(self, key: str, verb: str, body: Any = None, status: int = 200) -> Any:
        return await done(await self.api(DEPARTMENT).post(f"/v1/subscriptions/{key}/{verb}", json=body), status)

    async def deliveries(self, **query: Any) -> list[Any]:
        """The oldest first, pings apart."""
        found = await done(await self.api(DEPARTMENT).get("/v1/deliveries", params={"limit": 200, **query}))
        return sorted((one for one in found["items"] if one["kind"] != "ping"), key=lambda one: str(one["id"]))

    async def tell(self, *said: Happening) -> None:
        async with self.database.transaction() as session:
            await delivery.tell(session, said)

    async def work(self, courier: Courier | None = None) -> int:
        """Everything that is due now; how many tries."""
        courier, tried = courier or self.courier(), 0
        while count := await courier.send_due(self.database):
            tried += count
        return tried

    async def fail_out(self) -> int:
        """Time passes until nothing waits any more; how many tries."""
        tried = 0
        for _ in range(20):
            tried += await self.work()
            self.now += timedelta(hours=34)
        return tried

    def order(self) -> dict[str, list[int]]:
        """The numbers of each subject as the receiver saw them."""
        seen: dict[str, list[int]] = defaultdict(list)
        for got in self.receiver.got:
            said = json.loads(got.body)
            seen[said["subject"]].append(said["sequence"])
        return seen


def rating(team_id: UUID | None = None, kind: str = "rating.published", **changes: Any) -> Happening:
    """A team's rating as it is told."""
    team = team_id or uuid4()
    fields: dict[str, Any] = {
        "kind": kind,
        "subject": f"team/{team}",
        "at": START,
        "division": "500101151002",
        "team_id": team,
        "data": {"team_id": str(team), "grade": "qualified"},
    }
    return Happening(**fields | changes)


@asynccontextmanager
async def opened(databases: Any, service: Service) -> AsyncIterator[Post]:
    database, receiver = Database(await databases.create(service), pool=8, service="assessment"), Receiver()
    app = create_app(service, settings_for_tests(webhook_networks=HERE), database)
    try:
        yield Post(database, Clients({"assessment": app}), receiver)
    finally:
        receiver.close()
        webhooks.use_settings(settings_for_tests())
        await database.close()
