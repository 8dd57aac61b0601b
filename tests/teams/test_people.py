"""The expert registry, by form and by Excel."""

import io
from typing import Any

import openpyxl
import sqlalchemy as sa

from shared.actor import Actor
from shared.contracts.teams import PersonRegistered
from shared.crypto import keyed_hash
from shared.spreadsheet import XLSX
from tests.teams.factories import DISTRICT, OTHER_UNIT, UNIT, World, citizen_id, codes, done, person_body

HEADER = (
    "序号",
    "姓名",
    "性别",
    "证件号码",
    "工作单位",
    "单位统一社会信用代码",
    "职称",
    "职称级别",
    "人才称号",
    "专业领域",
    "联系电话",
    "人员类别",
    "所在区县代码",
    "健康状况",
    "本人意愿",
    "单位意见",
)


def line(number: int, **changes: Any) -> list[Any]:
    row = {
        "序号": number,
        "姓名": f"专家{number}",
        "性别": "女",
        "证件号码": citizen_id(number),
        "工作单位": "三峡学院",
        "单位统一社会信用代码": UNIT,
        "职称": "研究员",
        "职称级别": "正高",
        "人才称号": "市学术技术带头人、国贴专家",
        "专业领域": "城乡规划、旅游管理",
        "联系电话": 13900000000 + number,
        "人员类别": "领衔专家",
        "所在区县代码": 500101,
        "健康状况": "良好",
        "本人意愿": "愿意",
        "单位意见": "同意",
    }
    return [{**row, **changes}[name] for name in HEADER]


def workbook(*lines: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "专家库"
    for row in (["2020年专家库"], HEADER, *lines):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def send(world: World, content: bytes, accept: str = "application/json") -> Any:
    upload = {"file": ("experts.xlsx", content, XLSX)}
    return await world.bureau.post("/v1/people/import", files=upload, headers={"Accept": accept})


async def test_the_expert_pool_is_imported_and_the_same_file_again_changes_nothing(world: World, events: Any) -> None:
    content = workbook(*(line(n) for n in range(1, 4)))
    first = await done(await send(world, content))
    assert (first["rows"], first["created"], first["existing"]) == (3, 3, 0)
    assert [person["row"] for person in first["people"]] == [3, 4, 5]
    again = await done(await send(world, content))
    assert (again["created"], again["existing"], again["updated"]) == (0, 3, 0)
    assert again["people"] == first["people"]
    assert len(await events(PersonRegistered)) == 3
    shown = await done(await world.bureau.get(f"/v1/people/{first['people'][0]['person_id']}"))
    assert (shown["division"], shown["honours"]) == (DISTRICT, ["市学术技术带头人", "国贴专家"])


async def test_a_new_title_in_a_later_file_is_taken_over(world: World) -> None:
    first = await done(await send(world, workbook(line(1, 职称级别="副高"))))
    second = await done(await send(world, workbook(line(1), line(2))))
    assert (second["created"], second["updated"]) == (1, 1)
    person = first["people"][0]["person_id"]
    assert (await done(await world.bureau.get(f"/v1/people/{person}")))["title_level"] == "正高"


async def test_faulty_cells_are_named_by_row_and_column_and_nothing_is_imported(world: World) -> None:
    wrong = line(2, 证件号码="500101199001010000", 联系电话="123", 职称级别="高级", 所在区县代码="万州")
    answer = await send(world, workbook(line(1), wrong, line(1, 姓名="")))
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/rows/4/证件号码",
        "/rows/4/联系电话",
        "/rows/4/职称级别",
        "/rows/4/所在区县代码",
        "/rows/5/姓名",
        "/rows/5/证件号码",
    }
    assert (await done(await world.bureau.get("/v1/people")))["items"] == []


async def test_the_file_comes_back_with_the_faulty_cells_marked(world: World) -> None:
    answer = await send(world, workbook(line(1, 联系电话="123")), accept=XLSX)
    assert answer.status_code == 422
    marked: Any = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cell = marked.cell(3, HEADER.index("联系电话") + 1)
    assert "联系电话" in cell.comment.text
    assert cell.fill.fgColor.rgb.endswith("FFC7CE")


async def test_a_file_without_the_columns_or_that_is_no_workbook_is_refused(world: World) -> None:
    assert codes(await send(world, b"not a workbook")) == {"file.unreadable"}
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    assert codes(await send(world, out.getvalue())) == {"file.column"}


async def test_citizen_ids_and_phones_are_ciphertext_in_the_database(world: World, connection: Any) -> None:
    await world.person()
    query = sa.text("select citizen_id, citizen_key, phone from people")
    stored = (await connection.execute(query)).one()
    assert citizen_id(1) not in str(stored)
    assert "13900000001" not in str(stored)
    assert stored.citizen_key == keyed_hash(citizen_id(1))


async def test_a_citizen_id_registers_once(world: World) -> None:
    await done(await world.bureau.post("/v1/people", json=person_body(1)), 201)
    again = await world.bureau.post("/v1/people", json=person_body(1, name="同一人"))
    assert (again.status_code, codes(again)) == (409, {"person.registered"})


async def test_every_fault_of_a_registration_is_named_without_repeating_the_number(world: World) -> None:
    body = person_body(1, citizen_id="500101199001010000", phone="12", unit_code="X", title_level="高级")
    answer = await world.bureau.post("/v1/people", json=body)
    assert answer.status_code == 422
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"/citizen_id", "/phone", "/unit_code", "/title_level"}
    assert "500101199001010000" not in answer.text


async def test_a_craftsman_without_a_unit_can_be_registered(world: World) -> None:
    await world.person(unit_code="", unit_name="")
    half = await world.bureau.post("/v1/people", json=person_body(99, unit_code=""))
    assert codes(half) == {"person.unit_incomplete"}


async def test_people_are_seen_by_their_unit_their_district_bureaus_and_experts(world: World) -> None:
    own, other = await world.person(), await world.person(unit_code=OTHER_UNIT, unit_name="市生态院")
    far = await world.person(division="510101000000")

    async def seen(client: Any) -> set[str]:
        return {person["id"] for person in (await done(await client.get("/v1/people")))["items"]}

    assert await seen(world.unit()) == {own, far}
    assert await seen(world.district) == {own, other}
    assert await seen(world.bureau) == {own, other, far}
    assert await seen(world.expert(own)) == {own, other, far}
    assert await seen(world.as_(Actor("r", frozenset({"reviewer"})))) == set()
    assert (await world.district.get(f"/v1/people/{far}")).status_code == 404


async def test_only_the_bureau_registers_and_verifies(world: World) -> None:
    person = await world.person(honours=["某称号"])
    assert (await world.district.post("/v1/people", json=person_body(5))).status_code == 403
    verdict = {"honour": "某称号", "recognised": True}
    assert (await world.district.post(f"/v1/people/{person}/verify_honour", json=verdict)).status_code == 403
    unknown = {"honour": "别的称号", "recognised": True}
    assert codes(await world.bureau.post(f"/v1/people/{person}/verify_honour", json=unknown)) == {
        "person.honour_unknown"
    }
    found = await done(await world.bureau.post(f"/v1/people/{person}/verify_honour", json=verdict))
    assert found["verdicts"] == {"某称号": True}
