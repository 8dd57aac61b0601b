"""What tests of teams begin with: an open round, a published order, experts, and the way to any status."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.assessment import AssessmentCollecting, AssessmentPublished, NoticeEntryConfirmed
from shared.contracts.funding import AwardReserved
from shared.contracts.orders import OrderPublished, RoundOpened
from shared.contracts.policy_document import policy_document, policy_hash
from shared.testing import START

HOST = "N2500101053181942A"
UNIT = "12500000743408730K"
OTHER_UNIT = "12500000188485391H"
DISTRICT, OTHER_DISTRICT = "500101000000", "500110000000"


def citizen_id(number: int) -> str:
    """A citizen id that holds; the person is nobody."""
    body = f"500101{1970 + number % 30}0101{number % 1000:03d}"
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


def person_body(number: int, **changes: Any) -> dict[str, Any]:
    body = {
        "name": f"专家{number}",
        "citizen_id": citizen_id(number),
        "phone": f"139{number:08d}",
        "unit_name": "三峡学院",
        "unit_code": UNIT,
        "title": "研究员",
        "title_level": "正高",
        "honours": ["市学术技术带头人"],
        "fields": ["茶学"],
        "division": DISTRICT,
    }
    return body | changes


CLAIM = {
    "place": "龙驹镇信义社区",
    "content": "茶园病虫害防治",
    "starts_on": "2020-05-01",
    "ends_on": "2021-04-30",
    "targets": "亩产提高一成",
    "liaison_name": "联络员",
    "liaison_phone": "13800000000",
    "agreed_days": 12,
    "agreed_visits": 6,
    "asked_fen": 15_000_000,
    "payee_unit_code": UNIT,
    "payee_unit_name": "三峡学院",
    "talent_plan": "当地人才学会测报，独立带动周边茶农",
    "budget": [{"name": "差旅费", "amount_fen": 5_000_000}, {"name": "培训费", "amount_fen": 10_000_000}],
}


async def done(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def codes(answer: httpx.Response) -> set[str]:
    """The codes of a refusal's reasons."""
    return {error["code"] for error in answer.json()["errors"]}


@dataclass
class World:
    """One round, and what the other services would say about it."""

    api: Any
    actors: Any
    deliver: Any
    events: Any
    round_id: UUID = field(default_factory=uuid4)
    order_id: UUID = field(default_factory=uuid4)
    people: int = 0

    async def open(self) -> None:
        await self.open_round()
        await self.order(self.order_id)

    async def open_round(self, opens_at: datetime = START - timedelta(days=1), **policy: Any) -> None:
        """``policy``: what differs from the defaults, section by section. Without reviewers unless it says so: most
        tests are about something else."""
        teams = {"reviewers_per_claim": 0} | policy.pop("teams", {})
        document = policy_document(policy | {"teams": teams})
        opened = RoundOpened(
            round_id=self.round_id,
            name="2020年专家服务团",
            year=2020,
            prefix="CQ-2020",
            division="500000000000",
            mode=document["mode"],
            direction="demand",
            opens_at=opens_at,
            closes_at=opens_at + timedelta(days=11),
            policy=document,
            policy_hash=policy_hash(document),
        )
        await self.deliver(opened)

    async def order(self, order_id: UUID, division: str = "500101151002", host: str = HOST) -> UUID:
        published = OrderPublished(
            order_id=order_id,
            round_id=self.round_id,
            number="CQ-2020-0001",
            title="茶园病虫害防治",
            division=division,
            place="万州区龙驹镇信义社区",
            host_name="信义社区股份经济合作联合社",
            host_code=host,
            industry="茶叶",
            expertise=["茶学"],
            service_forms=[],
            people_wanted=4,
            starts_on=None,
            ends_on=None,
            key_place=True,
            asked_fen=15_000_000,
        )
        await self.deliver(published)
        return order_id

    @property
    def bureau(self) -> httpx.AsyncClient:
        return self.as_(self.actors.bureau)

    @property
    def district(self) -> httpx.AsyncClient:
        return self.as_(self.actors.district)

    @property
    def host(self) -> httpx.AsyncClient:
        return self.as_(self.actors.change(self.actors.host, unit=HOST))

    def unit(self, code: str = UNIT) -> httpx.AsyncClient:
        return self.as_(self.actors.change(self.actors.unit, unit=code, id=f"unit-{code}"))

    def expert(self, person_id: str) -> httpx.AsyncClient:
        return self.as_(Actor(id=f"expert-{person_id}", roles=frozenset({"expert"}), person=person_id))

    def as_(self, actor: Actor) -> httpx.AsyncClient:
        client: httpx.AsyncClient = self.api(actor)
        return client

    async def person(self, **changes: Any) -> str:
        """A registered expert's id."""
        self.people += 1
        found = await done(await self.bureau.post("/v1/people", json=person_body(self.people, **changes)), 201)
        return str(found["id"])

    async def form(self, lead: str, order_id: UUID | None = None) -> dict[str, Any]:
        body = {"order_id": str(order_id or self.order_id), "name": "茶叶专家服务团"}
        team: dict[str, Any] = await done(await self.expert(lead).post("/v1/teams", json=body), 201)
        return team

    async def forming(self, order_id: UUID | None = None, member: str = "", **claim: Any) -> "Roster":
        """A claim that meets every condition: lead, one member, one local talent, all accepted and consented."""
        lead, member = await self.person(), member or await self.person(honours=[])
        local = await self.person(honours=[], title_level="初级", unit_code=OTHER_UNIT, unit_name="区农业农村委")
        team = await self.form(lead, order_id)
        roster = Roster(self, team["id"], lead, member, local)
        await roster.write(**claim)
        await roster.invite({"person_id": member, "role": "member"}, {"person_id": local, "role": "local_talent"})
        for person in (member, local):
            await done(await self.expert(person).post(f"/v1/teams/{roster.id}/members/{person}/accept"))
        for code in (UNIT, OTHER_UNIT):
            await done(await self.unit(code).post(f"/v1/teams/{roster.id}/consent"))
        return roster

    async def shortlisted(self, order_id: UUID | None = None, member: str = "") -> "Roster":
        roster = await self.forming(order_id, member)
        await done(await roster.as_lead.post(f"/v1/teams/{roster.id}/submit"))
        await done(await self.district.post(f"/v1/teams/{roster.id}/recommend"))
        await done(await self.bureau.post(f"/v1/teams/{roster.id}/shortlist"))
        return roster

    async def on_notice(self, order_id: UUID | None = None) -> "Roster":
        roster = await self.shortlisted(order_id)
        await roster.propose()
        await roster.reserve()
        return roster

    async def confirmed(self, order_id: UUID | None = None) -> "Roster":
        roster = await self.on_notice(order_id)
        await self.deliver(roster.notice_confirmed())
        return roster

    async def agreed(self) -> "Roster":
        roster = await self.confirmed()
        for party in (roster.as_lead, self.unit(), self.host):
            await done(await party.post(f"/v1/teams/{roster.id}/agreement/sign"))
        return roster

    async def serving(self) -> "Roster":
        roster = await self.agreed()
        [entry] = await roster.record(served_on=START.date())
        await done(await self.host.post(f"/v1/entries/{entry}/confirm"))
        return roster


