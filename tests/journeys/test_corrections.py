"""A wrong rating undone across the four services: whatever followed from it by itself is as if it had never been."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from services.assessment.rules.grading import GRADES
from services.assessment.rules.policy import Policy
from tests.journeys.one_team import Stage, open_stage
from tests.teams.factories import HOST, Roster, done

SWITCHES = ["competition", "recommendation", "notice", "agreement", "award", "rating"]


@dataclass
class Rated:
    """A team and its assessment of one year."""

    stage: Stage
    roster: Roster
    cycle_id: str = ""
    assessment_id: str = ""

    @property
    def path(self) -> str:
        return f"/v1/cycles/{self.cycle_id}"

    async def publish(self, satisfaction: int = 0) -> None:
        """The whole cycle of 2020; without any service it ends unqualified."""
        stage, actors = self.stage, self.stage.actors
        body = {"round_id": str(stage.world.round_id), "year": 2020}
        self.cycle_id = (await stage.ask("assessment", "POST", "/v1/cycles", json=body))["id"]
        await stage.ask("assessment", "POST", f"{self.path}/collect")
        [row] = (await stage.ask("assessment", "GET", f"/v1/assessments?cycle_id={self.cycle_id}"))["items"]
        self.assessment_id = row["id"]
        for actor, part in (
            (actors.change(actors.host, unit=HOST), "host_rating"),
            (actors.district, "beneficiary_rating"),
        ):
            sent = {"part": part, "score": satisfaction}
            client = stage.system.api(actor, "assessment")
            await done(await client.post(f"/v1/assessments/{self.assessment_id}/parts", json=sent))
        await stage.system.advance(stage.system.now + timedelta(days=31))
        await stage.ask("assessment", "POST", f"{self.path}/grade")
        await stage.outlive_notice("grades", cycle_id=self.cycle_id)
        await stage.ask("assessment", "POST", f"{self.path}/publish")

    async def correct(self, grade: str | None, satisfaction: int | None = None) -> None:
        """Proposed by one person of the bureau, confirmed by another."""
        body: dict[str, Any] = {"assessment_id": self.assessment_id, "grade": grade, "reason": "更正录入错误"}
        if satisfaction is not None:
            body["parts"] = [{"part": "host_rating", "score": satisfaction}]
        made = await self.stage.ask("assessment", "POST", "/v1/corrections", json=body)
        second = self.stage.actors.change(self.stage.actors.bureau, id="bureau-2")
        await done(await self.stage.system.api(second, "assessment").post(f"/v1/corrections/{made['id']}/confirm"))
        await self.stage.system.pump()

    async def find(self, verb: str) -> None:
        """Looked at on the spot, and decided: ``pass`` or ``fail``."""
        ask, seen = self.stage.ask, {"in_order": verb == "pass", "finding": "现场复查"}
        [row] = (await ask("assessment", "GET", "/v1/rectifications?status=open"))["items"]
        path = f"/v1/rectifications/{row['id']}"
        await ask("assessment", "POST", f"{path}/inspect", "district", json=seen)
        await ask("assessment", "POST", f"{path}/{verb}", json={"reason": "复查结论"})

    async def stands(self) -> dict[str, Any]:
        """Where everything stands that a grade has consequences for."""
        ask, team = self.stage.ask, self.roster.id
        award = (await ask("funding", "GET", f"/v1/awards?team_id={team}"))["items"][0]
        award = await ask("funding", "GET", f"/v1/awards/{award['id']}")
        suspensions = (await ask("teams", "GET", "/v1/suspensions"))["items"]
        rectifications = (await ask("assessment", "GET", "/v1/rectifications"))["items"]
        detail = await self.roster.read()
        return {
            "team": detail["status"],
            "order": await self.stage.order_status(),
            "award": (award["status"], award["hold_reason"], award["ended_reason"]),
            "instalments": [part["status"] for part in award["instalments"]],
            "holds": [hold["source"] for hold in award["holds"] if hold["status"] == "standing"],
            "available_fen": (await self.stage.money())["available_fen"],
            "suspended": [one["person_id"] for one in suspensions if one["status"] == "started"],
            "rectifications": [one["status"] for one in rectifications if one["status"] != "cancelled"],
            "continuation": detail["continuation"] if detail["continuation"] != "withdrawn" else None,
            "benefits": await self._benefits(),
            "grade": (await ask("assessment", "GET", f"/v1/assessments/{self.assessment_id}"))["given"],
        }

    async def _benefits(self) -> list[tuple[str, str, str]]:
        found = (await self.stage.ask("assessment", "GET", f"/v1/benefits?team_id={self.roster.id}&limit=200"))["items"]
        return sorted((one["person_id"], one["kind"], one["status"]) for one in found)


async def untrained(system: Any) -> Rated:
    """An agreed team that waits for its training while the year is rated without any service of it."""
    stage = await open_stage(system, policy={"switches": [*SWITCHES, "training"]})
    roster = await stage.world.shortlisted()
    await stage.agreed(roster)
    rated = Rated(stage, roster)
    await rated.publish()
    assert await roster.status() == "agreed"
    return rated


async def test_a_team_dissolved_for_a_wrong_rating_is_back_with_all_it_had(system: Any) -> None:
    rated = await untrained(system)
    stage, roster = rated.stage, rated.roster
    before = await rated.stands()
    assert (before["award"], before["rectifications"]) == (("active", "grade.unqualified", None), ["open"])
    assert before["suspended"] == [roster.lead]
    await rated.find("fail")
    gone = await rated.stands()
    assert (gone["team"], gone["order"], gone["award"][0]) == ("dissolved", "published", "revoked")
    assert {status for _, _, status in gone["benefits"]} == {"withdrawn"}
    await rated.correct("qualified")
    after = await rated.stands()
    assert after == before | {
        "order": "matched",
        "award": ("active", None, None),
        "instalments": ["due"],
        "holds": [],
        "suspended": [],
        "rectifications": [],
        "grade": "qualified",
        "benefits": [(person, kind, "granted") for person, kind, _ in before["benefits"]],
    }
    assert (await stage.ask("funding", "GET", "/v1/ledger/verify"))["differences"] == []
    training = {"trained_on": str(system.now.date()), "course": "岗前培训", "hours": 8, "place": "万州"}
    await stage.ask("teams", "POST", f"{roster.path}/train", json=training)
    await system.advance(system.now + timedelta(days=1))
    assert (await roster.status(), await stage.order_status()) == ("serving", "in_service")
    assert await system.waiting() == []


async def test_what_stands_in_the_way_is_said_and_the_bureau_solves_it(system: Any) -> None:
    rated = await untrained(system)
    stage, roster = rated.stage, rated.roster
    await rated.find("fail")
    order = f"/v1/orders/{stage.world.order_id}"
    await stage.ask("orders", "POST", f"{order}/withdraw", json={"reason": "团队已解散"})
    await rated.correct("qualified")
    waits = await rated.stands()
    assert (waits["team"], waits["order"], waits["award"][0]) == ("dissolved", "withdrawn", "revoked")
    assert waits["suspended"] == []
    [action] = [one for one in (await roster.read())["actions"] if one["action"] == "reinstate"]
    assert [reason["code"] for reason in action["reasons"]] == ["team.order_closed"]
    assert "reinstate" in {one["code"] for one in (await stage.ask("teams", "GET", "/v1/todo"))["items"]}
    [owed] = (await stage.ask("funding", "GET", f"/v1/due?round_id={stage.world.round_id}"))["items"]
    assert (owed["code"], owed["role"]) == ("reinstate", "bureau")
    await stage.ask("orders", "POST", f"{order}/republish")
    await stage.ask("teams", "POST", f"{roster.path}/reinstate")
    back = await rated.stands()
    assert (back["team"], back["order"], back["award"]) == ("agreed", "matched", ("active", None, None))
    assert "reinstate" not in {one["code"] for one in (await stage.ask("teams", "GET", "/v1/todo"))["items"]}
    assert await system.waiting() == []


def as_if_only(grade: str, finding: str, rated: Rated) -> dict[str, Any]:
    """Where everything stands if nothing but this edition had ever been published, and of its rectification (if any)
    this had been found: ``open``, ``passed`` or ``failed``."""
    bad, failed = grade == "unqualified", finding == "failed"
    held = bad and finding == "open"
    benefit = "held" if held else "withdrawn" if bad and failed else "granted"
    people = (rated.roster.lead, rated.roster.member)
    return {
        "team": "serving",
        "order": "in_service",
        "award": (
            "revoked" if failed else "active",
            "grade.unqualified" if bad and finding != "passed" else None,
            "rectification.failed" if failed else None,
        ),
        "instalments": ["held" if held else "cancelled" if failed else "due"],
        "holds": ["grade"] if bad and finding != "passed" else [],
        "available_fen": 40_000_000 if failed else 25_000_000,
        "suspended": [rated.roster.lead] if bad else [],
        "rectifications": [finding] if bad else [],
        "continuation": "granted" if grade == "excellent" else None,
        "benefits": sorted((person, kind, benefit) for person in people for kind in Policy().benefits),
        "grade": grade,
    }


@pytest.mark.parametrize("seed", [9, 10])
async def test_after_any_editions_everything_stands_as_if_only_the_last_had_been(system: Any, seed: int) -> None:
    random = Random(seed)
    stage = await open_stage(system)
    roster = await stage.world.shortlisted()
    await stage.serving(roster)
    rated = Rated(stage, roster)
    await rated.publish()
    grade, finding, satisfaction = "unqualified", "open", 0
    assert await rated.stands() == as_if_only(grade, finding, rated)
    for _ in range(8):
        step = random.choice(
            ["grade", "grade", "total", *(["pass", "fail"] if (grade, finding) == ("unqualified", "open") else [])]
        )
        if step == "grade":
            grade = random.choice([one for one in GRADES if one != grade])
            finding = "open" if grade == "unqualified" else ""
            await rated.correct(grade)
        elif step == "total":  # the next edition shows other points and the same grade
            satisfaction = (satisfaction + random.randint(1, 99)) % 100
            await rated.correct(None, satisfaction)
        else:
            finding = f"{step}ed"
            await rated.find(step)
        assert await rated.stands() == as_if_only(grade, finding, rated), step
    assert (await stage.ask("funding", "GET", "/v1/ledger/verify"))["differences"] == []
    assert await system.waiting() == []
