"""Exemplary cases with their pictures, and commendations: handed in once, chosen by the bureau, with consent."""

import hashlib
import io
from typing import Any
from uuid import uuid4

import docx
from PIL import Image

from shared.contracts.assessment import CaseAttachmentAdded
from tests.assessment.factories import (
    FULING,
    HOST,
    UNIT,
    WANZHOU,
    codes,
    done,
)
from tests.assessment.reporting import DECEMBER, a_case, a_year, accepted, drafted


def picture() -> bytes:
    """Large, and with the place where it was taken written into it."""
    made, out = Image.new("RGB", (2600, 1300), "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "camera of somebody"
    made.save(out, "JPEG", exif=exif)
    return out.getvalue()


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
        "division": WANZHOU,
        "kind": "unit",
        "name": "三峡学院",
        "title": "先进集体",
        "granted_by": "市人社局",
        "granted_on": "2020-11-01",
        "reason": "成绩突出",
    }
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
        "division": WANZHOU,
        "title": "先进",
        "granted_by": "区政府",
        "granted_on": "2020-11-01",
        "reason": "服务扎实",
    }
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
