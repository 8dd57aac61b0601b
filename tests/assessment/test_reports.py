"""The year's report: figures that add up, handed in, accepted, issued, and then unchanged for good."""

import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.assessment.models import LogEntry, Report
from services.assessment.rules import yearly
from services.assessment.rules.frozen import fingerprint
from services.assessment.rules.yearly import Figures, IndicatorYear, OrderYear, TeamYear
from shared.clock import SHANGHAI
from shared.contracts.assessment import ReportIssued, ReportReturned
from tests.assessment.factories import (
    CITY,
    FULING,
    WANZHOU,
    codes,
    done,
    entry,
    look_again,
)
from tests.assessment.reporting import DECEMBER, PLACES, a_year, accepted, drafted

TEAM = TeamYear(
    order_number="CQ-1",
    order="天麻",
    team="团",
    unit="院",
    division=PLACES[0],
    place="龙驹镇",
    industry="种植业",
    programme="team_project",
    round="2020年",
    round_year=2020,
    key_place=True,
    experts=5,
    local_talents=1,
    visits=3,
    day_tenths=25,
    forms={"现场": 3},
    beneficiaries=60,
    served_units=2,
    awarded_fen=10_000_000,
    paid_fen=6_000_000,
    returned_fen=1_000_000,
    held_fen=5_000_000,
    cards_issued=1,
    card_uses=2,
    grade="qualified",
    total="80.00",
    indicators=(IndicatorYear("面积", "亩", "0", "100", "120"), IndicatorYear("成本", "元", "50", "40", "45")),
)
ORDER = OrderYear("CQ-1", "天麻", PLACES[0], "龙驹镇", "种植业", "team_project", True, "in_service")


def test_counties_come_to_what_the_city_comes_to_in_every_figure() -> None:
    teams = [TEAM, replace(TEAM, division=PLACES[1], grade="excellent"), replace(TEAM, division=PLACES[2], visits=0)]
    orders = [ORDER, replace(ORDER, status="unclaimed"), replace(ORDER, division=PLACES[2], key_place=False)]
    city = yearly.figures(teams, orders)
    counties = yearly.by(teams, orders, lambda team: team.county, lambda order: order.county)
    assert [key for key, _ in counties] == [WANZHOU, FULING]
    assert yearly.total(found for _, found in counties) == city
    assert (city.places, city.key_places, city.orders_matched, city.key_orders) == (2, 2, 2, 2)
    assert (city.indicators, city.indicators_reached, city.excellent, city.qualified) == (6, 3, 1, 2)


def test_every_figure_has_words_and_what_is_frozen_reads_back_as_it_was() -> None:
    assert all(zh and en for zh, en in yearly.WORDS.values())
    assert TeamYear.of(TEAM.document()) == TEAM
    assert yearly.figures([], []) == Figures()


def test_an_indicator_that_was_to_fall_is_reached_below_its_target() -> None:
    falling = IndicatorYear("成本", "元", "50", "40", "39.5")
    assert falling.reached
    assert not replace(falling, actual="41").reached
    assert not replace(falling, actual="").reached


def test_change_has_one_decimal_and_a_sign_and_is_nothing_from_nothing() -> None:
    assert [yearly.change(*pair) for pair in ((200, 250), (3, 2), (5, 5), (0, 4))] == ["+25.0", "-33.3", "+0.0", None]


async def test_a_report_counts_what_happened_in_its_year_in_its_county(deliver: Any, clock: Any, offices: Any) -> None:
    await a_year(deliver)
    await clock.set(DECEMBER)
    found = (await drafted(offices[WANZHOU], WANZHOU))["content"]["figures"]
    wanted = {
        "orders": 2,
        "orders_matched": 2,
        "key_orders": 1,
        "teams": 2,
        "visits": 4,
        "day_tenths": 100,
        "beneficiaries": 80,
        "places": 2,
        "key_places": 1,
        "paid_fen": 11_000_000,
        "returned_fen": 2_000_000,
        "awarded_fen": 20_000_000,
        "held_fen": 9_000_000,
        "experts": 2,
        "indicators": 2,
        "indicators_reached": 1,
    }
    assert {name: found[name] for name in wanted} == wanted


