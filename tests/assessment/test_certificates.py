"""Certificates: what they state, that they hold only as long as it is true, and what a stranger's check finds."""

import base64
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.assessment.models import Certificate, LogEntry
from services.assessment.rules import certificate as rules
from services.assessment.rules.certificate import Benefit, Standing
from services.assessment.rules.frozen import canonical, fingerprint
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.assessment import (
    CertificateExpired,
    CertificateIssued,
    CertificateRevoked,
    CertificateSuperseded,
)
from shared.contracts.policy_document import policy_document, policy_hash
from shared.contracts.teams import Introduction, PersonMerged, TeamConcluded, TeamConfirmed
from shared.errors import Forbidden, NotYet, Refused
from shared.identifiers import paper_number, paper_number_error
from shared.signing import is_signed, public_keys, sign
from tests.assessment.factories import UNIT, TeamIds, Year, codes, done, entry, put_on_notice, round_opened
from tests.assessment.test_benefits import OTHER, one, regrade, served

BUREAU = Actor(id="b", roles=frozenset({"bureau"}))
DAY = date(2020, 8, 1)
STANDING = Standing(
    "张三丰",
    "member",
    (UNIT, "三峡学院"),
    "2020年专家服务团",
    "第1服务团",
    "CQ-2020-0001",
    "龙驹镇",
    ("", ""),
    DAY,
    None,
    Decimal("2.5"),
    1,
    {2020: "excellent"},
)


def test_service_runs_from_the_later_beginning_to_the_earlier_end() -> None:
    early, late = date(2020, 3, 1), date(2021, 3, 31)
    assert rules.served(early, None, DAY, late) == (DAY, None)
    assert rules.served(DAY, None, None, None) == (DAY, None)
    assert rules.served(early, date(2021, 5, 1), DAY, late) == (DAY, late)
    assert rules.served(early, date(2020, 9, 1), DAY, late) == (DAY, date(2020, 9, 1))
    assert rules.served(early, date(2020, 4, 1), DAY, None) == (DAY, DAY)


def test_what_falls_away_has_a_reason() -> None:
    assert rules.fallen({2020: "excellent"}, {2020: "excellent", 2021: "qualified"}, (), {}) == ""
    assert rules.fallen({2020: "excellent"}, {}, (), {}) == ""
    assert rules.fallen({2020: "excellent"}, {2020: "qualified"}, ("a",), {"a": "held"}) == "grade_corrected"
    assert rules.fallen({}, {}, ("a", "b"), {"a": "held", "b": "granted"}) == "benefit_held"
    assert rules.fallen({}, {}, ("a", "b"), {"a": "held"}) == "benefit_withdrawn"
    assert rules.fallen({}, {}, ("a",), {"a": "expired"}) == ""
    assert set(rules.REASONS) >= {"grade_corrected", "benefit_held", "benefit_withdrawn", "renewed", "by_hand"}


def test_every_refusal_says_why() -> None:
    with pytest.raises(Refused) as refused:
        rules.issue("benefit", STANDING, "DY-2020-0000011", BUREAU)
    assert {r.code for r in refused.value.reasons} == {"certificate.no_benefit", "certificate.current"}
    with pytest.raises(Forbidden):
        rules.issue("benefit", STANDING, "", Actor("h", frozenset({"host"})))
    with pytest.raises(Refused):
        rules.revoke("issued", " ", BUREAU)


def test_a_certificate_of_benefits_is_valid_as_long_as_the_last_of_them() -> None:
    ends = (date(2023, 1, 1), date(2024, 1, 1))
    given = tuple(Benefit(str(n), "x", DAY, end) for n, end in enumerate(ends))
    some = Standing(*[getattr(STANDING, name) for name in Standing.__slots__[:-1]], benefits=given)
    assert rules.valid_until(some, "benefit") == ends[1]
    assert rules.valid_until(some, "service_record") is None


def test_a_masked_name_keeps_its_first_character() -> None:
    assert [rules.masked(name) for name in ("张三丰", "张三", "张", "")] == ["张**", "张*", "张*", ""]


@given(st.integers(0, 10**9 - 1), st.integers(0, 14), st.sampled_from("0123456789ABCXYZ"))
def test_no_slip_of_one_character_is_another_number(serial: int, place: int, typed: str) -> None:
    number = paper_number("FW", 2021, serial)
    wrong = number[:place] + typed + number[place + 1 :]
    assert wrong == number or paper_number_error(wrong) is not None


