"""What tests of reviews begin with: a panel that has nothing to do with the claims, and scores."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.actor import Actor
from tests.teams.factories import Roster, World, done

ITEMS = ("need", "plan", "team", "results", "talent")
REVIEWERS_UNIT = {"unit_code": "115001107583588871", "unit_name": "市评审中心"}


def sheet(points: float = 80, **others: float) -> dict[str, Any]:
    """A score sheet, the same points for every item unless named; with comments, so that any points pass."""
    given = dict.fromkeys(ITEMS, points) | others
    marks = [{"code": code, "points": value, "comment": "评审意见"} for code, value in given.items()]
    return {"marks": marks, "comment": "总体评价"}


class Panel:
    """The review of the world's round."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people: list[str] = []

    @property
    def path(self) -> str:
        return f"/v1/rounds/{self.world.round_id}"

    def reviewer(self, person: str) -> httpx.AsyncClient:
        return self.world.as_(Actor(id=f"reviewer-{person}", roles=frozenset({"reviewer"}), person=person))

    async def name(self, count: int = 3, most: int | None = None, **person: Any) -> Any:
        """Registers ``count`` people and names them."""
        fresh = [await self.world.person(**(REVIEWERS_UNIT | person)) for _ in range(count)]
        self.people += fresh
        seats = [{"person_id": one, **({} if most is None else {"most": most})} for one in fresh]
        return await done(await self.world.bureau.post(f"{self.path}/panel", json={"reviewers": seats}))

    async def assign(self) -> Any:
        return await done(await self.world.bureau.post(f"{self.path}/assignments"))

    async def reviews(self, roster: Roster | None = None, status: str = "assigned,scored") -> list[dict[str, Any]]:
        query = f"?limit=200&status={status}" + (f"&team_id={roster.id}" if roster else "")
        found: list[dict[str, Any]] = (await done(await self.world.bureau.get(f"/v1/reviews{query}")))["items"]
        return found

    async def score(self, roster: Roster, *points: float) -> None:
        """Each reviewer of the claim hands in one of ``points``, the last of them for all who remain."""
        for place, review in enumerate(await self.reviews(roster)):
            given = sheet(points[min(place, len(points) - 1)])
            path = f"/v1/reviews/{review['id']}/score"
            await done(await self.reviewer(review["person_id"]).post(path, json=given))

    async def close(self) -> Any:
        return await done(await self.world.bureau.post(f"{self.path}/panel/close"))

    async def ranking(self) -> dict[str, Any]:
        """Standings by team id."""
        found = await done(await self.world.bureau.get(f"{self.path}/ranking"))
        return {one["team_id"]: one for one in found["claims"]}

    async def decided(self, *points: tuple[Roster, float]) -> None:
        """Three reviewers read these claims and agree; the review is closed."""
        await self.name()
        await self.assign()
        for roster, value in points:
            await self.score(roster, value)
        await self.close()


async def competing(world: World, **teams: Any) -> Panel:
    """A round with reviewers."""
    world.round_id, world.order_id = uuid4(), uuid4()
    await world.open_round(teams={"reviewers_per_claim": 3} | teams)
    await world.order(world.order_id)
    return Panel(world)


async def another_order(world: World) -> UUID:
    return await world.order(uuid4())