async def test_the_city_adds_up_what_was_accepted_and_says_where_it_counted_itself(
    deliver: Any, clock: Any, offices: Any
) -> None:
    """What happens after a county's report was handed in is in no report."""
    teams = await a_year(deliver)
    await clock.set(DECEMBER)
    await accepted(offices, WANZHOU)
    await deliver(entry(teams[0], date(2020, 12, 1)))
    city = await drafted(offices["bureau"], CITY)
    assert city["missing"] == ["涪陵区"]
    refused = await offices["bureau"].post(f"/v1/reports/{city['id']}/issue")
    assert (refused.status_code, codes(refused)) == (409, ["report.missing"])

    reason = {"reason": "涪陵区另行报送"}
    issued = await done(await offices["bureau"].post(f"/v1/reports/{city['id']}/issue", json=reason))
    content = issued["content"]
    assert [one["division"] for one in content["sources"]] == [WANZHOU]
    assert content["figures"]["visits"] == 4
    counties = [Figures(**{name: row[name] for name in yearly.NAMES}) for row in content["counties"]]
    assert yearly.total(counties).document() == content["figures"]
    assert (content["figures"]["teams"], content["people"]) == (3, 3)


async def test_others_read_a_report_once_the_bureau_has_accepted_it(
    deliver: Any, clock: Any, offices: Any, api: Any, actors: Any
) -> None:
    await a_year(deliver)
    await clock.set(DECEMBER)
    where = f"/v1/reports/{(await drafted(offices[WANZHOU], WANZHOU))['id']}"
    other = api(actors.change(actors.department, division=CITY))
    for step, office, status in ((None, None, 404), ("submit", WANZHOU, 404), ("accept", "bureau", 200)):
        if step:
            await done(await offices[office].post(f"{where}/{step}"))
        assert (await other.get(where)).status_code == status
        assert len((await done(await other.get("/v1/reports")))["items"]) == (status == 200)
    nowhere = api(actors.change(actors.department, division=""))
    assert (await nowhere.get(where)).status_code == 404
    assert (await nowhere.get(f"/v1/reports/comparison?years=2020&division={WANZHOU}")).status_code == 422


async def test_a_report_is_given_back_changed_handed_in_again_and_then_fixed(
    deliver: Any, clock: Any, offices: Any, events: Any
) -> None:
    await a_year(deliver)
    await clock.set(DECEMBER)
    report = await drafted(offices[WANZHOU], WANZHOU, text="")
    own, bureau, where = offices[WANZHOU], offices["bureau"], f"/v1/reports/{report['id']}"
    assert codes(await own.post(f"{where}/submit")) == ["report.text"]
    another = await own.post("/v1/reports", json={"year": 2020, "division": WANZHOU})
    assert codes(another) == ["report.exists"]
    assert f"No. 1 {report['id']}" in another.json()["errors"][0]["text"]
    seen = {"If-Match": f'"{report["version"]}"'}
    await done(await own.put(where, json={"text": "今年工作。"}, headers=seen))
    await done(await own.post(f"{where}/submit"))
    assert codes(await bureau.post(f"{where}/return", json={"reason": " "})) == ["report.reason"]
    await done(await bureau.post(f"{where}/return", json={"reason": "请补充案例"}))
    assert len(await events(ReportReturned)) == 1
    again = await done(await own.post(f"{where}/submit"))
    fixed = await own.put(where, json={"text": "又改"}, headers={"If-Match": f'"{again["version"]}"'})
    assert codes(fixed) == ["report.fixed"]
    assert (await offices[FULING].get(where)).status_code == 404


