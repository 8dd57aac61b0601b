"""City review: assessors without conflicts, even loads, scores in versions."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assessment.rules import review as rules
from services.assessment.rules.policy import Policy
from services.assessment.rules.review import Assessor, Reviewed
from shared.balanced import balanced
from shared.contracts.assessment import (
    AssessorsNamed,
    CycleReminded,
    SheetAssigned,
    SheetDeclared,
    SheetScored,
    SheetWithdrawn,
)
from shared.contracts.teams import MemberLeft, PersonMerged, Serving, TeamConfirmed
from tests.assessment.factories import HOST, UNIT, Year, codes, done, serving, teams_on_notice

OTHER = "12500000450400001F"
REVIEWED: dict[str, Any] = {"scorecard": "reviewed", "assessors_per_team": 2}
people = st.sampled_from([str(n) for n in range(8)])
units = st.sampled_from(["甲", "乙", "丙", "丁"])
assessors_ = st.lists(st.builds(Assessor, people, st.just("某"), units, st.integers(0, 6)), max_size=8)
teams_ = st.lists(
    st.builds(
        Reviewed, st.just("a"), st.just("l"), units, st.frozensets(people, max_size=3), st.frozensets(units, max_size=2)
    ),
    max_size=6,
)


@given(assessors_, teams_)
def test_an_assignment_has_no_conflict_and_even_loads(named: list[Assessor], teams: list[Reviewed]) -> None:
    free, barred = rules.pairs(named, teams)
    needs = [rules.needed(team, Policy(assessors_per_team=2)) for team in teams]
    chosen, missing = balanced([(one.load, one.most) for one in named], needs, free)
    assert not set(chosen) & set(barred)
    assert all(not list(rules.conflicts(named[a], teams[t])) for a, t in chosen)
    loads, given_ = Counter(a for a, _ in chosen), Counter(t for _, t in chosen)
    assert all(loads[a] <= one.most for a, one in enumerate(named))
    assert all(given_[t] + missing.get(t, 0) == 2 for t in range(len(teams)))
    if not barred and not missing and all(one.most == 6 for one in named) and named:
        assert max(loads[a] for a in range(len(named))) - min(loads[a] for a in range(len(named))) <= 1
    assert len(list(rules.shortfalls(teams, len(named), missing, barred))) == (len(missing) if named else bool(missing))


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


class Review:
    """A cycle that collects, with assessors named."""

    def __init__(self, run: Year, api: Any, actors: Any) -> None:
        self.run, self.people = run, [uuid4() for _ in range(3)]
        self.as_ = [api(actors.change(actors.reviewer, person=str(person))) for person in self.people]

    def body(self, *units: str) -> dict[str, Any]:
        named = zip(self.people, units, strict=False)
        rows = [{"person_id": str(p), "name": "某评委", "unit_code": u, "unit_name": "某单位"} for p, u in named]
        return {"assessors": rows}

    async def begin(self, *units: str) -> None:
        await self.run.open()
        await self.run.step("collect")
        path = f"/v1/cycles/{self.run.cycle_id}/assessors"
        await done(await self.run.bureau.post(path, json=self.body(*units)))

    async def assign(self) -> Any:
        return await self.run.bureau.post(f"/v1/cycles/{self.run.cycle_id}/assignments")

    async def sheets(self, who: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await done(await self.as_[who].get("/v1/sheets")))["items"]
        return found


@pytest.fixture
def review(year: Any, api: Any, actors: Any) -> Any:
    return lambda teams: Review(year(teams), api, actors)


async def test_assessors_score_their_teams_and_the_median_counts(deliver: Any, review: Any, events: Any) -> None:
    review = review(await serving(deliver, [4, 4], **REVIEWED))
    await review.begin(OTHER, OTHER, OTHER)
    found = await done(await review.assign())
    assert (found["made"], found["conflicts"]) == (4, [])
    assert sorted(one["load"] for one in found["assessors"]) == [1, 1, 2]
    assert (await done(await review.assign()))["made"] == 0
    for who in range(3):
        for sheet in await review.sheets(who):
            where = f"/v1/sheets/{sheet['id']}/score"
            assert codes(await review.as_[who].post(where, json={"score": "100.01"})) == ["sheet.range"]
            assert (await review.as_[who - 1].post(where, json={"score": 1})).status_code == 404
            await done(await review.as_[who].post(where, json={"score": 10 + who}))
            again = await done(await review.as_[who].post(where, json={"score": 80 + 10 * who, "text": "再议"}))
            assert (again["scores"], again["status"]) == (2, "scored")
    ids = [str(review.run.of[ids.team_id]) for ids in review.run.teams]
    lines = [(await done(await review.run.bureau.get(f"/v1/assessments/{one}/explain")))["lines"] for one in ids]
    said = [next(line for line in of if line["item"] == "assessors") for of in lines]
    listed = await done(await review.run.bureau.get("/v1/sheets"))
    for one, line in zip(ids, said, strict=True):
        scores = [D(sheet["score"]) for sheet in listed["items"] if sheet["assessment_id"] == one]
        assert D(line["points"]) == 15 * (sum(scores) / 2) / 100
        assert "2名评审专家评分" in line["zh"]
    assert len(await events(AssessorsNamed)) == 1
    assert len(await events(SheetAssigned)) == 4
    assert len(await events(SheetScored)) == 8


async def test_conflicts_keep_assessors_away_and_are_named(deliver: Any, review: Any) -> None:
    review = review(await serving(deliver, [4], **REVIEWED))
    await review.begin(UNIT, HOST, OTHER)
    refused = await review.assign()
    assert codes(refused) == ["review.assessors_short"]
    assert "of 3, 2 have a conflict" in refused.json()["errors"][0]["text"]
    await done(
        await review.run.bureau.post(
            f"/v1/cycles/{review.run.cycle_id}/assessors", json={"assessors": review.body(OTHER)["assessors"]}
        )
    )
    found = await done(await review.assign())
    assert [reason["code"] for one in found["conflicts"] for reason in one["reasons"]] == ["conflict.same_host"]


async def test_whoever_has_a_conflict_by_now_does_not_score(deliver: Any, review: Any) -> None:
    review = review(await serving(deliver, [4], **REVIEWED))
    await review.begin(OTHER, OTHER)
    await done(await review.assign())
    path = f"/v1/cycles/{review.run.cycle_id}/assessors"
    await done(await review.run.bureau.post(path, json=review.body(UNIT)))
    [sheet] = await review.sheets(0)
    refused = await review.as_[0].post(f"/v1/sheets/{sheet['id']}/score", json={"score": 90})
    assert codes(refused) == ["conflict.same_unit"]


@pytest.mark.parametrize(("left_on", "away"), [(date(2017, 12, 13), []), (date(2017, 12, 14), ["shared_team"])])
async def test_whoever_served_with_somebody_of_the_team_within_three_years_keeps_away(
    deliver: Any, review: Any, left_on: date, away: list[str]
) -> None:
    [judged] = await serving(deliver, [4], **REVIEWED)
    review = review([judged])
    [earlier] = await teams_on_notice(deliver, 1)
    was = {"unit_code": OTHER, "unit_name": "某单位", "since": date(2016, 3, 1)}
    lead = Serving(person_id=judged.lead_id, name="领衔专家", role="lead", **was)
    member = Serving(person_id=review.people[0], name="某评委", role="member", **was)
    await deliver(TeamConfirmed(**earlier.all, amount_fen=1, people=(lead, member)))
    await deliver(MemberLeft(**earlier.all, person_id=review.people[0], role="member", left_on=left_on))
    await review.begin(OTHER, OTHER, OTHER)
    found = await done(await review.assign())
    assert [reason["code"] for one in found["conflicts"] for reason in one["reasons"]] == [
        f"conflict.{c}" for c in away
    ]


async def test_an_assessor_whose_records_are_merged_keeps_the_teams(
    deliver: Any, review: Any, api: Any, actors: Any
) -> None:
    review = review(await serving(deliver, [4], **REVIEWED))
    await review.begin(OTHER, OTHER)
    await done(await review.assign())
    stays = uuid4()
    await deliver(PersonMerged(person_id=review.people[0], into=stays))
    merged = api(actors.change(actors.reviewer, person=str(stays)))
    [sheet] = (await done(await merged.get("/v1/sheets")))["items"]
    await done(await merged.post(f"/v1/sheets/{sheet['id']}/score", json={"score": 90}))
    assert await review.sheets(0) == []


async def test_a_declared_conflict_passes_the_team_on(deliver: Any, review: Any, events: Any) -> None:
    review = review(await serving(deliver, [4], **REVIEWED))
    await review.begin(OTHER, OTHER, OTHER)
    await done(await review.assign())
    [first, other] = [who for who in range(3) if [*await review.sheets(who)]]
    [sheet] = await review.sheets(first)
    where = f"/v1/sheets/{sheet['id']}"
    assert codes(await review.as_[first].post(f"{where}/declare", json={"reason": " "})) == ["sheet.reason"]
    gone = await done(await review.as_[first].post(f"{where}/declare", json={"reason": "师生"}))
    assert gone["status"] == "conflicted"
    standing = [[sheet["status"] for sheet in await review.sheets(who)] for who in range(3)]
    assert sorted(standing) == [["assigned"], ["assigned"], ["conflicted"]]
    assert (await review.as_[first].post(f"{where}/score", json={"score": 1})).status_code == 409
    [taken] = await review.sheets(other)
    back = await review.run.bureau.post(f"/v1/sheets/{taken['id']}/withdraw", json={"reason": "出差"})
    assert (await done(back))["status"] == "withdrawn"
    assert (len(await events(SheetDeclared)), len(await events(SheetWithdrawn))) == (1, 1)
    assert (await done(await review.assign()))["made"] == 1


async def test_open_sheets_are_waited_for_until_the_deadline(
    deliver: Any, review: Any, events: Any, api: Any, actors: Any
) -> None:
    review = review(await serving(deliver, [4], **REVIEWED))
    await review.begin(OTHER, OTHER)
    await done(await review.assign())
    run = review.run
    await run.rate(run.teams[0])
    parts = f"/v1/assessments/{run.of[run.teams[0].team_id]}/parts"
    unit = api(actors.change(actors.unit, unit=UNIT))
    await done(await unit.post(parts, json={"part": "unit_opinion", "answer": "agree", "text": "同意"}))
    await done(await run.district.post(parts, json={"part": "district_score", "score": 90}))
    assert codes(await run.bureau.post(f"/v1/cycles/{run.cycle_id}/score")) == ["sheet.missing"]
    await run.clock.set(run.clock.now + timedelta(days=24))
    await run.run_due_jobs()
    assert [e.teams for e in await events(CycleReminded)] == [1]
    await run.clock.set(run.clock.now + timedelta(days=8))
    await run.run_due_jobs()
    row = await done(await run.bureau.get(parts.removesuffix("/parts")))
    assert (row["status"], row["total"]) == ("scored", "93.00")  # the assessors' item counts with its default
    brought = [(one["code"], one["points"], one["most"]) for one in row["sections"]]
    assert brought[3:] == [("judged", "23.0000", 30), ("extra", "0.0000", 5)]
    assert sum(D(one["points"]) for one in row["sections"]) == D(row["total"])
    [listed] = (await done(await run.bureau.get("/v1/assessments")))["items"]
    assert (listed["sections"], row["sections"][3]["zh"]) == (row["sections"], "考评意见")
    [sheet] = await review.sheets(0)
    late = await review.as_[0].post(f"/v1/sheets/{sheet['id']}/score", json={"score": 90})
    assert codes(late) == ["sheet.late"]


async def test_a_card_without_city_review_has_no_assessors(deliver: Any, review: Any) -> None:
    review = review(await serving(deliver, [4]))
    await review.run.open()
    path = f"/v1/cycles/{review.run.cycle_id}"
    assert codes(await review.run.bureau.post(f"{path}/assessors", json=review.body(OTHER))) == ["review.none"]
    assert codes(await review.run.bureau.post(f"{path}/assignments")) == ["review.none"]
    twice = {"assessors": review.body(OTHER)["assessors"] * 2}
    assert codes(await review.run.bureau.post(f"{path}/assessors", json=twice)) == ["review.none", "assessor.twice"]


async def test_an_assessor_finds_what_waits_until_it_is_scored_and_nobody_else_does(deliver: Any, review: Any) -> None:
    review = review(await serving(deliver, [4], **REVIEWED))
    await review.begin(OTHER, OTHER)
    await done(await review.assign())
    [owed] = (await done(await review.as_[0].get("/v1/todo")))["items"]
    assert (owed["code"], owed["due"]) == ("score_sheet", "2021-01-14T00:00:00+08:00")
    assert (await done(await review.run.district.get("/v1/todo"))) == {"items": [], "left": 0}
    [sheet] = await review.sheets(0)
    await done(await review.as_[0].post(f"/v1/sheets/{sheet['id']}/score", json={"score": 70}))
    assert (await done(await review.as_[0].get("/v1/todo")))["items"] == []
