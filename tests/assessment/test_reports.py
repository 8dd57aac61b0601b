"""The year's report: figures that add up, handed in, accepted, issued, and then unchanged for good."""

import hashlib
import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import docx
import openpyxl
import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.exc import DBAPIError

from services.assessment.models import LogEntry, Report
from services.assessment.rules import yearly
from services.assessment.rules.frozen import fingerprint
from services.assessment.rules.yearly import Figures, IndicatorYear, OrderYear, TeamYear
from shared.clock import SHANGHAI
from shared.contracts.assessment import CaseAttachmentAdded, ReportIssued, ReportReturned
from shared.contracts.orders import OrderMatched
from shared.contracts.teams import TeamConfirmed, TeamStarted
from tests.assessment.factories import (
    CITY,
    FULING,
    HOST,
    UNIT,
    WANZHOU,
    TeamIds,
    agreed,
    codes,
    done,
    entry,
    look_again,
    put_on_notice,
    report,
    round_opened,
)
from tests.assessment.test_told import order_published, paid, repaid

PLACES = ("500101151002", "500101151003", "500102101001")
DECEMBER = datetime(2020, 12, 20, 9, tzinfo=SHANGHAI)

TEAM = TeamYear(
    "CQ-1", "天麻", "团", "院", PLACES[0], "龙驹镇", "种植业", "team_project", "2020年", 2020, True, 5, 1, 3, 25,
    {"现场": 3}, 60, 2, 10_000_000, 6_000_000, 1_000_000, 5_000_000, 1, 2, "qualified", "80.00",
    (IndicatorYear("面积", "亩", "0", "100", "120"), IndicatorYear("成本", "元", "50", "40", "45")),
)  # fmt: skip
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


async def a_year(deliver: Any) -> list[TeamIds]:
    """Three teams in two counties: two served and were paid, one of them paid back; the third only waits."""
    round = round_opened()
    await deliver(round)
    teams = [TeamIds(round.round_id) for _ in PLACES]
    for number, (ids, place) in enumerate(zip(teams, PLACES, strict=True), 1):
        told = {"number": f"CQ-2020-{number:04}", "division": place, "key_place": number == 1}
        await deliver(order_published(ids, **told))
        await deliver(put_on_notice(ids, number, division=place))
        await deliver(TeamConfirmed(**ids.all, amount_fen=10_000_000))
        await deliver(OrderMatched(round_id=ids.round_id, order_id=ids.order_id, team_id=str(ids.team_id)))
        await deliver(agreed(ids))
        await deliver(TeamStarted(**ids.all))
    for ids, visits in zip(teams, (3, 1, 0), strict=True):
        for day in range(visits):
            await deliver(entry(ids, date(2020, 8, 1 + day)))
    await deliver(entry(teams[0], date(2021, 1, 5)))
    await deliver(report(teams[0], 100))
    await deliver(paid(teams[0], 6_000_000, date(2020, 9, 1)))
    await deliver(paid(teams[1], 5_000_000, date(2020, 9, 1)))
    await deliver(repaid(teams[1], 2_000_000, date(2020, 11, 1)))
    await deliver(paid(teams[0], 4_000_000, date(2021, 2, 1)))
    return teams


async def drafted(office: Any, division: str, text: str = "今年工作扎实。") -> dict[str, Any]:
    body = {"year": 2020, "division": division, "text": text}
    made: dict[str, Any] = await done(await office.post("/v1/reports", json=body), 201)
    return made


async def accepted(offices: Any, division: str) -> str:
    key: str = (await drafted(offices[division], division))["id"]
    await done(await offices[division].post(f"/v1/reports/{key}/submit"))
    await done(await offices["bureau"].post(f"/v1/reports/{key}/accept"))
    return key


async def test_a_report_counts_what_happened_in_its_year_in_its_county(deliver: Any, clock: Any, offices: Any) -> None:
    await a_year(deliver)
    await clock.set(DECEMBER)
    found = (await drafted(offices[WANZHOU], WANZHOU))["content"]["figures"]
    wanted = {
        "orders": 2, "orders_matched": 2, "key_orders": 1, "teams": 2, "visits": 4, "day_tenths": 100,
        "beneficiaries": 80, "places": 2, "key_places": 1, "paid_fen": 11_000_000, "returned_fen": 2_000_000,
        "awarded_fen": 20_000_000, "held_fen": 9_000_000, "experts": 2, "indicators": 2, "indicators_reached": 1,
    }  # fmt: skip
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
    assert codes(await own.post("/v1/reports", json={"year": 2020, "division": WANZHOU})) == ["report.exists"]
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