@pytest.fixture
async def world(deliver: Any, api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    """A published cycle of one team whose first member came twice."""
    team, people = await served(deliver)
    for day in (1, 2):
        came = {"person_id": people[1].person_id}
        await deliver(entry(team, date(2020, 9, day)).model_copy(update=came))
    run = Year(api, actors, clock, run_due_jobs, [team])
    await run.publish()
    return run, team, people


def asked(team: Any, person: Any, kind: str = "service_record") -> dict[str, str]:
    return {"kind": kind, "team_id": str(team.team_id), "person_id": str(person.person_id)}


async def issued(client: Any, team: Any, person: Any, kind: str = "service_record") -> dict[str, Any]:
    found: dict[str, Any] = await done(await client.post("/v1/certificates", json=asked(team, person, kind)), 201)
    return found


async def test_a_service_record_states_the_person_s_own_confirmed_service(world: Any, events: Any) -> None:
    run, team, people = world
    found = await issued(run.bureau, team, people[1])
    said = found["content"]
    assert (said["days"], said["visits"], said["from"], said["to"]) == ("5.0", 2, "2020-04-01", None)
    assert said["grades"] == [{"year": 2020, "grade": "excellent"}]
    assert (said["name"], said["unit"]["code"], said["order_number"]) == ("某某", UNIT, "CQ-2020-0001")
    assert (found["number"][:8], paper_number_error(found["number"])) == ("FW-2020-", None)
    assert found["url"].endswith(f"/public/certificates/{found['number']}?code={found['code']}")
    [told] = await events(CertificateIssued)
    assert told.content_hash == found["content_hash"]
    again = await run.bureau.post("/v1/certificates", json=asked(team, people[1]))
    assert codes(again) == ["certificate.current"]
    assert found["number"] in again.json()["errors"][0]["text"]
    nothing = await run.bureau.post("/v1/certificates", json=asked(team, people[2]))
    assert codes(nothing) == ["certificate.no_service"]


async def test_more_service_is_a_new_certificate_that_replaces_the_old(world: Any, deliver: Any, events: Any) -> None:
    run, team, people = world
    first = await issued(run.bureau, team, people[1])
    await deliver(entry(team, date(2020, 9, 3)).model_copy(update={"person_id": people[1].person_id}))
    second = await issued(run.bureau, team, people[1])
    assert second["content"]["visits"] == 3
    old = await done(await run.bureau.get(f"/v1/certificates/{first['id']}"))
    assert (old["status"], old["reason"], old["replaced_by"]) == ("superseded", "renewed", second["number"])
    assert old["content"] == first["content"]
    assert [e.replaced_by for e in await events(CertificateSuperseded)] == [second["number"]]


async def test_a_corrected_grade_revokes_what_stated_it(world: Any, events: Any, session: Any) -> None:
    run, team, people = world
    service = await issued(run.bureau, team, people[1])
    benefits = await issued(run.bureau, team, people[1], "benefit")
    talent = await run.bureau.post("/v1/certificates", json=asked(team, people[3], "benefit"))
    assert codes(talent) == ["certificate.no_benefit"]
    await regrade(run, team, 0)
    assert {(str(e.certificate_id), e.reason) for e in await events(CertificateRevoked)} == {
        (service["id"], "grade_corrected"),
        (benefits["id"], "benefit_held"),
    }
    kinds = sa.select(LogEntry.kind, sa.func.count()).where(LogEntry.kind.startswith("certificate")).group_by("kind")
    assert {row[0]: row[1] for row in await session.execute(kinds)} == {
        "certificate_issued": 2,
        "certificate_revoked": 2,
    }
    hidden = sa.select(LogEntry.address).where(LogEntry.kind.startswith("certificate"))
    assert set(await session.scalars(hidden)) == {""}
    await regrade(run, team, 100)
    again = await issued(run.bureau, team, people[1])
    assert again["number"] != service["number"]


async def test_departments_learn_of_certificates_but_not_whose_they_are(told: Any, world: Any) -> None:
    run, team, people = world
    found = await issued(run.bureau, team, people[1])
    await done(await run.bureau.post(f"/v1/certificates/{found['id']}/revoke", json={"reason": "姓名有误"}))
    [first, second] = (await told())[-2:]
    logged = {"certificate_id": found["id"], "content_hash": found["content_hash"]}
    assert [(one["type"], one["sequence"], one["data"]) for one in (first, second)] == [
        ("certificate.issued", 1, logged),
        ("certificate.revoked", 2, logged),
    ]
    assert first["subject"] == second["subject"] == f"certificate/{found['id']}"


async def test_a_failed_rectification_and_the_bureau_revoke_too(world: Any, events: Any) -> None:
    run, team, people = world
    found = await issued(run.bureau, team, people[0], "benefit")
    path = f"/v1/certificates/{found['id']}/revoke"
    assert codes(await run.bureau.post(path, json={"reason": " "})) == ["certificate.reason"]
    gone = await done(await run.bureau.post(path, json={"reason": "姓名有误"}))
    assert (gone["status"], gone["reason"], gone["note"]) == ("revoked", "by_hand", "姓名有误")
    assert codes(await run.bureau.post(path, json={"reason": "姓名有误"})) == ["certificate.status"]
    checked = await done(await run.seen(f"/public/certificates/{found['number']}"))
    assert (checked["result"], checked["reason"]) == ("revoked", "by_hand")
    assert "姓名有误" not in str(checked)
    assert [e.reason for e in await events(CertificateRevoked)] == ["by_hand"]


async def test_the_name_is_seen_by_whoever_has_the_code(world: Any) -> None:
    run, team, people = world
    found = await issued(run.bureau, team, people[1])
    path = f"/public/certificates/{found['number']}"
    masked = await done(await run.seen(path))
    assert (masked["result"], masked["name"], masked["code"], masked["content"]) == ("valid", "某*", "missing", None)
    wrong = await done(await run.seen(f"{path}?code=AAAAAAAA"))
    assert (wrong["name"], wrong["code"]) == ("某*", "wrong")
    right = await done(await run.seen(f"{path.lower()}?code={found['code'].lower()}"))
    assert (right["name"], right["code"], right["content"]) == ("某某", "right", found["content"])
    slip = paper_number("FW", 2020, 999)
    assert codes(await run.seen(f"/public/certificates/{slip}")) == ["certificate.not_found"]
    assert codes(await run.seen(f"/public/certificates/{slip[:-1]}")) == ["paper_number.wrong"]


@pytest.mark.parametrize("hash_too", [False, True])
async def test_what_was_altered_in_the_table_is_not_vouched_for(world: Any, hash_too: bool, monkeypatch: Any) -> None:
    run, team, people = world
    found = await issued(run.bureau, team, people[1])

    async def altered(session: Any, number: str) -> Any:
        row = await session.scalar(sa.select(Certificate).where(Certificate.number == number))
        session.expunge(row)
        row.content = {**row.content, "name": "李四"}
        row.content_hash = fingerprint(row.content) if hash_too else row.content_hash
        return row

    monkeypatch.setattr("services.assessment.queries.numbered", altered)
    shown = await done(await run.seen(f"/public/certificates/{found['number']}?code={found['code']}"))
    assert (shown["result"], shown["name"], shown["content"]) == ("forged" if hash_too else "altered", "李*", None)


async def test_a_browser_gets_a_page_and_a_program_json_at_one_address(world: Any) -> None:
    run, team, people = world
    found = await issued(run.bureau, team, people[1])
    path = f"/public/certificates/{found['number']}"
    browser = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "accept-language": "zh-CN"}
    for _ in range(2):  # the second time from memory
        program = await run.seen(path)
        assert (program.headers["content-type"], program.headers["vary"]) == ("application/json", "Accept")
        page = await run.api().get(path, headers=browser)
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in page.headers["content-security-policy"]
    assert ("有效" in page.text, "某*" in page.text, "三峡学院" in page.text) == (True, True, False)
    full = await run.api().get(f"{path}?code={found['code']}&lang=en", headers=browser)
    assert ("Valid" in full.text, "某某" in full.text, "2 visit(s)" in full.text) == (True, True, True)
    assert f"{(await done(await run.seen(path)))['issued_on']} (still serving when it was issued)" in full.text
    wrong = await run.api().get(f"{path}?code=AAAAAAAA", headers=browser)
    assert 'class="r">查验码不对' in wrong.text
    assert 'class="r valid"' not in wrong.text
    await done(await run.bureau.post(f"/v1/certificates/{found['id']}/revoke", json={"reason": "有误"}))
    gone = await run.seen(path, **browser)
    assert ("已撤销" in gone.text, "由发证机关撤销" in gone.text) == (True, True)
    none = await run.seen("/public/certificates/%3Cscript%3E", **browser)
    assert (none.status_code, "查无此编号" in none.text, "<script>" in none.text) == (404, True, False)


