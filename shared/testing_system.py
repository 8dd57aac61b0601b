"""pytest plugin for journeys: the four services in one process, on real databases, events pumped by hand.

The real relay gives positions and the real inbox takes events in; only the broker between them is missing.
"""

import asyncio
import importlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse

from shared import clock
from shared.db import Database
from shared.envelope import Envelope
from shared.http.app import create_app
from shared.inbox import Inbox
from shared.inbox.parked import list_parked
from shared.journal import read_after
from shared.relay import Relay
from shared.service import SERVICES, Service
from shared.testing import START, Clients, Databases, settings_for_tests

_OWNERS = {
    "/public/confirmations": "teams",
    "/public/notices": "assessment",
    "/public/ratings": "assessment",
    "/public/objections": "assessment",
    "/public/certificates": "assessment",
    "/public/reports": "assessment",
    "/public/log": "assessment",
    "/public/keys": "assessment",
    "/dev/sms": "teams",
}
_HERE = '["127.0.0.0/8"]'
"""Journeys may receive webhooks on this machine."""


class _Member:
    """One service with its database, relay and inbox."""

    def __init__(self, service: Service, url: str) -> None:
        self.service = service
        self.database = Database(url, pool=4, service=service.name)
        self.relay = Relay(url, None, service.name)
        self.inbox = Inbox(self.database, service.name, service.handlers)
        self.read_to = dict.fromkeys(service.listens_to, 0)


class System:
    """``api(actor, "teams")`` talks to a service; ``pump`` carries events until all is quiet; ``advance`` moves the
    clock through everything that falls due."""

    def __init__(self, members: dict[str, _Member]) -> None:
        self.members = members
        self.apps = {
            name: create_app(m.service, settings_for_tests(webhook_networks=_HERE), m.database)
            for name, m in members.items()
        }
        self.api = Clients(self.apps)
        self.now = START
        self._moving = asyncio.Lock()

    async def pump(self) -> None:
        """Carry every event to everybody who listens, and what comes of it, until nothing moves."""
        moved = True
        while moved:
            moved = False
            for member in self.members.values():
                while await member.relay.journal_once():
                    moved = True
            for member in self.members.values():
                for producer in member.service.listens_to:
                    moved |= await self._carry(producer, member)
                if member.service.courier is not None:
                    moved |= await member.service.courier.send_due(member.database) > 0

    async def _carry(self, producer: str, member: _Member) -> bool:
        source = self.members[producer].database
        found = await read_after(source, member.read_to[producer], 500)
        if found:
            await member.inbox.process([Envelope(orjson.dumps(event)) for event in found])
            member.read_to[producer] = found[-1]["position"]
        return bool(found)

    async def advance(self, to: datetime) -> None:
        """Move business time to ``to``, stopping wherever something falls due in any service."""
        while True:
            await self.pump()
            due = [at for member in self.members.values() if (at := await self._next_due(member)) and at <= to]
            step = max(min(due, default=to), self.now)
            for member in self.members.values():
                async with member.database.transaction() as session:
                    # what fell due while this was read is in the past by now
                    if step > await clock.now(session):
                        await clock.move(session, step)
            self.now = step
            for member in self.members.values():
                while await member.service.jobs.run_due(member.database):
                    pass
                if member.service.jobs.failing:
                    raise AssertionError(member.service.jobs.failing)
            if step >= to:
                await self.pump()
                return

    async def _next_due(self, member: _Member) -> datetime | None:
        async with member.database.reading() as session:
            return await member.service.jobs.next_due(session)

    async def gateway(self, scope: Any, receive: Any, send: Any) -> None:
        """The gateway's addresses in one process; the development clock moves by ``pump`` and ``advance``."""
        path = scope["path"]
        if path in ("/dev/settle", "/dev/clock"):
            await self._time(Request(scope, receive))(scope, receive, send)
            return
        first = path.split("/")[1]
        if first in self.apps:
            scope = {**scope, "path": path.removeprefix(f"/{first}"), "root_path": f"/{first}"}
            await self.apps[first](scope, receive, send)
            return
        owner = next((name for start, name in _OWNERS.items() if path.startswith(start)), "orders")
        await self.apps[owner](scope, receive, send)

    def _time(self, request: Request) -> Any:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            async with self._moving:
                if request.method == "POST" and scope["path"] == "/dev/clock":
                    await self.advance(datetime.fromisoformat((await request.json())["to"]))
                elif request.method == "POST":
                    await self.pump()
            await JSONResponse({"now": self.now.isoformat()})(scope, receive, send)

        return answer

    async def waiting(self) -> list[Any]:
        """Events that are held or parked anywhere; a quiet system has none."""
        found = []
        for member in self.members.values():
            async with member.database.reading() as session:
                found += [{"at": member.service.name, **row} for row in await list_parked(session)]
        return found

    async def close(self) -> None:
        for member in self.members.values():
            await member.relay.close()
            await member.database.close()


@pytest.fixture
async def system(databases: Databases, tmp_path: Path) -> AsyncIterator[System]:
    """Four services on fresh databases at the tests' start of business time."""
    clock.make_movable(True)
    members = {}
    for name in SERVICES:
        service: Service = importlib.import_module(f"services.{name}.main").service
        members[name] = _Member(service, await databases.create(service))
    found = System(members)
    for member in members.values():
        await member.relay.open()
    yield found
    await found.close()
