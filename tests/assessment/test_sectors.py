"""A sector's report: the part of the place's that is of one industry, by its department or the bureau."""

from datetime import date
from typing import Any

import pytest

from services.assessment.models import FollowUp
from shared.contracts.assessment import ReportDrafted
from shared.contracts.orders import OrderMatched
from shared.contracts.teams import TeamConfirmed, TeamStarted
from tests.assessment.factories import (
    CITY,
    FULING,
    WANZHOU,
    TeamIds,
    agreed,
    codes,
    done,
    entry,
    look_again,
    put_on_notice,
    round_opened,
)
from tests.assessment.reporting import DECEMBER, a_case, accepted, drafted
from tests.assessment.test_told import order_published

FARMING, HEALTH = "种植业", "医疗卫生"
MINISTRY = "11500000009276470T"


@pytest.fixture
async def teams(deliver: Any, clock: Any) -> list[TeamIds]:
    """Two of farming, one of health; the second of farming lies in another county."""
    round = round_opened()
    await deliver(round)
    made = []
    told = ((FARMING, "500101151002"), (HEALTH, "500101151003"), (FARMING, "500102101001"))
    for number, (industry, place) in enumerate(told, 1):
        ids = TeamIds(round.round_id)
        for event in (
            order_published(ids, number=f"CQ-2020-{number:04}", division=place, industry=industry),
            put_on_notice(ids, number, division=place),
            TeamConfirmed(**ids.all, amount_fen=10_000_000),
            OrderMatched(round_id=ids.round_id, order_id=ids.order_id, team_id=str(ids.team_id)),
            agreed(ids),
            TeamStarted(**ids.all),
            *(entry(ids, date(2020, 8, day)) for day in range(1, 1 + number)),
        ):
            await deliver(event)
        made.append(ids)
    await clock.set(DECEMBER)
    return made


@pytest.fixture
def department(api: Any, actors: Any) -> Any:
    return api(actors.change(actors.department, unit=MINISTRY, division=CITY))


WANTED = {"year": 2020, "division": CITY, "sector": FARMING, "text": "全年情况。"}


async def test_a_department_hands_its_sectors_report_in_and_the_bureau_issues_it(
    teams: Any, offices: Any, department: Any, events: Any
) -> None:
    report = await done(await department.post("/v1/reports", json=WANTED | {"sector": f" {FARMING} "}), 201)
    assert (report["kind"], report["unit_code"]) == ("sector", MINISTRY)
    where, bureau = f"/v1/reports/{report['id']}", offices["bureau"]
    assert codes(await bureau.post(f"{where}/issue")) == ["report.not_accepted"]
    await done(await department.post(f"{where}/submit"))
    await done(await bureau.post(f"{where}/return", json={"reason": "请补充"}))
    version = (await done(await department.get(where)))["version"]
    text = {"text": "补充后的全年情况。"}
    await done(await department.put(where, json=text, headers={"If-Match": f'"{version}"'}))
    await done(await department.post(f"{where}/submit"))
    await done(await bureau.post(f"{where}/accept"))
    issued = await done(await bureau.post(f"{where}/issue"))
    assert issued["content"]["figures"]["visits"] == 4
    look_again()
    [shown] = (await done(await offices["all"].get("/public/reports")))["items"]
    assert (shown["kind"], shown["sector"]) == ("sector", FARMING)
    page = (await offices["all"].get(f"/public/reports/{report['id']}")).text
    assert f"重庆市2020年度{FARMING}专家服务工作报告" in page
    assert "表彰按区县登记" in page
    assert [event.sector for event in await events(ReportDrafted)] == [FARMING]


