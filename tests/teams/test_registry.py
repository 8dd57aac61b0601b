"""The expert registry: finding people, honours and titles with evidence, own records, units, template and export."""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import sqlalchemy as sa

from services.teams.models import Person
from services.teams.usecases.indexing import index_people
from shared.contracts.teams import CredentialExpired, CredentialRefused, CredentialVerified, PersonEdited
from tests.teams.factories import OTHER_DISTRICT, OTHER_UNIT, UNIT, World, citizen_id, codes, done

TEA = {"fields": ["茶树栽培"]}


async def found(world: World, client: Any = None, **asked: Any) -> set[str]:
    answer = await done(await (client or world.bureau).get("/v1/people", params=asked))
    return {person["name"] for person in answer["items"]}


async def record(world: World, person: str, client: Any = None) -> dict[str, Any]:
    answer: dict[str, Any] = await done(await (client or world.bureau).get(f"/v1/people/{person}"))
    return answer


async def change(world: World, person: str, client: Any, **body: Any) -> Any:
    version = (await record(world, person))["version"]
    return await client.patch(f"/v1/people/{person}", json=body, headers={"If-Match": f'"{version}"'})


async def test_people_are_found_by_two_characters_pinyin_and_initials(world: World) -> None:
    await world.person(name="张三")
    await world.person(name="欧阳三丰")
    assert await found(world, q="张三") == {"张三"}
    assert await found(world, q="三") == {"张三", "欧阳三丰"}
    assert await found(world, q="ZS") == await found(world, q="zhangsan") == {"张三"}
    assert await found(world, q="oysf") == {"欧阳三丰"}
    assert await found(world, q="李") == set()


async def test_people_are_found_by_subject_and_by_any_word_for_it(world: World) -> None:
    await world.person(name="甲", **TEA)
    await world.person(name="乙", fields=["兽医"])
    assert await found(world, subject="21040") == await found(world, subject="210") == {"甲"}
    assert (
        await found(world, subject="园艺学")
        == await found(world, field="茶叶")
        == await found(world, field="茶学")
        == {"甲"}
    )
    assert await found(world, subject="230") == {"乙"}
    assert await found(world, subject="没有这门学科") == set()


async def test_people_are_found_by_honour_level_division_and_load(world: World) -> None:
    await world.person(name="甲")
    await world.person(name="乙", honours=["国贴专家"], title_level="副高", division=OTHER_DISTRICT)
    assert await found(world, honour="国贴专家") == await found(world, title_level="副高") == {"乙"}
    assert await found(world, division=OTHER_DISTRICT) == {"乙"}
    await world.confirmed()
    assert not {"甲", "乙"} - await found(world, max_load=0)
    assert "专家3" not in await found(world, max_load=0)


async def test_those_who_are_away_are_not_found_for_that_time(world: World) -> None:
    person = await world.person(name="甲")
    await world.person(name="乙")
    period = {"starts_on": "2020-06-01", "ends_on": "2020-06-30", "available": False, "note": "出访"}
    own = world.expert(person)
    body = {"periods": [period], "days_per_month": 4}
    await done(await own.put(f"/v1/people/{person}/availability", json=body, headers={"If-Match": '"1"'}))
    assert await found(world, available_from="2020-06-30", available_to="2020-07-31") == {"乙"}
    assert await found(world, available_from="2020-07-01") == {"甲", "乙"}
    shown = await record(world, person)
    assert (shown["days_per_month"], shown["availability"]) == (4, [period])
    over = {"periods": [period, {**period, "starts_on": "2020-06-30", "ends_on": "2020-08-01"}]}
    answer = await own.put(f"/v1/people/{person}/availability", json=over, headers={"If-Match": '"2"'})
    assert answer.status_code == 422
    assert (await record(world, person))["availability"] == [period]


