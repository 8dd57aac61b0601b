"""A published rating is put right by two people: what one proposes is shown, and done as shown when another confirms."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from services.assessment.rules import correction as rules
from services.assessment.rules import grading
from services.assessment.rules.correction import CorrectionFacts, Wanted
from services.assessment.rules.grading import Result
from services.assessment.rules.policy import Policy
from shared.actor import Actor
from shared.contracts.assessment import (
    CorrectionConfirmed,
    CorrectionProposed,
    CorrectionRejected,
    CorrectionWithdrawn,
    EditionPublished,
)
from shared.errors import Forbidden, NotAllowed, Refused
from tests.assessment.factories import Year, codes, done, entry, serving

ONE = Actor("one", frozenset({"bureau"}))
OTHER = Actor("other", frozenset({"bureau"}))
OPEN = CorrectionFacts("proposed", "one")
WANTED = Wanted(uuid4(), (), None, "录入错误")
NONE = [{"part": "host_rating", "score": 0}]


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


@pytest.fixture
async def run(deliver: Any, year: Any) -> Year:
    """Three teams, published: the first excellent, the second qualified, the third unqualified."""
    found: Year = year(await serving(deliver, [4, 2, 1]))
    await found.publish()
    return found


async def test_nothing_is_published_until_another_person_confirms(run: Year, events: Any) -> None:
    proposed = await run.propose(run.teams[0], parts=NONE, evidence="评分表原件（2020）12号")
    assert proposed["status"] == "proposed"
    [first] = [line for line in proposed["lines"] if line["assessment_id"] == proposed["assessment_id"]]
    assert first["before"] == {"total": "100.00", "rank": 1, "grade": "excellent"}
    assert first["after"] == {"total": "90.00", "rank": 1, "grade": "excellent"}
    assert len(await events(EditionPublished)) == 1
    where = f"/v1/corrections/{proposed['id']}"
    assert codes(await run.bureau.post(f"{where}/confirm")) == ["correction.same_person"]
    confirmed = await done(await run.second.post(f"{where}/confirm"))
    assert (confirmed["status"], confirmed["edition"], confirmed["decided_by"]) == ("confirmed", 2, "bureau-2")
    assert (await run.shown())["items"][0]["total"] == "90.00"
    [said] = await events(CorrectionConfirmed)
    assert (said.edition, said.team_id) == (2, run.teams[0].team_id)
    told = [one["type"].split(".")[2] for one in await done(await run.supervisor.get(f"{where}/history"))]
    assert told == ["proposed", "confirmed"]


async def test_what_changes_is_shown_with_its_consequences(run: Year) -> None:
    proposed = await run.propose(run.teams[0], grade="unqualified")
    [line] = proposed["lines"]
    assert (line["before"]["grade"], line["after"]["grade"]) == ("excellent", "unqualified")
    words = "；".join(one["zh"] for one in line["follows"])
    for said in ("取消续期申请资格", "限期180天整改", "资金、政策待遇和英才卡暂缓", "领衔专家暂停申报1年", "证书撤销"):
        assert said in words
    assert (await done(await run.bureau.get("/v1/rectifications?status=open")))["items"][0]["team_id"] == str(
        run.teams[2].team_id
    )


async def test_every_team_whose_place_changes_is_shown(deliver: Any, year: Any) -> None:
    run: Year = year(await serving(deliver, [3, 3]))
    await run.publish()
    await run.correct(run.teams[0], parts=NONE)
    proposed = await run.propose(run.teams[1], parts=[*NONE, {"part": "beneficiary_rating", "score": 0}])
    moved = {line["order_number"]: (line["before"]["rank"], line["after"]["rank"]) for line in proposed["lines"]}
    assert moved == {"CQ-2020-0001": (2, 1), "CQ-2020-0002": (1, 2)}
    assert [line["follows"] for line in proposed["lines"]] == [[], []]
    await done(await run.second.post(f"/v1/corrections/{proposed['id']}/confirm"))
    assert [line["edition"] for line in (await run.shown())["items"]] == [2, 3]


async def test_a_correction_that_changes_nothing_is_refused(run: Year, events: Any) -> None:
    body = {"assessment_id": run.of[run.teams[0].team_id], "reason": "x"}
    for parts in ([], [{"part": "host_rating", "score": 100}], [{"part": "self_report", "text": "另一份"}]):
        refused = await run.bureau.post("/v1/corrections", json=body | {"parts": parts})
        assert (refused.status_code, codes(refused)) == (409, ["correction.nothing"])
    assert codes(await run.bureau.post("/v1/corrections", json=body | {"grade": "excellent"})) == ["override.same"]
    assert await events(CorrectionProposed) == []
    listed = (await done(await run.bureau.get("/v1/assessments")))["items"]
    assert {row["total"] for row in listed} == {"100.00", "60.00", "40.00"}


async def test_facts_that_changed_since_it_was_proposed_are_said_and_it_is_proposed_anew(
    run: Year, deliver: Any, events: Any
) -> None:
    proposed = await run.propose(run.teams[1], parts=NONE)
    where = f"/v1/corrections/{proposed['id']}"
    await deliver(entry(run.teams[1]))
    refused = await run.second.post(f"{where}/confirm", headers={"Accept-Language": "zh-CN"})
    assert codes(refused) == ["correction.changed"]
    [text] = [error["text"] for error in refused.json()["errors"]]
    then, now = text.split("按现有事实为")
    assert ("第2服务团" in then, "50.00分" in then, "50.00分" in now) == (True, True, False)
    assert len(await events(EditionPublished)) == 1
    assert (await done(await run.bureau.post(f"{where}/withdraw")))["status"] == "withdrawn"
    cycle = await run.correct(run.teams[1], parts=NONE)
    assert len(cycle["editions"]) == 2


async def test_one_at_a_time_and_it_is_rejected_with_a_reason_or_taken_back(run: Year, events: Any) -> None:
    first = await run.propose(run.teams[0], parts=NONE)
    body = {"assessment_id": run.of[run.teams[0].team_id], "parts": NONE, "reason": "再次"}
    assert codes(await run.second.post("/v1/corrections", json=body)) == ["correction.pending"]
    where = f"/v1/corrections/{first['id']}"
    assert codes(await run.second.post(f"{where}/reject", json={"reason": " "})) == ["correction.reason"]
    assert codes(await run.second.post(f"{where}/withdraw")) == ["correction.not_yours"]
    mine = {a["action"]: a["allowed"] for a in (await done(await run.bureau.get(where)))["actions"]}
    assert mine == {"confirm": False, "reject": False, "withdraw": True}
    rejected = await done(await run.second.post(f"{where}/reject", json={"reason": "依据不足"}))
    assert (rejected["status"], rejected["decided_reason"], rejected["actions"]) == ("rejected", "依据不足", [])
    assert codes(await run.second.post(f"{where}/confirm")) == ["correction.status"]
    again = await run.propose(run.teams[0], parts=NONE)
    await done(await run.bureau.post(f"/v1/corrections/{again['id']}/withdraw"))
    listed = (await done(await run.bureau.get("/v1/corrections")))["items"]
    assert {one["id"]: one["status"] for one in listed} == {first["id"]: "rejected", again["id"]: "withdrawn"}
    assert [len(await events(kind)) for kind in (CorrectionRejected, CorrectionWithdrawn, EditionPublished)] == [
        1,
        1,
        1,
    ]


async def test_a_bureau_elsewhere_does_not_find_it(run: Year, api: Any, actors: Any) -> None:
    proposed = await run.propose(run.teams[0], parts=NONE)
    elsewhere = api(actors.change(actors.bureau, id="bureau-3", division="510000000000"))
    where = f"/v1/corrections/{proposed['id']}"
    answers = [await elsewhere.get(where)]
    answers += [
        await elsewhere.post(f"{where}/{verb}", json={"reason": "x"}) for verb in ("confirm", "reject", "withdraw")
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await done(await elsewhere.get("/v1/corrections")))["items"] == []


async def test_it_may_rest_on_an_objection_of_the_cycle_that_was_upheld(deliver: Any, year: Any) -> None:
    run: Year = year(await serving(deliver, [4, 2]))
    await run.grade()
    notice = await run.post_notice()
    dismissed = await run.object(notice["id"], run.teams[0])
    upheld = await run.object(notice["id"], run.teams[1])
    await run.answer(dismissed, upheld=False)
    await run.answer(upheld, upheld=True)
    await run.pass_notice()
    await run.step("publish")
    body = {"assessment_id": run.of[run.teams[0].team_id], "parts": NONE, "reason": "同一张评分表"}
    for wrong in (dismissed, str(uuid4())):
        refused = await run.bureau.post("/v1/corrections", json=body | {"objection_id": wrong})
        assert codes(refused) == ["correction.objection"]
    proposed = await run.propose(run.teams[0], parts=NONE, objection_id=upheld)
    assert proposed["objection_id"] == upheld


async def test_everything_against_a_correction_is_said_at_once(run: Year) -> None:
    parts = [{"part": "host_rating", "score": 101}, {"part": "beneficiary_rating"}]
    body = {"assessment_id": run.of[run.teams[0].team_id], "parts": parts, "reason": " "}
    refused = await run.bureau.post("/v1/corrections", json=body)
    said = [(error["code"], error["pointer"]) for error in refused.json()["errors"]]
    assert said == [
        ("correction.reason", "/reason"),
        ("part.range", "/parts/0/score"),
        ("part.score", "/parts/1/score"),
    ]
    chinese = {"Accept-Language": "zh-CN"}
    twice = await run.bureau.post("/v1/corrections", json=body | {"parts": parts[:1] * 2}, headers=chinese)
    assert "每项材料只能更正一次" in twice.text


async def test_a_dry_run_shows_what_would_change_and_keeps_nothing(run: Year) -> None:
    body = {"assessment_id": run.of[run.teams[0].team_id], "parts": NONE, "reason": "试算"}
    shown = await done(await run.bureau.post("/v1/corrections?dry_run=true", json=body), 201)
    assert shown["lines"][0]["after"]["total"] == "90.00"
    assert (await done(await run.bureau.get("/v1/corrections")))["items"] == []


async def test_what_is_not_published_cannot_be_corrected(deliver: Any, year: Any) -> None:
    run: Year = year(await serving(deliver, [4]))
    await run.grade()
    body = {"assessment_id": run.of[run.teams[0].team_id], "grade": "qualified", "reason": "尚未公布"}
    assert codes(await run.bureau.post("/v1/corrections", json=body)) == ["cycle.unpublished"]


def refused(act: Any, *given: Any) -> list[str]:
    with pytest.raises(Refused) as answer:
        act(*given)
    return [reason.code for reason in answer.value.reasons]


class TestRules:
    def test_two_people_and_only_while_it_waits(self) -> None:
        assert (rules.confirm(OPEN, OTHER), rules.reject(OPEN, "不符", OTHER)) == ("confirmed", "rejected")
        assert rules.withdraw(OPEN, ONE) == "withdrawn"
        for_one = replace(OTHER, on_behalf="one")
        for who in (ONE, for_one):
            assert refused(rules.confirm, OPEN, who) == ["correction.same_person"]
            assert refused(rules.reject, OPEN, "", who) == ["correction.same_person", "correction.reason"]
        assert refused(rules.withdraw, OPEN, OTHER) == ["correction.not_yours"]
        with pytest.raises(Forbidden):
            rules.confirm(OPEN, Actor("s", frozenset({"supervisor"})))
        for status in ("confirmed", "rejected", "withdrawn"):
            with pytest.raises(NotAllowed):
                rules.confirm(CorrectionFacts(status, "one"), OTHER)

    def test_a_proposal_has_a_reason(self) -> None:
        assert rules.propose(WANTED, upheld=True) == "proposed"
        both = ["correction.reason", "correction.objection"]
        assert refused(rules.propose, replace(WANTED, reason=" "), False) == both

    def test_places_are_shared_by_equals(self) -> None:
        def result(total: int) -> Result:
            return Result(Decimal(total), Decimal(0), Decimal(0))

        assert grading.ranks({"a": result(90), "b": result(80), "c": result(90)}) == {"a": 1, "c": 1, "b": 3}

    @pytest.mark.parametrize(
        ("before", "after", "rectification", "said"),
        [
            ("excellent", "excellent", None, ""),
            ("qualified", "excellent", None, "取得续期申请资格"),
            ("unqualified", "qualified", "open", "撤销限期整改"),
            ("unqualified", "qualified", "passed", "撤销已合格的整改"),
            ("unqualified", "excellent", "failed", "恢复已撤销的资助"),
        ],
    )
    def test_what_follows_is_said_in_both_languages(
        self, before: str, after: str, rectification: str | None, said: str
    ) -> None:
        found = rules.follows(before, after, rectification, Policy(), 1)
        assert said in "".join(one["zh"] for one in found)
        assert all(one["en"] for one in found)
        assert bool(found) == bool(said)

    def test_of_many_that_differ_some_are_named_and_the_rest_counted(self) -> None:
        place = {"total": "90.00", "rank": 1, "grade": "excellent"}
        moved = {"before": place, "after": place | {"rank": 2}, "follows": []}
        lines = [{"assessment_id": str(n), "team": f"第{n}团"} | moved for n in range(rules.MOST_SAID + 2)]
        found = list(rules.same_obstacles(lines, []))
        assert (len(found), found[-1].zh) == (rules.MOST_SAID + 1, "另有2个团队")
        assert "不变" in found[0].zh
        assert list(rules.same_obstacles(lines, lines)) == []