async def test_whoever_holds_a_paper_finds_where_to_type_its_number(world: Any) -> None:
    run, *_others = world
    form = await run.api().get("/public/certificates.html")
    assert 'name="number"' in form.text
    assert "查无此编号" not in form.text
    asked = await run.api().get("/public/certificates.html", params={"number": " FW/2020\r\nX ", "lang": "en"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/public/certificates/FW%2F2020%0D%0AX?lang=en")


async def check(run: Year, document: dict[str, Any]) -> str:
    answer = await done(await run.api().post("/public/certificates/check", json=document))
    assert answer["zh"]
    return str(answer["result"])


async def test_a_machine_learns_what_is_wrong_with_a_document(world: Any, deliver: Any) -> None:
    run, team, people = world
    found = await issued(run.bureau, team, people[1])
    signed = await done(await run.bureau.get(f"/v1/certificates/{found['id']}/signed"))
    keys = public_keys()
    assert is_signed(canonical(signed["content"]), base64.b64decode(signed["signature"]), keys[signed["key"]])
    assert await check(run, signed) == "valid"
    altered = {**signed, "content": {**signed["content"], "days": "50.0"}}
    assert await check(run, altered) == "altered"
    own = {**signed["content"], "number": paper_number("FW", 2020, 777)}
    genuine = base64.b64encode(sign(canonical(own)).value).decode()
    assert await check(run, {**signed, "content": own, "signature": genuine}) == "forged"
    assert await check(run, {**signed, "signature": base64.b64encode(bytes(64)).decode()}) == "forged"
    assert await check(run, {**signed, "signature": "no base64!"}) == "forged"
    assert await check(run, {**signed, "key": "9-00000000"}) == "unknown_key"
    assert await check(run, {**signed, "content": {**signed["content"], "days": 5.0}}) == "altered"
    assert await check(run, {**signed, "content": {"number": 5}}) == "forged"
    await deliver(entry(team, date(2020, 9, 4)).model_copy(update={"person_id": people[1].person_id}))
    await issued(run.bureau, team, people[1])
    assert await check(run, signed) == "superseded"
    broken = await run.api().post("/public/certificates/check", json={"content": "x"})
    assert broken.status_code == 422


async def test_a_certificate_of_benefits_ends_with_them(world: Any, events: Any) -> None:
    run, team, people = world
    found = await issued(run.bureau, team, people[1], "benefit")
    assert [b["kind"] for b in found["content"]["benefits"]] == ["early_title_evaluation", "programme_priority"]
    assert found["valid_until"] == found["content"]["benefits"][0]["valid_until"]
    await run.clock.set(datetime.fromisoformat(f"{found['valid_until']}T23:00:00+08:00"))
    await run.run_due_jobs()
    assert (await done(await run.seen(f"/public/certificates/{found['number']}")))["result"] == "valid"
    await run.clock.set(datetime(2024, 6, 1, tzinfo=SHANGHAI))
    await run.run_due_jobs()
    assert (await done(await run.seen(f"/public/certificates/{found['number']}")))["result"] == "expired"
    assert len(await events(CertificateExpired)) == 1


async def test_certificates_are_asked_for_by_the_person_the_unit_and_the_bureau(
    world: Any, api: Any, actors: Any
) -> None:
    run, team, people = world
    other = api(actors.change(actors.unit, unit=OTHER))
    foreign = api(actors.change(actors.expert, person=str(people[0].person_id)))
    for client in (other, foreign):
        assert (await client.post("/v1/certificates", json=asked(team, people[1]))).status_code == 404
    for role in ("host", "district", "department", "supervisor"):
        refused = await api(getattr(actors, role)).post("/v1/certificates", json=asked(team, people[1]))
        assert refused.status_code == 403, role
    person = api(actors.change(actors.expert, person=str(people[1].person_id)))
    found = await issued(person, team, people[1])
    unit = api(actors.change(actors.unit, unit=UNIT))
    assert (await done(await unit.get("/v1/certificates")))["items"][0]["id"] == found["id"]
    for client in (other, foreign):
        for part in ("", "/signed", "/paper", "/history"):
            assert (await client.get(f"/v1/certificates/{found['id']}{part}")).status_code == 404
    for role in ("host", "district", "department", "supervisor", "operator", "finance_maker"):
        client = api(getattr(actors, role))
        assert (await done(await client.get("/v1/certificates")))["items"] == [], role
        assert (await client.get(f"/v1/certificates/{found['id']}")).status_code == 404, role
    both = api(actors.change(actors.unit, unit=OTHER, roles=frozenset({"unit", "district"})))
    assert (await both.post("/v1/certificates", json=asked(team, people[1]))).status_code == 404
    unknown = asked(team, people[1]) | {"person_id": str(uuid4())}
    assert (await run.bureau.post("/v1/certificates", json=unknown)).status_code == 404


@pytest.mark.parametrize("kind", ["service_record", "benefit"])
async def test_the_paper_comes_as_pdf_page_and_docx(kind: str, world: Any) -> None:
    run, team, people = world
    found = await issued(run.bureau, team, people[1], kind)
    paper = f"/v1/certificates/{found['id']}/paper"
    pdf = await run.bureau.get(paper)
    assert (pdf.headers["content-type"], pdf.content[:5], len(pdf.content) > 2_000) == (
        "application/pdf",
        b"%PDF-",
        True,
    )
    html = (await run.bureau.get(f"{paper}?format=html")).text
    for part in ("某某", found["number"], found["code"], found["key"], found["content_hash"][:16], "<svg", "特此证明"):
        assert part in html, part
    docx = await run.bureau.get(f"{paper}?format=docx")
    assert docx.content[:2] == b"PK"


async def test_a_merged_person_keeps_the_certificates(world: Any, deliver: Any, session: Any) -> None:
    run, team, people = world
    await issued(run.bureau, team, people[1])
    stays: UUID = uuid4()
    await deliver(PersonMerged(person_id=people[1].person_id, into=stays))
    assert set(await session.scalars(sa.select(Certificate.person_id))) == {stays}
    known = {**asked(team, people[1]), "person_id": str(stays)}
    assert codes(await run.bureau.post("/v1/certificates", json=known)) == ["certificate.current"]


async def test_where_nobody_is_rated_the_team_s_end_certifies_whoever_served(
    deliver: Any, api: Any, actors: Any, events: Any
) -> None:
    document = policy_document({"mode": "lecture"})
    opened = round_opened().model_copy(update={"policy": document, "policy_hash": policy_hash(document)})
    await deliver(opened)
    team = TeamIds(opened.round_id)
    people = [one("lead", team.lead_id), one("member"), one("member")]
    shown = put_on_notice(team).model_dump(include=set(Introduction.model_fields))
    confirmed = TeamConfirmed(**team.all, amount_fen=0, people=people, introduction=Introduction(**shown))
    visit = entry(team, date(2020, 9, 1)).model_copy(update={"person_id": people[0].person_id})
    with pytest.raises(NotYet):
        await deliver(visit)
    await deliver(confirmed)
    for came in people[:2]:
        await deliver(entry(team, date(2020, 9, 1)).model_copy(update={"person_id": came.person_id}))
    first = await issued(api(actors.bureau), team, people[1])
    assert (first["content"]["days"], first["content"]["to"]) == ("2.5", None)
    await deliver(TeamConcluded(**team.all))
    listed = await done(await api(actors.bureau).get("/v1/certificates?status=issued"))
    assert {row["person_id"] for row in listed["items"]} == {str(p.person_id) for p in people[:2]}
    assert first["number"] not in {row["number"] for row in listed["items"]}  # it did not say until when
    await deliver(TeamConcluded(**team.all))
    assert len(await events(CertificateIssued)) == 3
    assert len(await events(CertificateSuperseded)) == 1


async def test_where_teams_are_rated_a_service_record_is_asked_for(world: Any, deliver: Any, events: Any) -> None:
    _run, team, _people = world
    await deliver(TeamConcluded(**team.all))
    assert await events(CertificateIssued) == []
