"""One order and its teams across the four services, told step by step over REST."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.testing import START, Actors
from tests.orders.factories import order_body, round_body
from tests.teams.factories import Roster, World, done
from tests.teams.review_factories import Panel, sheet


@dataclass
class Stage:
    """A running round with one published order. ``world`` speaks to the teams service."""

    system: Any
    world: World
    actors: Actors

    async def ask(self, service: str, method: str, path: str, role: str = "bureau", **sent: Any) -> Any:
        """The answer of a service; 2xx or the test fails. Then events travel until all is quiet."""
        answer = await self.system.api(getattr(self.actors, role), service).request(method, path, **sent)
        assert answer.status_code < 300, answer.text
        await self.system.pump()
        return answer.json()

    async def money(self) -> dict[str, int]:
        found: dict[str, int] = await self.ask("funding", "GET", f"/v1/rounds/{self.world.round_id}/money")
        return found

    async def appropriate(self, amount_fen: int) -> None:
        body = {"round_id": str(self.world.round_id), "amount_fen": amount_fen, "reason": "预算"}
        await self.ask("funding", "POST", "/v1/appropriations", json=body)

    async def order_status(self) -> str:
        return str((await self.ask("orders", "GET", f"/v1/orders/{self.world.order_id}"))["status"])

    async def review(self) -> None:
        """Every shortlisted claim is read by three people from elsewhere, who agree."""
        panel = Panel(self.world)
        await panel.name()
        await panel.assign()
        for review in await panel.reviews(status="assigned"):
            path = f"/v1/reviews/{review['id']}/score"
            await done(await panel.reviewer(review["person_id"]).post(path, json=sheet()))
        await panel.close()

    async def propose(self, roster: Roster, amount_fen: int = 15_000_000, reason: str = "") -> str:
        """After a review, unless the claim has been read (or needs none)."""
        offered = {action["action"]: action["reasons"] for action in (await roster.read())["actions"]}
        if "decision.panel_open" in {reason["code"] for reason in offered["propose"]}:
            await self.review()
        await roster.propose(amount_fen, reason)
        await self.system.pump()
        return await roster.status()

    async def outlive_notice(self, kind: str = "selection", **more: str) -> dict[str, Any]:
        """Draft and post a notice, and move past its last working day."""
        body = {"round_id": str(self.world.round_id), "kind": kind, **more}
        notice = await self.ask("assessment", "POST", "/v1/notices", json=body)
        posted: dict[str, Any] = await self.ask("assessment", "POST", f"/v1/notices/{notice['id']}/post")
        await self.system.advance(datetime.fromisoformat(posted["closes_at"]) + timedelta(minutes=1))
        return posted

    async def confirmed(self, roster: Roster) -> None:
        assert await self.propose(roster) == "on_notice"
        await self.outlive_notice()
        assert await roster.status() == "confirmed"

    async def decide(self) -> None:
        """The window ends, and the bureau closes the selection."""
        round_ = await self.ask("orders", "GET", f"/v1/rounds/{self.world.round_id}")
        closes_at = datetime.fromisoformat(round_["closes_at"])
        await self.system.advance(max(self.system.now, closes_at + timedelta(minutes=1)))
        await self.ask("orders", "POST", f"/v1/rounds/{self.world.round_id}/decide")

    async def agreed(self, roster: Roster) -> None:
        await self.confirmed(roster)
        await self.decide()
        for party in (roster.as_lead, self.world.unit(), self.world.host):
            await done(await party.post(f"{roster.path}/agreement/sign"))
        await self.system.pump()

    async def serving(self, roster: Roster) -> None:
        """Started by its first confirmed entry."""
        await self.agreed(roster)
        [entry] = await roster.record(served_on=self.system.now.date())
        await done(await self.world.host.post(f"/v1/entries/{entry}/confirm"))
        await self.system.pump()


async def open_stage(system: Any, appropriation_fen: int = 40_000_000, **opened: Any) -> Stage:
    """A round whose window is open, with one published order and money."""
    actors = Actors()
    stage = Stage(system, World(lambda actor=None: system.api(actor, "teams"), actors, None, None), actors)
    window = {"opens_at": START.isoformat(), "closes_at": (START + timedelta(days=20)).isoformat()}
    round_ = await stage.ask("orders", "POST", "/v1/rounds", json=round_body(**(window | opened)))
    await stage.ask("orders", "POST", f"/v1/rounds/{round_['id']}/open")
    order = await stage.ask("orders", "POST", "/v1/orders", json=order_body(round_["id"]))
    road = [("bureau", "submit"), ("district", "recommend"), ("bureau", "publish")]
    if "recommendation" not in opened.get("policy", {}).get("switches", ("recommendation",)):
        road.pop(1)
    for role, step in road:
        await stage.ask("orders", "POST", f"/v1/orders/{order['id']}/{step}", role)
    stage.world.round_id, stage.world.order_id = UUID(round_["id"]), UUID(order["id"])
    await stage.appropriate(appropriation_fen)
    return stage
