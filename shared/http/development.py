"""Development only: the token issuer, and the business clock of all four services moved together.

Moving the clock stops at every instant at which something falls due in any service, in order, and goes on only when
what came of it has been handled everywhere. Production mounts none of this.
"""

import asyncio
import time
from datetime import datetime
from typing import Any

import httpx
from fastapi import APIRouter, Request
from pydantic import BaseModel

from shared import clock
from shared.auth import DevelopmentIssuer, ServiceToken
from shared.clock import SHANGHAI
from shared.errors import Malformed, Reason, Refused
from shared.http.platform import ClockOut, clock_of
from shared.http.problems import EVERYWHERE
from shared.http.shapes import Instant
from shared.http.transaction import Api, Db, allow
from shared.service import Service

PATIENCE = 120.0
"""Seconds to wait for events to settle before saying what is stuck."""


class TokenIn(BaseModel):
    roles: list[str]
    sub: str = ""
    division: str = ""
    unit: str = ""
    person: str = ""
    scopes: list[str] = []


class TokenOut(BaseModel):
    token: str


class TimeIn(BaseModel):
    to: Instant


class TimeOut(BaseModel):
    now: datetime


class _Services:
    """The four services as their peers see them."""

    def __init__(self, peers: dict[str, str], token: ServiceToken) -> None:
        self._peers, self._token = peers, token
        self._client = httpx.AsyncClient(timeout=10)

    async def ask(self, method: str, body: Any = None) -> dict[str, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {await self._token()}"}

        async def one(url: str) -> Any:
            answer = await self._client.request(method, f"{url.rstrip('/')}/v1/clock", json=body, headers=headers)
            return answer.raise_for_status().json()

        answers = await asyncio.gather(*(one(url) for url in self._peers.values()))
        return dict(zip(self._peers, answers, strict=True))

    async def settle(self) -> dict[str, dict[str, Any]]:
        """Wait until nothing is due, nothing unsent and nothing unhandled, twice in a row with the same heads."""
        started, before = time.monotonic(), None
        while True:
            try:
                states = await self.ask("GET")
                stuck = _unsettled(states)
            except httpx.HTTPError as error:
                states, stuck = {}, [f"a service does not answer ({type(error).__name__})"]
            heads = {name: state["state"]["journal_head"] for name, state in states.items()}
            if not stuck and heads == before:
                return states
            before = None if stuck else heads
            if time.monotonic() - started > PATIENCE:
                detail = "; ".join(stuck)
                raise Refused(Reason("clock.unsettled", f"事件尚未处理完：{detail}", f"Not settled: {detail}"))
            await asyncio.sleep(0.02 if not stuck else 0.04)

    async def advance(self, to: datetime) -> datetime:
        """Move to ``to`` through everything that falls due on the way."""
        while True:
            states = await self.settle()
            now = max(_time(state["now"]) for state in states.values())
            if to < now:
                return now
            due = [_time(state["next_due"]) for state in states.values() if state["next_due"]]
            step = min([at for at in due if at <= to], default=to)
            await self.ask("POST", {"to": max(step, now).isoformat()})
            if step >= to:
                await self.settle()
                return to


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(SHANGHAI)


def _unsettled(states: dict[str, dict[str, Any]]) -> list[str]:
    found = []
    for name, answer in states.items():
        state = answer["state"]
        if answer["next_due"] and _time(answer["next_due"]) <= _time(answer["now"]):
            found.append(f"{name}: a job due at {answer['next_due']} has not run")
        if state["outbox"] or state["published_to"] < state["journal_head"]:
            found.append(f"{name}: events not yet published")
        if state["waiting"]:
            found.append(f"{name}: {state['waiting']} events held")
        for producer, position in state["handled"].items():
            if producer in states and position < states[producer]["state"]["journal_head"]:
                found.append(f"{name}: has not handled all of {producer}")
    return found


def own_clock(service: Service) -> Api:
    """The clock of this service alone, for ``/dev/clock``, which moves all four together."""
    api = Api(tags=["development"])

    @api.post("/v1/clock", response_model=ClockOut, dependencies=[allow("service", "operator")])
    async def move_clock(body: TimeIn, db: Db) -> ClockOut:
        """Development only: this service's own clock. Use ``/dev/clock`` to move all four together."""
        await clock.move(db, body.to)
        return await clock_of(service, db)

    return api


def router() -> APIRouter:
    api = APIRouter(prefix="/dev", tags=["development"], responses=EVERYWHERE)

    def services(request: Request) -> _Services:
        state = request.app.state
        if not hasattr(state, "services"):
            state.services = _Services(state.settings.peers, ServiceToken(state.settings, "development-clock"))
            state.moving = asyncio.Lock()
        found: _Services = state.services
        return found

    @api.post("/token", response_model=TokenOut)
    async def make_token(body: TokenIn, request: Request) -> TokenOut:
        """A token for any role: there is no password in development."""
        return TokenOut(token=DevelopmentIssuer(request.app.state.settings).token(**body.model_dump()))

    @api.get("/clock", response_model=TimeOut)
    async def read_time(request: Request) -> TimeOut:
        answers = await services(request).ask("GET")
        return TimeOut(now=max(_time(answer["now"]) for answer in answers.values()))

    @api.post("/clock", response_model=TimeOut)
    async def move_time(body: TimeIn, request: Request) -> TimeOut:
        """Forward only; answers when all four services have done what fell due and handled what came of it."""
        everyone = services(request)
        async with request.app.state.moving:
            answers = await everyone.ask("GET")
            if body.to < max(_time(answer["now"]) for answer in answers.values()):
                raise Malformed(Reason("clock.backward", "业务时钟只能向前", "The clock only moves forward", "/to"))
            return TimeOut(now=await everyone.advance(body.to))

    @api.post("/settle", response_model=TimeOut)
    async def settle(request: Request) -> TimeOut:
        """Answers when every event so far has been handled everywhere."""
        states = await services(request).settle()
        return TimeOut(now=max(_time(state["now"]) for state in states.values()))

    return api