@dataclass
class Roster:
    """A team and its three people."""

    world: World
    id: str
    lead: str
    member: str
    local: str

    @property
    def as_lead(self) -> httpx.AsyncClient:
        return self.world.expert(self.lead)

    @property
    def path(self) -> str:
        return f"/v1/teams/{self.id}"

    async def read(self, client: httpx.AsyncClient | None = None) -> dict[str, Any]:
        team: dict[str, Any] = await done(await (client or self.world.bureau).get(self.path))
        return team

    async def status(self) -> str:
        return str((await self.read())["status"])

    async def write(self, **claim: Any) -> None:
        version = (await self.read())["version"]
        answer = await self.as_lead.patch(self.path, json=CLAIM | claim, headers={"If-Match": f'"{version}"'})
        await done(answer)

    async def invite(self, *members: dict[str, str]) -> None:
        await done(await self.as_lead.post(f"{self.path}/members", json={"members": list(members)}))

    async def propose(self, amount_fen: int = 15_000_000, reason: str = "") -> None:
        body = {"amount_fen": amount_fen, "reason": reason}
        await done(await self.world.bureau.post(f"{self.path}/propose", json=body))

    @property
    def ids(self) -> dict[str, UUID]:
        return {"team_id": UUID(self.id), "order_id": self.world.order_id, "round_id": self.world.round_id}

    async def reserve(self, proposal: int = 1) -> None:
        reserved = AwardReserved(**self.ids, award_id=uuid4(), amount_fen=15_000_000, proposal=proposal)
        await self.world.deliver(reserved)

    async def asked(self, due_at: datetime = datetime(2020, 4, 1, tzinfo=SHANGHAI)) -> dict[str, UUID]:
        """Assessment waits for the host's rating of the year; what it is about."""
        ids = {**self.ids, "assessment_id": uuid4(), "cycle_id": uuid4()}
        said = {"parts": ("host_rating",), "due_at": due_at, "unit_code": UNIT}
        await self.world.deliver(AssessmentCollecting(**ids, **said))
        return ids

    def notice_confirmed(self) -> NoticeEntryConfirmed:
        return NoticeEntryConfirmed(**self.ids, notice_id=uuid4(), kind="selection")

    async def record(self, count: int = 1, served_on: date | None = None) -> list[str]:
        """Entries of the lead, by their ids."""
        entries = [self.entry(served_on or START.date()) for _ in range(count)]
        answer = await done(await self.as_lead.post(f"{self.path}/entries", json={"entries": entries}))
        assert [result["status"] for result in answer["results"]] == ["recorded"] * count
        return [str(entry["id"]) for entry in entries]

    def entry(self, served_on: date, **changes: Any) -> dict[str, Any]:
        body = {
            "id": str(uuid4()),
            "served_on": str(served_on),
            "person_id": self.lead,
            "form": "技术指导",
            "days": 2.5,
            "beneficiaries": 40,
            "problem": "病虫害多",
        }
        return body | changes

    def published(self, grade: str, edition: int = 1, assessment_id: UUID | None = None) -> AssessmentPublished:
        return AssessmentPublished.model_validate(
            {
                **self.ids,
                "assessment_id": assessment_id or UUID(int=7),
                "cycle_id": UUID(int=8),
                "edition": edition,
                "published_at": START,
                "total": "50",
                "grade": grade,
                "lead_id": self.lead,
            }
        )