async def test_what_is_issued_is_public_signed_logged_and_never_changed(
    deliver: Any, clock: Any, offices: Any, session: Any, events: Any
) -> None:
    await a_year(deliver)
    await clock.set(DECEMBER)
    key = await accepted(offices, WANZHOU)
    assert (await offices["all"].get(f"/public/reports/{key}")).status_code == 404
    await done(await offices["bureau"].post(f"/v1/reports/{key}/issue"))
    look_again()
    [told] = (await done(await offices["all"].get("/public/reports")))["items"]
    shown = await done(await offices["all"].get(f"/public/reports/{key}/content"))
    assert told["id"] == key
    assert fingerprint(shown["content"]) == shown["content_hash"] == told["content_hash"]
    [logged] = await session.scalars(sa.select(LogEntry).where(LogEntry.kind == "report_issued"))
    assert (logged.address, logged.document_hash) == (f"/public/reports/{key}/content", shown["content_hash"])
    entries = (await done(await offices["all"].get("/public/log")))["items"]
    assert entries[-1]["kind"] == "report_issued"
    own = await done(await offices["all"].get("/public/keys"))
    assert shown["signature"]["key"] in str(own)
    assert [event.content_hash for event in await events(ReportIssued)] == [shown["content_hash"]]
    page = (await offices["all"].get(f"/public/reports/{key}")).text
    assert page.count("<svg") == 4
    assert "<script" not in page
    assert "领衔专家" not in page
    with pytest.raises(DBAPIError, match="immutable"):
        async with session.begin_nested():
            await session.execute(sa.update(Report).values(text="改"))


async def test_a_second_report_of_a_year_corrects_the_first_which_stays(deliver: Any, clock: Any, offices: Any) -> None:
    await a_year(deliver)
    await clock.set(DECEMBER)
    first = await accepted(offices, WANZHOU)
    await done(await offices["bureau"].post(f"/v1/reports/{first}/issue"))
    assert (await drafted(offices[WANZHOU], WANZHOU))["number"] == 2


async def test_years_stand_side_by_side_with_the_change_in_percent(deliver: Any, clock: Any, offices: Any) -> None:
    await a_year(deliver)
    await clock.set(datetime(2021, 12, 20, 9, tzinfo=SHANGHAI))
    asked = f"years=2020,2021&division={WANZHOU}"
    found = await done(await offices["bureau"].get(f"/v1/reports/comparison?{asked}"))
    lines = {line["name"]: line for line in found["lines"]}
    assert (lines["visits"]["values"], lines["visits"]["changes"]) == ([4, 1], [None, "-75.0"])
    assert lines["paid_fen"]["values"] == [11_000_000, 4_000_000]
    apart = await offices["bureau"].get(f"/v1/reports/comparison?years=2021&years=2020&division={WANZHOU}")
    assert await done(apart) == found
    many = ",".join(map(str, range(2010, 2020)))
    refused = await offices["bureau"].get(f"/v1/reports/comparison?years={many}&years=2020&division={WANZHOU}")
    assert codes(refused) == ["report.years"]
    file = await offices["bureau"].get(f"/v1/reports/comparison/export?{asked}")
    rows = list(openpyxl.load_workbook(io.BytesIO(file.content)).active.values)
    assert rows[0] == ("指标", "2020年", "2021年", "比上年（%）")
    assert (offices[FULING], (await offices[FULING].get(f"/v1/reports/comparison?{asked}")).status_code)[1] == 422


async def test_a_report_is_a_workbook_and_a_paper_too(deliver: Any, clock: Any, offices: Any) -> None:
    await a_year(deliver)
    await clock.set(DECEMBER)
    key = (await drafted(offices[WANZHOU], WANZHOU))["id"]
    book = openpyxl.load_workbook(
        io.BytesIO((await offices[WANZHOU].get(f"/v1/reports/{key}/export?format=xlsx")).content)
    )
    totals = dict(list(book["总体"].values)[1:])
    assert (totals["服务次数（次）"], totals["本年拨付（元）"]) == (4, 110_000)
    last = list(book["区县"].values)[-1]
    assert last[0] == "合计"
    assert len(list(book["团队"].values)) == 3
    assert (await offices[WANZHOU].get(f"/v1/reports/{key}/export")).content[:2] == b"PK"
    assert "尚未发布" in (await offices[WANZHOU].get(f"/v1/reports/{key}/page")).text


async def test_a_report_of_a_year_to_come_or_of_a_village_is_refused(clock: Any, offices: Any) -> None:
    await clock.set(DECEMBER)
    for body, code in (
        ({"year": 2021, "division": WANZHOU}, "report.year"),
        ({"year": 2020, "division": PLACES[0]}, "report.division"),
    ):
        assert codes(await offices["bureau"].post("/v1/reports", json=body)) == [code]
