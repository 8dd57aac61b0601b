"""A round with teams, as the events of orders and teams tell it, and a cycle brought as far as a test wants."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.assessment.api.certificate_checks import certificate_answers
from services.assessment.api.log import checkpoint_answers, key_answers, log_answers
from services.assessment.api.public_reports import report_answers
from services.assessment.api.showing import notice_answers, rating_answers
from shared.clock import SHANGHAI
from shared.contracts.orders import RoundOpened
from shared.contracts.policy_document import policy_document, policy_hash
from shared.contracts.teams import (
    AgreedIndicator,
    EntryConfirmed,
    IndicatorReported,
    TeamAgreed,
    TeamConfirmed,
    TeamPutOnNotice,
    TeamStarted,
)
from shared.testing import START

CITY, WANZHOU, FULING = "500000000000", "500101000000", "500102000000"
UNIT = "12500000743408730K"
HOST = "N2500101053181942A"
DECEMBER = datetime(2020, 12, 14, 9, tzinfo=SHANGHAI)
AFTER_NOTICE = timedelta(days=12)


@dataclass
class TeamIds:
    """What every event of a team carries."""

    round_id: UUID
    order_id: UUID = field(default_factory=uuid4)
    team_id: UUID = field(default_factory=uuid4)
    lead_id: UUID = field(default_factory=uuid4)

    @property
    def all(self) -> dict[str, UUID]:
        return {"round_id": self.round_id, "order_id": self.order_id, "team_id": self.team_id}


def round_opened(**policy: Any) -> RoundOpened:
    document = policy_document({"assessment": policy})
    return RoundOpened(
        round_id=uuid4(),
        name="2020年专家服务团",
        year=2020,
        prefix="CQ-2020",
        division="500000000000",
        mode="team_project",
        direction="demand",
        opens_at=START,
        closes_at=START + timedelta(days=10),
        policy=document,
        policy_hash=policy_hash(document),
    )


def put_on_notice(ids: TeamIds, number: int = 1, **changes: Any) -> TeamPutOnNotice:
    fields: dict[str, Any] = {
        "order_number": f"CQ-2020-{number:04d}",
        "name": f"第{number}服务团",
        "lead_id": ids.lead_id,
        "lead_name": "领衔专家",
        "unit_code": UNIT,
        "unit_name": "三峡学院",
        "division": "500101151002",
        "place": "万州区龙驹镇",
        "amount_fen": 10_000_000,
        "members": 5,
        "local_talents": 1,
    }
    return TeamPutOnNotice(**ids.all, **(fields | changes))


def agreed(ids: TeamIds, **changes: Any) -> TeamAgreed:
    target = AgreedIndicator(name="示范面积", unit="亩", baseline=Decimal(0), target=Decimal(100))
    fields: dict[str, Any] = {
        "payee_unit_code": UNIT,
        "payee_unit_name": "三峡学院",
        "host_code": HOST,
        "starts_on": date(2020, 4, 1),
        "ends_on": date(2021, 3, 31),
        "agreed_days": Decimal(10),
        "agreed_visits": 4,
        "amount_fen": 10_000_000,
        "indicators": (target,),
    }
    return TeamAgreed(**ids.all, **(fields | changes))


def entry(ids: TeamIds, served_on: date = date(2020, 8, 1), days: str = "2.5") -> EntryConfirmed:
    return EntryConfirmed(**ids.all, entry_id=uuid4(), served_on=served_on, days=Decimal(days), beneficiaries=20)


def report(ids: TeamIds, actual: int, name: str = "示范面积") -> IndicatorReported:
    return IndicatorReported(
        **ids.all,
        indicator_id=uuid4(),
        name=name,
        unit="亩",
        baseline=Decimal(0),
        target=Decimal(100),
        actual=Decimal(actual),
    )


async def done(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def codes(answer: httpx.Response) -> list[str]:
    return [error["code"] for error in answer.json()["errors"]]


async def teams_on_notice(deliver: Any, count: int, **policy: Any) -> list[TeamIds]:
    """An opened round whose teams wait for a notice of the selection."""
    round = round_opened(**policy)
    await deliver(round)
    teams = [TeamIds(round.round_id) for _ in range(count)]
    for number, ids in enumerate(teams, 1):
        await deliver(put_on_notice(ids, number))
    return teams


async def serving(deliver: Any, visits: Sequence[int], **policy: Any) -> list[TeamIds]:
    """Teams that serve. Each number in ``visits`` (of 4 agreed, 2.5 days each) is a team; it reached the same
    share of its indicator."""
    teams = await teams_on_notice(deliver, len(visits), **policy)
    for ids, count in zip(teams, visits, strict=True):
        await deliver(TeamConfirmed(**ids.all, amount_fen=10_000_000))
        await deliver(agreed(ids))
        await deliver(TeamStarted(**ids.all))
        for day in range(count):
            await deliver(entry(ids, date(2020, 8, 1 + day)))
        await deliver(report(ids, 25 * count))
    return teams


def look_again() -> None:
    """Public answers look for a new version once a second; a test does not wait for it."""
    for answers in (
        notice_answers,
        rating_answers,
        log_answers,
        checkpoint_answers,
        key_answers,
        certificate_answers,
        report_answers,
    ):
        answers.look_again()


class Year:
    """A cycle brought forward over REST, as its users do."""

    def __init__(self, api: Any, actors: Any, clock: Any, run_due_jobs: Any, teams: list[TeamIds]) -> None:
        self.teams, self.round_id = teams, str(teams[0].round_id)
        self.api, self.clock, self.run_due_jobs = api, clock, run_due_jobs
        self.bureau = api(actors.bureau)
        self.second = api(actors.change(actors.bureau, id="bureau-2"))
        self.supervisor = api(actors.supervisor)
        self.district = api(actors.district)
        self.host = api(actors.change(actors.host, unit=HOST))
        self.cycle_id = ""
        self.of: dict[UUID, str] = {}

    async def open(self, year: int = 2020) -> dict[str, Any]:
        await self.clock.set(datetime(year, 12, 14, 9, tzinfo=SHANGHAI))
        body = {"round_id": self.round_id, "year": year}
        cycle: dict[str, Any] = await done(await self.bureau.post("/v1/cycles", json=body), 201)
        self.cycle_id = cycle["id"]
        listed = await done(await self.bureau.get(f"/v1/assessments?cycle_id={self.cycle_id}&limit=200"))
        self.of = {UUID(row["team_id"]): row["id"] for row in listed["items"]}
        return cycle

    async def step(self, verb: str) -> dict[str, Any]:
        cycle: dict[str, Any] = await done(await self.bureau.post(f"/v1/cycles/{self.cycle_id}/{verb}"))
        return cycle

    async def rate(self, ids: TeamIds, host: int = 100, people: int = 100) -> None:
        parts = f"/v1/assessments/{self.of[ids.team_id]}/parts"
        await done(await self.host.post(parts, json={"part": "host_rating", "score": host}))
        await done(await self.district.post(parts, json={"part": "beneficiary_rating", "score": people}))

    async def grade(self) -> dict[str, Any]:
        """Opened, collected, everybody rated with 100, scored and graded."""
        await self.open()
        await self.step("collect")
        for ids in self.teams:
            await self.rate(ids)
        await self.step("score")
        return await self.step("grade")

    async def inspect(self, rectification_id: str, in_order: bool) -> dict[str, Any]:
        """The team's district looks on the spot."""
        body = {"in_order": in_order, "finding": "到村复查"}
        where = f"/v1/rectifications/{rectification_id}/inspect"
        found: dict[str, Any] = await done(await self.district.post(where, json=body))
        return found

    async def post_notice(self, kind: str = "grades") -> dict[str, Any]:
        body = {"round_id": self.round_id, "kind": kind, "cycle_id": self.cycle_id or None}
        drafted = await done(await self.bureau.post("/v1/notices", json=body), 201)
        posted: dict[str, Any] = await done(await self.bureau.post(f"/v1/notices/{drafted['id']}/post"))
        return posted

    async def object(self, notice_id: str, ids: TeamIds, **changes: Any) -> str:
        """An objection by a person; its id as supervisors know it."""
        body = {"team_id": str(ids.team_id), "text": "服务次数不实", "name": "某人", "phone": "13800138000"}
        where = f"/public/notices/{notice_id}/objections"
        receipt = (await done(await self.api().post(where, json=body | changes), 201))["receipt"]
        listed = await done(await self.supervisor.get("/v1/objections"))
        found: str = next(o["id"] for o in listed["items"] if o["receipt"] == receipt)
        return found

    async def answer(self, objection_id: str, upheld: bool) -> dict[str, Any]:
        body = {"upheld": upheld, "text": "经核查"}
        answered: dict[str, Any] = await done(
            await self.supervisor.post(f"/v1/objections/{objection_id}/answer", json=body)
        )
        return answered

    async def pass_notice(self) -> None:
        """The clock goes past the end of the notice."""
        await self.clock.set(self.clock.now + AFTER_NOTICE)
        await self.run_due_jobs()

    async def publish(self) -> dict[str, Any]:
        """Graded, noticed, confirmed, published."""
        await self.grade()
        await self.post_notice()
        await self.pass_notice()
        return await self.step("publish")

    async def propose(self, ids: TeamIds, **wanted: Any) -> dict[str, Any]:
        """A correction that waits for a second person."""
        body = {"assessment_id": self.of[ids.team_id], "reason": "录入错误"} | wanted
        made: dict[str, Any] = await done(await self.bureau.post("/v1/corrections", json=body), 201)
        return made

    async def correct(self, ids: TeamIds, **wanted: Any) -> dict[str, Any]:
        """Proposed by one, confirmed by another; the cycle with its new edition."""
        proposed = await self.propose(ids, **wanted)
        await done(await self.second.post(f"/v1/corrections/{proposed['id']}/confirm"))
        cycle: dict[str, Any] = await done(await self.bureau.get(f"/v1/cycles/{self.cycle_id}"))
        return cycle

    async def shown(self, path: str = "/public/ratings") -> Any:
        """A public answer as it is right now."""
        return await done(await self.seen(path))

    async def seen(self, path: str, **headers: str) -> httpx.Response:
        look_again()
        found: httpx.Response = await self.api().get(path, headers=headers)
        return found