def picture() -> bytes:
    """Large, and with the place where it was taken written into it."""
    made, out = Image.new("RGB", (2600, 1300), "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "camera of somebody"
    made.save(out, "JPEG", exif=exif)
    return out.getvalue()


async def a_case(office: Any, division: str = WANZHOU, title: str = "一株天麻富一村") -> str:
    body = {
        "year": 2020, "division": division, "title": title, "text": "联系人13800138000，亩产提高三成。",
        "consent": "当事人均已书面同意",
    }  # fmt: skip
    key: str = (await done(await office.post("/v1/cases", json=body), 201))["id"]
    return key


async def test_a_selected_case_is_published_with_its_picture_made_small_and_bare(
    deliver: Any, clock: Any, offices: Any, events: Any
) -> None:
    await a_year(deliver)
    await clock.set(DECEMBER)
    case, other = await a_case(offices[WANZHOU]), await a_case(offices[WANZHOU], title="另一案例")
    photo = {"file": ("地里.jpg", picture(), "image/jpeg")}
    where = f"/v1/cases/{case}/attachments"
    await done(await offices[WANZHOU].post(where, files=photo, data={"kind": "photo"}), 201)
    text = {"file": ("同意书.jpg", b"<html>", "image/jpeg")}
    assert (await offices[WANZHOU].post(where, files=text, data={"kind": "photo"})).status_code == 422
    assert len(await events(CaseAttachmentAdded)) == 1
    for key in (case, other):
        await done(await offices["bureau"].post(f"/v1/cases/{key}/select"))
    key = await accepted(offices, WANZHOU)
    before = docx.Document(io.BytesIO((await offices[WANZHOU].get(f"/v1/reports/{key}/export")).content))
    assert "（图片1张，发布时附上）" in [paragraph.text.strip() for paragraph in before.paragraphs]
    await done(await offices[WANZHOU].post(f"/v1/cases/{other}/withdraw", json={"reason": "不再同意"}))
    await done(await offices["bureau"].post(f"/v1/reports/{key}/issue"))

    shown = await done(await offices["all"].get(f"/public/reports/{key}/content"))
    [published] = shown["content"]["cases"]
    assert (published["id"], published["text"]) == (case, "联系人138****8000，亩产提高三成。")
    [sha256] = published["pictures"]
    seen = await offices["all"].get(f"/public/reports/{key}/pictures/{sha256}")
    assert hashlib.sha256(seen.content).hexdigest() == sha256
    with Image.open(io.BytesIO(seen.content)) as made:
        assert (made.size, dict(made.getexif())) == ((1280, 640), {})
    assert (await offices["all"].get(f"/public/reports/{key}/pictures/{'0' * 64}")).status_code == 404
    assert sha256 in (await offices["all"].get(f"/public/reports/{key}")).text
    paper = docx.Document(io.BytesIO((await offices[WANZHOU].get(f"/v1/reports/{key}/export")).content))
    assert seen.content in [part.blob for part in paper.part.package.image_parts]
    assert "一株天麻富一村（图1）" in [paragraph.text for paragraph in paper.paragraphs]


async def test_a_case_needs_consent_and_belongs_to_who_handed_it_in(offices: Any, api: Any, actors: Any) -> None:
    body = {"year": 2020, "division": WANZHOU, "title": "案例", "text": "正文", "consent": " "}
    assert codes(await offices[WANZHOU].post("/v1/cases", json=body)) == ["case.consent"]
    assert (await offices[FULING].post("/v1/cases", json=body | {"consent": "有"})).status_code == 403
    case = await a_case(offices[WANZHOU])
    assert (await offices[FULING].get(f"/v1/cases/{case}")).status_code == 404
    assert codes(await offices["bureau"].post(f"/v1/cases/{case}/decline", json={"reason": ""})) == ["case.reason"]
    declined = await done(await offices["bureau"].post(f"/v1/cases/{case}/decline", json={"reason": "篇幅"}))
    assert declined["status"] == "declined"


async def test_the_same_case_is_handed_in_once_until_it_is_withdrawn(offices: Any) -> None:
    case = await a_case(offices[WANZHOU])
    body = {"year": 2020, "division": WANZHOU, "title": "一株天麻富一村", "text": "改写", "consent": " "}
    assert codes(await offices[WANZHOU].post("/v1/cases", json=body)) == ["case.consent", "case.exists"]
    await done(await offices[WANZHOU].post(f"/v1/cases/{case}/withdraw", json={"reason": "改写"}))
    await done(await offices[WANZHOU].post("/v1/cases", json=body | {"consent": "有"}), 201)


async def test_a_year_that_cannot_be_is_refused_in_every_list(offices: Any) -> None:
    for noun in ("commendations", "cases", "reports", "cycles"):
        for year in ("0", "9999", "99999999999"):
            assert (await offices["bureau"].get(f"/v1/{noun}?year={year}")).status_code == 422


async def test_the_same_commendation_is_entered_once_until_it_is_withdrawn(clock: Any, offices: Any) -> None:
    await clock.set(DECEMBER)
    body = {
        "division": WANZHOU, "kind": "unit", "name": "三峡学院", "title": "先进集体", "granted_by": "市人社局",
        "granted_on": "2020-11-01", "reason": "成绩突出",
    }  # fmt: skip
    first = await done(await offices["bureau"].post("/v1/commendations", json=body), 201)
    assert codes(await offices[WANZHOU].post("/v1/commendations", json=body)) == ["commendation.exists"]
    await done(await offices[WANZHOU].post("/v1/commendations", json=body | {"name": "另一单位"}), 201)
    withdrawn = f"/v1/commendations/{first['id']}/withdraw"
    await done(await offices[WANZHOU].post(withdrawn, json={"reason": "录入错误"}))
    await done(await offices[WANZHOU].post("/v1/commendations", json=body), 201)


async def test_a_case_of_a_team_belongs_to_its_county_and_its_own_unit(
    deliver: Any, offices: Any, api: Any, actors: Any
) -> None:
    team, _, elsewhere = await a_year(deliver)
    body = {"year": 2020, "division": WANZHOU, "title": "案例", "text": "正文", "consent": "有"}
    own = api(actors.change(actors.unit, unit=UNIT))
    other = api(actors.change(actors.unit, unit=HOST))
    with_team = body | {"team_id": str(team.team_id)}
    assert (await other.post("/v1/cases", json=with_team)).status_code == 404
    assert (await other.post("/v1/cases", json=body)).status_code == 201
    assert (await own.post("/v1/cases", json=with_team)).status_code == 201
    assert codes(await offices[WANZHOU].post("/v1/cases", json=with_team | {"title": " 案例"})) == ["case.exists"]
    assert (await offices[WANZHOU].post("/v1/cases", json=with_team | {"title": "另一案例"})).status_code == 201
    unknown = await offices["bureau"].post("/v1/cases", json=body | {"team_id": str(uuid4())})
    assert unknown.status_code == 404
    apart = body | {"team_id": str(elsewhere.team_id), "consent": " ", "year": 2021}
    refused = await offices["bureau"].post("/v1/cases", json=apart)
    assert codes(refused) == ["case.year", "case.consent", "case.place"]


async def test_commended_units_are_named_to_everybody_and_people_are_not(
    deliver: Any, clock: Any, offices: Any
) -> None:
    await a_year(deliver)
    await clock.set(DECEMBER)
    common = {
        "division": WANZHOU, "title": "先进", "granted_by": "区政府", "granted_on": "2020-11-01", "reason": "服务扎实",
    }  # fmt: skip
    for kind, name in (("unit", "三峡学院"), ("person", "某专家"), ("unit", "错登单位")):
        made = await done(
            await offices[WANZHOU].post("/v1/commendations", json=common | {"kind": kind, "name": name}), 201
        )
    where = f"/v1/commendations/{made['id']}/withdraw"
    await done(await offices[WANZHOU].post(where, json={"reason": "登记有误"}))
    late = common | {"kind": "unit", "name": "单位", "granted_on": "2020-12-31"}
    assert codes(await offices[WANZHOU].post("/v1/commendations", json=late)) == ["commendation.day"]
    content = (await drafted(offices[WANZHOU], WANZHOU))["content"]
    assert sorted(row["name"] for row in content["commendations"]) == sorted(["三峡学院", "（个人）"])


async def test_years_stand_side_by_side_with_the_change_in_percent(deliver: Any, clock: Any, offices: Any) -> None:
    await a_year(deliver)
    await clock.set(datetime(2021, 12, 20, 9, tzinfo=SHANGHAI))
    asked = f"years=2020,2021&division={WANZHOU}"
    found = await done(await offices["bureau"].get(f"/v1/reports/comparison?{asked}"))
    lines = {line["name"]: line for line in found["lines"]}
    assert (lines["visits"]["values"], lines["visits"]["changes"]) == ([4, 1], [None, "-75.0"])
    assert lines["paid_fen"]["values"] == [11_000_000, 4_000_000]
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