async def test_a_record_shows_subjects_load_and_the_graded_history_of_service(world: World) -> None:
    roster = await world.serving()
    await world.deliver(roster.published("excellent"))
    shown = await record(world, roster.lead, world.expert(roster.member))
    assert shown["subjects"] == [{"code": "21040", "name": "园艺学"}]
    assert shown["load"] == {"live_teams": 1, "open_claims": 0, "entries_this_year": 1}
    [served] = shown["service"]
    assert (served["role"], served["grade"], served["year"], served["status"]) == ("lead", "excellent", 2020, "serving")
    assert (shown["credentials"], shown["employments"], shown["unit_said"]) == (None, None, None)


async def test_experts_keep_their_own_record_and_nothing_else(world: World, events: Any, connection: Any) -> None:
    person, other = await world.person(), await world.person()
    own = world.expert(person)
    changed = await done(await change(world, person, own, phone="13700000000", fields=["兽医"], willing=False))
    assert (changed["fields"], changed["willing"]) == (["兽医"], False)
    assert await found(world, subject="23030") == {changed["name"]}
    [told] = await events(PersonEdited)
    assert told.fields == ["fields", "phone", "willing"]
    assert "13700000000" not in told.model_dump_json()
    refused = await change(world, person, own, name="改名", citizen_id=citizen_id(77))
    assert (refused.status_code, codes(refused)) == (403, {"person.not_own"})
    assert len(refused.json()["errors"]) == 2
    assert (await change(world, other, own, phone="13700000000")).status_code == 404
    stale = await own.patch(f"/v1/people/{person}", json={"phone": "13600000000"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


async def test_a_mistyped_citizen_id_is_corrected_with_a_reason_and_another_one_is_not(
    world: World, events: Any
) -> None:
    person = await world.person()
    right, elsewhere = citizen_id(1), citizen_id(29)
    await done(await change(world, person, world.bureau, health="良好"))
    without = await change(world, person, world.bureau, citizen_id=elsewhere)
    assert codes(without) == {"person.reason_missing", "person.another_id"}
    broken = await change(world, person, world.bureau, citizen_id=right[:-1] + "Y", phone="1", reason="录错")
    assert {error["pointer"] for error in broken.json()["errors"]} == {"/citizen_id", "/phone"}
    slip = _one_digit_off(right)
    corrected = await change(world, person, world.bureau, citizen_id=slip, reason="登记时末位录错")
    assert corrected.status_code == 200
    assert (await events(PersonEdited))[-1].fields == ["citizen_id"]
    assert slip not in str([event.model_dump_json() for event in await events()])


def _one_digit_off(number: str) -> str:
    """A citizen id that holds and differs in one digit of the order and the check digit."""
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    body = number[:16] + str((int(number[16]) + 1) % 10)
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


async def test_a_changed_unit_stays_in_the_history_and_must_agree_anew(world: World) -> None:
    person = await world.person()
    moved = await done(await change(world, person, world.bureau, unit_name="区农科所", unit_code=OTHER_UNIT))
    assert moved["unit_agrees"] is False
    units = [(unit["unit_name"], unit["ends_on"] is None) for unit in (await record(world, person))["employments"]]
    assert units == [("三峡学院", False), ("区农科所", True)]
    assert (await world.unit(UNIT).post(f"/v1/people/{person}/agree")).status_code == 404
    assert (await done(await world.unit(OTHER_UNIT).post(f"/v1/people/{person}/agree")))["unit_agrees"] is True
    silent = await world.unit(OTHER_UNIT).post(f"/v1/people/{person}/withdraw_agreement", json={"reason": " "})
    assert codes(silent) == {"person.reason_missing"}
    body = {"reason": "承担重大专项"}
    await done(await world.unit(OTHER_UNIT).post(f"/v1/people/{person}/withdraw_agreement", json=body))
    shown = await record(world, person, world.unit(OTHER_UNIT))
    assert (shown["unit_agrees"], shown["unit_said"]) == (False, "承担重大专项")
    assert await found(world, world.unit(OTHER_UNIT)) == {shown["name"]}


async def test_an_own_claim_counts_once_the_bureau_has_seen_the_evidence(world: World, events: Any) -> None:
    person = await world.person(honours=[], title="讲师", title_level="中级")
    own = world.expert(person)
    honour = {"kind": "honour", "name": "市学术技术带头人", "issued_by": "市人社局", "issued_on": "2019-05-01"}
    title = {"kind": "title", "name": "研究员", "level": "正高"}
    made = [await done(await own.post(f"/v1/people/{person}/credentials", json=body), 201) for body in (honour, title)]
    assert (await record(world, person))["title_level"] == "中级"
    waiting = await done(await world.bureau.get("/v1/credentials", params={"status": "claimed", "person_id": person}))
    assert {row["name"] for row in waiting["items"]} == {"讲师", "市学术技术带头人", "研究员"}
    ids = {"ids": [row["id"] for row in made]}
    assert (await own.post("/v1/credentials/verify", json=ids)).status_code == 403
    answer = await done(await world.bureau.post("/v1/credentials/verify", json=ids))
    assert [row["ok"] for row in answer["results"]] == [True, True]
    shown = await record(world, person, own)
    assert (shown["title"], shown["title_level"], shown["verdicts"]) == ("研究员", "正高", {"市学术技术带头人": True})
    assert {type(event) for event in await events()} >= {CredentialVerified}
    again = await done(await world.bureau.post("/v1/credentials/verify", json=ids))
    assert [row["reasons"][0]["code"] for row in again["results"]] == ["credential.status"] * 2


async def test_a_refused_honour_never_counts_and_can_be_claimed_again(world: World, events: Any) -> None:
    person = await world.person()
    own = world.expert(person)
    listed = await done(await own.get("/v1/credentials", params={"kind": "honour"}))
    [key] = [row["id"] for row in listed["items"]]
    silent = await world.bureau.post(f"/v1/credentials/{key}/refuse", json={"reason": ""})
    assert codes(silent) == {"credential.reason_missing"}
    bulk = {"ids": [key, str(uuid4())], "reason": "证书编号查无"}
    answer = await done(await world.bureau.post("/v1/credentials/refuse", json=bulk))
    assert sorted(row["ok"] for row in answer["results"]) == [False, True]
    assert (await record(world, person))["verdicts"] == {"市学术技术带头人": False}
    assert len(await events(CredentialRefused)) == 1
    shown = await done(await own.get(f"/v1/credentials/{key}"))
    assert (shown["reason"], [action["action"] for action in shown["actions"]]) == ("证书编号查无", ["claim"])
    strange = {"evidence": [str(uuid4())]}
    assert codes(await own.post(f"/v1/credentials/{key}/claim", json=strange)) == {"credential.evidence_unknown"}
    await done(await own.post(f"/v1/credentials/{key}/claim", json={}))
    assert (await record(world, person))["verdicts"] == {}


async def test_what_is_wrong_with_a_claim_is_said_at_once(world: World) -> None:
    person = await world.person()
    bad = {
        "kind": "title",
        "name": "研究员",
        "level": "高级",
        "issued_on": "2150-01-01",
        "valid_until": "2149-01-01",
        "evidence": [str(uuid4())],
    }
    answer = await world.bureau.post(f"/v1/people/{person}/credentials", json=bad)
    assert codes(answer) == {
        "credential.level",
        "credential.issued_on",
        "credential.valid_until",
        "credential.evidence_unknown",
    }
    twice = {"kind": "honour", "name": "市学术技术带头人"}
    assert codes(await world.bureau.post(f"/v1/people/{person}/credentials", json=twice)) == {"credential.twice"}


async def test_an_honour_ends_with_its_validity(world: World, clock: Any, run_due_jobs: Any, events: Any) -> None:
    person = await world.person(honours=[])
    body = {"kind": "honour", "name": "市特聘专家", "valid_until": str(clock.now.date())}
    made = await done(await world.bureau.post(f"/v1/people/{person}/credentials", json=body), 201)
    await done(await world.bureau.post(f"/v1/credentials/{made['id']}/verify"))
    await run_due_jobs()
    assert (await record(world, person))["verdicts"] == {"市特聘专家": True}
    await clock.set(clock.now.replace(hour=0, minute=1) + timedelta(days=1))
    await run_due_jobs()
    assert (await record(world, person))["verdicts"] == {"市特聘专家": False}
    assert len(await events(CredentialExpired)) == 1


async def test_evidence_and_reasons_are_not_for_every_expert(world: World) -> None:
    person, other = await world.person(), await world.person()
    mine = await done(await world.expert(person).get("/v1/credentials"))
    stranger = world.expert(other)
    assert {row["person_id"] for row in mine["items"]} == {person}
    assert (await stranger.get(f"/v1/credentials/{mine['items'][0]['id']}")).status_code == 404
    assert (
        await stranger.post(f"/v1/people/{person}/credentials", json={"kind": "honour", "name": "x"})
    ).status_code == 404
    far = world.as_(world.actors.change(world.actors.district, division=OTHER_DISTRICT))
    assert (await done(await far.get("/v1/credentials")))["items"] == []


async def test_the_template_is_what_the_import_reads_whatever_the_districts_call_its_columns(world: World) -> None:
    template = await world.district.get("/v1/people/template")
    book: Any = openpyxl.load_workbook(io.BytesIO(template.content))
    sheet = book.active
    said = {
        "证件号码": "身份证号",
        "联系电话": "手机号",
        "专业领域": "研究方向",
        "工作单位": "所在单位",
        "职称级别": "职称等级",
    }
    headers = [cell.value for cell in sheet[1]]
    for cell in sheet[1]:
        cell.value = said.get(cell.value, cell.value)
    row = {
        "姓名": "张　三",
        "性别": "男性",
        "证件号码": f" {citizen_id(1)}",
        "工作单位": "三峡学院",
        "单位统一社会信用代码": UNIT,
        "职称": "研究员",
        "职称级别": "正高级",
        "人才称号": "市学术技术带头人；国贴专家",
        "专业领域": "茶学/植保",
        "联系电话": "139 0000 0001",
        "所在区县代码": 500101,
        "本人意愿": "愿意",
        "单位意见": "不同意",
    }
    sheet.append([row.get(name) for name in headers])
    out = io.BytesIO()
    book.save(out)
    upload = {"file": ("experts.xlsx", out.getvalue())}
    answer = await done(await world.bureau.post("/v1/people/import", files=upload))
    shown = await record(world, answer["people"][0]["person_id"])
    assert (shown["name"], shown["gender"], shown["title_level"]) == ("张三", "男", "正高")
    assert (shown["honours"], shown["fields"]) == (["市学术技术带头人", "国贴专家"], ["茶学", "植保"])
    assert (shown["unit_agrees"], [subject["code"] for subject in shown["subjects"]]) == (False, ["21040", "21060"])


async def test_an_export_is_the_list_as_filtered_without_ids_phones_or_formulas(world: World) -> None:
    await world.person(name="=cmd|calc", fields=["茶学"])
    await world.person(name="乙", fields=["兽医"])
    asked = {"subject": "210", "format": "csv"}
    text = (await world.bureau.get("/v1/people/export", params=asked)).content.decode("utf-8-sig")
    assert "'=cmd|calc" in text
    assert "乙" not in text
    assert citizen_id(1) not in text
    assert "139000" not in text
    book: Any = openpyxl.load_workbook(io.BytesIO((await world.bureau.get("/v1/people/export")).content)).active
    assert [row[0] for row in book.iter_rows(min_row=2, values_only=True)] == ["'=cmd|calc", "乙"]
    own = await world.unit(OTHER_UNIT).get("/v1/people/export", params={"format": "csv"})
    assert len(own.content.decode("utf-8-sig").splitlines()) == 1
    assert (await world.expert(str(uuid4())).get("/v1/people/export")).status_code == 403


async def test_experts_of_an_older_release_are_found_once_the_system_is_prepared(world: World, session: Any) -> None:
    person = await world.person(name="张茶")
    await session.execute(sa.update(Person).where(Person.id == UUID(person)).values(keys=[]))
    await session.flush()
    assert await found(world, q="茶") == set()
    assert await index_people(session) == 1
    assert await index_people(session) == 0
    assert await found(world, q="茶") == {"张茶"}