async def test_a_sectors_figures_are_its_row_in_the_citys_report(teams: Any, deliver: Any, offices: Any) -> None:
    """Of accepted counties as they were handed in, of the others as they are."""
    await accepted(offices, WANZHOU)
    for ids in teams:
        await deliver(entry(ids, date(2020, 12, 1)))
    city = (await drafted(offices["bureau"], CITY))["content"]
    sector = (await done(await offices["bureau"].post("/v1/reports", json=WANTED), 201))["content"]
    [own] = [row for row in city["industries"] if row["key"] == FARMING]
    assert sector["figures"] == {name: own[name] for name in sector["figures"]}
    assert (sector["figures"]["visits"], sector["figures"]["orders"], sector["people"]) == (1 + 4, 2, 2)
    assert {row["industry"] for row in [*sector["teams"], *sector["orders"]]} == {FARMING}
    assert [row["name"] for row in sector["counties"]] == ["万州区", "涪陵区"]


async def test_only_cases_and_visits_of_its_teams_stand_in_a_sectors_report(
    teams: Any, offices: Any, session: Any
) -> None:
    farming, health, _ = teams
    for ids in (farming, health):
        session.add(
            FollowUp(
                round_id=ids.round_id,
                order_id=ids.order_id,
                team_id=ids.team_id,
                months=6,
                opens_at=DECEMBER,
                due_on=DECEMBER.date(),
                visited_on=DECEMBER.date(),
                status="recorded",
                going_on=1,
            )
        )
        body = {"year": 2020, "division": WANZHOU, "title": "案例", "text": "正文", "consent": "有"}
        case = await done(await offices["bureau"].post("/v1/cases", json=body | {"team_id": str(ids.team_id)}), 201)
        await done(await offices["bureau"].post(f"/v1/cases/{case['id']}/select"))
    general = await a_case(offices[WANZHOU])
    await done(await offices["bureau"].post(f"/v1/cases/{general}/select"))
    await session.flush()
    content = (await done(await offices["bureau"].post("/v1/reports", json=WANTED), 201))["content"]
    assert [row["team"] for row in content["follow_ups"]] == ["第1服务团"]
    assert len(content["cases"]) == 1
    assert len((await drafted(offices["bureau"], CITY))["content"]["cases"]) == 3


async def test_the_bureaus_own_report_of_a_sector_is_issued_without_being_handed_in(teams: Any, offices: Any) -> None:
    bureau = offices["bureau"]
    report = await done(await bureau.post("/v1/reports", json=WANTED), 201)
    assert codes(await bureau.post("/v1/reports", json=WANTED)) == ["report.exists"]
    await done(await bureau.post("/v1/reports", json=WANTED | {"sector": HEALTH}), 201)
    await drafted(bureau, CITY)
    await done(await bureau.post(f"/v1/reports/{report['id']}/issue"))
    assert (await done(await bureau.post("/v1/reports", json=WANTED), 201))["number"] == 2
    listed = await done(await bureau.get("/v1/reports", params={"sector": FARMING}))
    assert sorted(one["number"] for one in listed["items"]) == [1, 2]
    asked = {"years": "2020,2021", "division": CITY, "sector": FARMING}
    compared = await done(await bureau.get("/v1/reports/comparison", params=asked))
    assert [year["report_id"] for year in compared["years"]] == [report["id"], None]
    assert [year["figures"]["visits"] for year in compared["years"]] == [4, 0]


async def test_who_may_write_a_sectors_report_and_of_what(
    teams: Any, offices: Any, department: Any, api: Any, actors: Any
) -> None:
    other = api(actors.change(actors.department, id="department-2", unit="115000000092764700", division=CITY))
    nobody = api(actors.change(actors.department, division=CITY))
    for changes, code in (({"sector": "航天"}, "report.sector"), ({"sector": ""}, "report.sector")):
        assert codes(await department.post("/v1/reports", json=WANTED | changes)) == [code]
    assert (await nobody.post("/v1/reports", json=WANTED)).status_code == 403
    assert (await offices[FULING].post("/v1/reports", json=WANTED)).status_code == 403
    report = await done(await department.post("/v1/reports", json=WANTED), 201)
    where = f"/v1/reports/{report['id']}"
    assert (await other.post(f"{where}/submit")).status_code == 404
    county = await drafted(offices[WANZHOU], WANZHOU)
    assert (await department.post(f"/v1/reports/{county['id']}/submit")).status_code == 404
    assert (await offices[WANZHOU].get(where)).status_code == 404
