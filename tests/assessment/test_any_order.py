"""In any order: nobody is confirmed early, twice or against an open objection; corrections end at the formula."""

from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest

from services.assessment.rules import grading
from services.assessment.rules.grading import Result
from services.assessment.rules.policy import Policy
from shared.contracts.assessment import (
    AssessmentPublished,
    NoticeClosed,
    NoticeConfirmed,
    NoticeEntryConfirmed,
    NoticeEntryUpheld,
    ObjectionAnswered,
    ObjectionRaised,
)
from shared.contracts.teams import TeamWithdrawn
from tests.assessment.factories import TeamIds, Year, done, serving, teams_on_notice


class Walk:
    """A notice of four teams and what happens to it."""

    def __init__(self, run: Year, teams: list[TeamIds], deliver: Any, random: Random) -> None:
        self.run, self.teams, self.deliver, self.random = run, teams, deliver, random
        self.notice_id = ""
        self.open: list[tuple[TeamIds, str]] = []
        self.left: set[Any] = set()
        self.over = False

    async def object(self) -> None:
        ids = self.random.choice(self.teams)
        body = {
            "team_id": str(ids.team_id),
            "text": f"异议{self.random.random()}",
            "name": "某人",
            "phone": "13800138000",
        }
        answer = await self.run.api().post(f"/public/notices/{self.notice_id}/objections", json=body)
        if answer.status_code != 201:
            return
        receipt = answer.json()["receipt"]
        listed = await done(await self.run.supervisor.get("/v1/objections?limit=200"))
        self.open.append((ids, next(o["id"] for o in listed["items"] if o["receipt"] == receipt)))

    async def answer(self) -> None:
        if self.open:
            _, objection = self.open.pop(self.random.randrange(len(self.open)))
            await self.run.answer(objection, upheld=self.random.random() < 0.4)

    async def withdraw(self) -> None:
        ids = self.random.choice(self.teams)
        self.left.add(ids.team_id)
        await self.deliver(TeamWithdrawn(**ids.all))

    async def end(self) -> None:
        if not self.over:
            self.over = True
            await self.run.pass_notice()


@pytest.mark.parametrize("seed", range(10))
async def test_every_entry_is_settled_once_and_for_a_reason(
    seed: int, deliver: Any, api: Any, actors: Any, clock: Any, run_due_jobs: Any, events: Any
) -> None:
    random = Random(seed)
    teams = await teams_on_notice(deliver, 4)
    run = Year(api, actors, clock, run_due_jobs, teams)
    walk = Walk(run, teams, deliver, random)
    walk.notice_id = (await run.post_notice("selection"))["id"]
    steps = [walk.object] * 6 + [walk.answer] * 4 + [walk.withdraw, walk.end]
    random.shuffle(steps)
    for step in steps:
        await step()
        if not walk.over:
            assert not await events(NoticeEntryConfirmed)
        held = {ids.team_id for ids, _ in walk.open}
        assert not held & {e.team_id for e in (await events(NoticeEntryConfirmed))}
    await walk.end()
    while walk.open:
        await walk.answer()

    confirmed = Counter(e.team_id for e in await events(NoticeEntryConfirmed))
    upheld = Counter(e.team_id for e in await events(NoticeEntryUpheld))
    assert set(confirmed.values()) | set(upheld.values()) <= {1}
    assert not set(confirmed) & set(upheld)
    assert set(confirmed) | set(upheld) | walk.left == {ids.team_id for ids in teams}
    assert len(await events(NoticeClosed)) == len(await events(NoticeConfirmed)) == 1
    assert len(await events(ObjectionRaised)) == len(await events(ObjectionAnswered))


@pytest.mark.parametrize("seed", range(3))
async def test_corrected_ratings_end_where_right_ones_would_have(
    seed: int, deliver: Any, api: Any, actors: Any, clock: Any, run_due_jobs: Any, events: Any
) -> None:
    random = Random(seed)
    teams = await serving(deliver, [random.randint(2, 4) for _ in range(8)], excellent_cap_percent=40)
    run = Year(api, actors, clock, run_due_jobs, teams)
    await run.open()
    await run.step("collect")
    right = {ids.team_id: random.randint(0, 100) for ids in teams}
    said = {key: random.choice([score, random.randint(0, 100)]) for key, score in right.items()}
    for ids in teams:
        await run.rate(ids, host=said[ids.team_id], people=100)
    await run.step("score")
    await run.step("grade")
    await run.post_notice()
    await run.pass_notice()
    await run.step("publish")
    for ids in random.sample(teams, len(teams)):
        if said[ids.team_id] != right[ids.team_id]:
            await run.correct(ids, parts=[{"part": "host_rating", "score": right[ids.team_id]}])

    rows = (await done(await run.bureau.get("/v1/assessments?limit=200")))["items"]
    results = [(r["id"], Result(*(Decimal(r[name]) for name in ("total", "results", "satisfaction")))) for r in rows]
    for row in rows:
        assert Decimal(row["satisfaction"]) == Decimal(right[UUID(row["team_id"])] + 100) / 10
    formula = grading.grades(results, Policy(excellent_cap_percent=40))
    shown = {line["assessment_id"]: line["grade"] for line in (await run.shown())["items"]}
    assert shown == formula == {r["id"]: r["given"] for r in rows}
    told = {str(e.assessment_id): e.grade for e in await events(AssessmentPublished)}
    assert told == formula
    open_now = (await done(await run.bureau.get("/v1/rectifications?status=open")))["items"]
    assert {r["assessment_id"] for r in open_now} == {k for k, grade in formula.items() if grade == "unqualified"}
    benefits = (await done(await run.bureau.get("/v1/benefits?limit=200")))["items"]
    assert {b["assessment_id"] for b in benefits if b["status"] == "held"} == {r["assessment_id"] for r in open_now}
