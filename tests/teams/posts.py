"""What tests of posts begin with: an open round of the mode with posts, and the way to any status of a claim."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.contracts.assessment import NoticeEntryConfirmed
from shared.testing import START
from tests.teams.factories import HOST, UNIT, World, done

TERM = {"starts_on": str((START + timedelta(days=60)).date()), "ends_on": "2022-05-08"}
POST = {"place": "龙驹镇", "content": "分管茶产业", "liaison_name": "联络员", "liaison_phone": "13800000000", **TERM}


@dataclass
class Posts:
    """Posts of one host in a round in which units nominate, hosts choose and the bureau places and trains."""

    world: World

    async def open(self, **policy: Any) -> None:
        self.world.round_id = uuid4()
        await self.world.open_round(mode="secondment", **policy)

    async def post(self, host: str = HOST) -> UUID:
        return await self.world.order(uuid4(), host=host)

    async def nominate(self, *people: str, unit: str = UNIT) -> dict[str, Any]:
        answer: dict[str, Any] = await done(await self.nominate_answer(*people, unit=unit))
        return answer

    async def nominate_answer(self, *people: str, unit: str = UNIT) -> httpx.Response:
        body = {"nominations": [{"person_id": person} for person in people]}
        return await self.world.unit(unit).post(f"/v1/rounds/{self.world.round_id}/nominations", json=body)

    async def nominations(self) -> list[dict[str, Any]]:
        found = await done(await self.world.bureau.get(f"/v1/rounds/{self.world.round_id}/nominations?limit=100"))
        items: list[dict[str, Any]] = found["items"]
        return items

    async def nomination_of(self, person: str) -> str:
        return next(str(row["id"]) for row in await self.nominations() if row["person_id"] == person)

    async def outcomes(self) -> dict[str, str]:
        return {row["person_id"]: row["status"] for row in await self.nominations()}

    async def read(self, team: str) -> dict[str, Any]:
        found: dict[str, Any] = await done(await self.world.bureau.get(f"/v1/teams/{team}"))
        return found

    async def claim(self, person: str, post: UUID) -> str:
        """A forming claim that says all that a post needs."""
        team = await self.world.form(person, post)
        headers = {"If-Match": f'"{team["version"]}"'}
        await done(await self.world.expert(person).patch(f"/v1/teams/{team['id']}", json=POST, headers=headers))
        return str(team["id"])

    async def submitted(self, person: str, post: UUID) -> str:
        team = await self.claim(person, post)
        await done(await self.world.expert(person).post(f"/v1/teams/{team}/submit"))
        return team

    async def accepted(self, person: str, post: UUID) -> str:
        team = await self.submitted(person, post)
        await done(await self.world.host.post(f"/v1/teams/{team}/accept"))
        return team

    async def propose(self, team: str) -> None:
        await done(await self.world.bureau.post(f"/v1/teams/{team}/propose", json={"amount_fen": 0}))

    async def on_notice(self, person: str, post: UUID) -> str:
        team = await self.accepted(person, post)
        await self.propose(team)
        assert (await self.read(team))["status"] == "on_notice"
        return team

    def notice_confirmed(self, team: str) -> NoticeEntryConfirmed:
        keys = {"team_id": UUID(team), "order_id": uuid4(), "round_id": self.world.round_id}
        return NoticeEntryConfirmed(**keys, notice_id=uuid4(), kind="selection")

    async def confirmed(self, person: str, post: UUID) -> str:
        team = await self.on_notice(person, post)
        await self.world.deliver(self.notice_confirmed(team))
        return team

    async def placed(self, person: str, post: UUID, **claim: Any) -> str:
        """A claim that the bureau formed; the person has still to accept."""
        body = {"order_id": str(post), "person_id": person, **POST, **claim}
        team = await done(await self.world.bureau.post("/v1/teams/place", json=body), 201)
        return str(team["id"])

    async def accept_place(self, team: str, person: str) -> None:
        await done(await self.world.expert(person).post(f"/v1/teams/{team}/members/{person}/accept"))
