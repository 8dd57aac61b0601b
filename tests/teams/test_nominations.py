"""Nominations: units put their people forward, and what becomes of them."""

import io
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest

from services.teams.rules import nomination as rules
from services.teams.rules.nomination import NominatedRound
from services.teams.rules.person import PersonFacts
from shared.actor import Actor
from shared.contracts.orders import RoundDecided
from shared.contracts.teams import (
    NominationMatched,
    NominationPlaced,
    NominationReleased,
    NominationUnplaced,
    NominationWithdrawn,
    PersonNominated,
)
from shared.errors import Forbidden, NotAllowed, Refused
from shared.spreadsheet import XLSX
from tests.teams.factories import OTHER_UNIT, UNIT, World, citizen_id, codes, done
from tests.teams.posts import Posts

BUREAU = Actor(id="b", roles=frozenset({"bureau"}), division="500000000000")
OF_UNIT = Actor(id="u", roles=frozenset({"unit"}), unit=UNIT)
ROUND = NominatedRound("500000000000", "open", ("nomination",))
PERSON = PersonFacts("张三", "正高")


def test_a_unit_nominates_its_own_people_while_the_round_is_open() -> None:
    assert rules.nominate(ROUND, PERSON, UNIT, OF_UNIT) == "nominated"
    assert rules.nominate(ROUND, PERSON, OTHER_UNIT, BUREAU) == "nominated"


def test_everything_that_keeps_a_nomination_out_is_said_at_once() -> None:
    closed = NominatedRound("500000000000", "closed", ("nomination",))
    unwilling = PersonFacts("李四", "正高", willing=False)
    with pytest.raises(Refused) as refusal:
        rules.nominate(closed, unwilling, OTHER_UNIT, OF_UNIT)
    assert {reason.code for reason in refusal.value.reasons} == {
        "nomination.round_closed",
        "nomination.not_own",
        "person.unwilling",
    }
    with pytest.raises(Refused) as refusal:
        rules.nominate(NominatedRound("500000000000", "open", ()), PERSON, "", BUREAU)
    assert {reason.code for reason in refusal.value.reasons} == {"nomination.not_asked", "nomination.no_unit"}


def test_a_bureau_of_elsewhere_nominates_nobody() -> None:
    with pytest.raises(Forbidden):
        rules.nominate(NominatedRound("420000000000", "open", ("nomination",)), PERSON, UNIT, BUREAU)


def test_a_nomination_moves_as_its_table_says() -> None:
    assert rules.match("nominated") == rules.match("unplaced") == "matched"
    assert rules.place("nominated") == rules.place("unplaced") == "placed"
    assert rules.release("matched") == rules.release("placed") == "nominated"
    assert rules.unplace("nominated") == "unplaced"
    for moved in (rules.match, rules.place, rules.unplace):
        with pytest.raises(NotAllowed):
            moved("matched")


def test_only_the_unit_withdraws_and_only_with_a_reason_and_before_anyone_counts_on_the_person() -> None:
    assert rules.withdraw("nominated", UNIT, OF_UNIT, "工作需要", held=False) == "withdrawn"
    with pytest.raises(Forbidden):
        rules.withdraw("nominated", OTHER_UNIT, OF_UNIT, "工作需要", held=False)
    with pytest.raises(Refused) as refusal:
        rules.withdraw("nominated", UNIT, OF_UNIT, " ", held=True)
    assert {reason.code for reason in refusal.value.reasons} == {"nomination.reason_missing", "nomination.held"}
    with pytest.raises(NotAllowed):
        rules.withdraw("matched", UNIT, OF_UNIT, "工作需要", held=False)


@pytest.fixture
async def posts(world: World) -> Posts:
    """An open round of posts, in which units nominate."""
    posts = Posts(world)
    await posts.open()
    return posts


async def test_each_row_of_a_units_list_stands_or_falls_alone(posts: Posts, events: Any) -> None:
    own, other = await posts.world.person(), await posts.world.person(unit_code=OTHER_UNIT, unit_name="区农业农村委")
    answer = await posts.nominate(own, other, str(uuid4()))
    rows = {row["id"]: row for row in answer["results"]}
    assert (rows[own]["ok"], rows[own]["status"]) == (True, "nominated")
    assert [reason["code"] for reason in rows[other]["reasons"]] == ["nomination.not_own"]
    assert [row["reasons"][0]["code"] for key, row in rows.items() if key not in (own, other)] == ["person.not_found"]
    assert [str(event.person_id) for event in await events(PersonNominated)] == [own]
    again = await posts.nominate(own)
    assert [reason["code"] for reason in again["results"][0]["reasons"]] == ["nomination.nominated_already"]


async def test_a_person_listed_twice_is_refused_as_a_whole(posts: Posts) -> None:
    person = await posts.world.person()
    body = {"nominations": [{"person_id": person}, {"person_id": person}]}
    answer = await posts.world.unit().post(f"/v1/rounds/{posts.world.round_id}/nominations", json=body)
    assert answer.status_code == 422


async def test_a_unit_sees_its_own_nominations_an_expert_theirs_the_bureau_all(posts: Posts) -> None:
    world = posts.world
    own, other = await world.person(), await world.person(unit_code=OTHER_UNIT, unit_name="区农业农村委")
    await posts.nominate(own)
    await posts.nominate(other, unit=OTHER_UNIT)
    path = f"/v1/rounds/{world.round_id}/nominations"
    seen = {
        "bureau": await done(await world.bureau.get(path)),
        "unit": await done(await world.unit().get(path)),
        "expert": await done(await world.expert(other).get(path)),
        "district": await done(await world.district.get(path)),
    }
    assert {role: {row["person_id"] for row in found["items"]} for role, found in seen.items()} == {
        "bureau": {own, other},
        "unit": {own},
        "expert": {other},
        "district": set(),
    }
    hidden = seen["expert"]["items"][0]["id"]
    assert (await world.unit().get(f"/v1/nominations/{hidden}")).status_code == 404
    shown = await done(await world.bureau.get(f"/v1/nominations/{hidden}"))
    assert (shown["unit_code"], shown["status"]) == (OTHER_UNIT, "nominated")
    figures = await done(await world.bureau.get(f"{path}/figures"))
    assert figures == {
        "units": 2,
        "nominated": 2,
        "waiting": 2,
        "matched": 0,
        "placed": 0,
        "unplaced": 0,
        "withdrawn": 0,
    }
    history = await done(await world.bureau.get(f"/v1/nominations/{hidden}/history"))
    assert [entry["type"] for entry in history if entry["type"].startswith("teams.")] == [
        "teams.nomination.nominated.v1"
    ]


async def test_who_is_not_nominated_cannot_submit_and_a_nomination_is_the_units_consent(posts: Posts) -> None:
    world = posts.world
    person, post = await world.person(), await posts.post()
    claim = await posts.claim(person, post)
    refused = await world.expert(person).post(f"/v1/teams/{claim}/submit")
    assert codes(refused) == {"team.not_nominated", "team.unit_not_consented"}
    assert (await done(await posts.nominate_answer(person)))["results"][0]["ok"]
    assert (await done(await world.expert(person).post(f"/v1/teams/{claim}/submit")))["status"] == "submitted"


async def test_a_withdrawn_nomination_ends_the_persons_claims(posts: Posts, events: Any) -> None:
    world = posts.world
    person, post = await world.person(), await posts.post()
    await posts.nominate(person)
    claim = await posts.submitted(person, post)
    key = await posts.nomination_of(person)
    assert (
        await world.unit(OTHER_UNIT).post(f"/v1/nominations/{key}/withdraw", json={"reason": "x"})
    ).status_code == 404
    withdrawn = await done(await world.unit().post(f"/v1/nominations/{key}/withdraw", json={"reason": "工作需要"}))
    assert (withdrawn["status"], withdrawn["reason"]) == ("withdrawn", "工作需要")
    team = await posts.read(claim)
    assert (team["status"], team["ending"]["code"]) == ("rejected", "team.nomination_withdrawn")
    assert [event.nomination_id for event in await events(NominationWithdrawn)] == [UUID(key)]
    assert (await posts.nominate(person))["results"][0]["ok"]  # the unit may think again


async def test_a_confirmed_claim_matches_the_nomination_and_its_end_releases_it(posts: Posts, events: Any) -> None:
    world = posts.world
    person, post = await world.person(), await posts.post()
    await posts.nominate(person)
    claim = await posts.confirmed(person, post)
    shown = await done(await world.bureau.get(f"/v1/nominations/{await posts.nomination_of(person)}"))
    assert (shown["status"], shown["team_id"]) == ("matched", claim)
    assert [str(event.team_id) for event in await events(NominationMatched)] == [claim]
    await done(await world.bureau.post(f"/v1/teams/{claim}/dissolve", json={"reason": "岗位撤销"}))
    shown = await done(await world.bureau.get(f"/v1/nominations/{shown['id']}"))
    assert (shown["status"], shown["team_id"]) == ("nominated", None)
    assert len(await events(NominationReleased)) == 1


async def test_a_decided_round_leaves_over_whom_nobody_has(posts: Posts, deliver: Any, events: Any) -> None:
    world = posts.world
    chosen, left, noticed = [await world.person() for _ in range(3)]
    await posts.nominate(chosen, left, noticed)
    await posts.confirmed(chosen, await posts.post())
    await posts.submitted(left, await posts.post())
    waiting = await posts.on_notice(noticed, await posts.post())
    await deliver(RoundDecided(round_id=world.round_id))
    status = await posts.outcomes()
    assert (status[chosen], status[left], status[noticed]) == ("matched", "unplaced", "nominated")
    assert [str(event.person_id) for event in await events(NominationUnplaced)] == [left]
    await deliver(posts.notice_confirmed(waiting))
    assert (await posts.outcomes())[noticed] == "matched"


async def test_who_was_left_over_may_still_be_placed(posts: Posts, deliver: Any, events: Any) -> None:
    world = posts.world
    person, post = await world.person(), await posts.post()
    await posts.nominate(person)
    await deliver(RoundDecided(round_id=world.round_id))
    assert (await posts.outcomes())[person] == "unplaced"
    team = await posts.placed(person, post)
    await posts.accept_place(team, person)
    await posts.propose(team)
    await deliver(posts.notice_confirmed(team))
    assert (await posts.outcomes())[person] == "placed"
    assert len(await events(NominationPlaced)) == 1


HEADER = ("序号", "姓名", "证件号码", "单位统一社会信用代码", "意向岗位", "推荐理由")


def workbook(*lines: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (["推荐人选汇总表"], HEADER, *lines):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def send(posts: Posts, content: bytes, accept: str = "application/json") -> Any:
    upload = {"file": ("list.xlsx", content, XLSX)}
    path = f"/v1/rounds/{posts.world.round_id}/nominations/import"
    return await posts.world.unit().post(path, files=upload, headers={"Accept": accept})


async def test_a_units_list_is_imported_and_the_same_file_again_changes_nothing(posts: Posts) -> None:
    people = [await posts.world.person() for _ in range(3)]
    lines = [(n, f"专家{n}", citizen_id(n), UNIT, "副县长", "熟悉茶产业") for n in (1, 2, 3)]
    first = await done(await send(posts, workbook(*lines)))
    assert (first["rows"], first["created"], first["existing"]) == (3, 3, 0)
    again = await done(await send(posts, workbook(*lines)))
    assert (again["created"], again["existing"]) == (0, 3)
    assert again["nominations"] == first["nominations"]
    found = await done(await posts.world.bureau.get(f"/v1/nominations/{first['nominations'][1]['nomination_id']}"))
    assert (found["person_id"], found["wish"], found["grounds"]) == (people[1], "副县长", "熟悉茶产业")


async def test_the_list_comes_back_with_every_faulty_cell_marked_and_nobody_is_nominated(posts: Posts) -> None:
    await posts.world.person()
    await posts.world.person(unit_code=OTHER_UNIT, unit_name="区农业农村委")
    content = workbook(
        (1, "张三", citizen_id(1), OTHER_UNIT, "", ""),
        (2, "专家2", citizen_id(2), "", "", ""),
        (3, "专家3", citizen_id(3), "", "", ""),
        (4, "专家1", citizen_id(1), "", "", ""),
    )
    answer = await send(posts, content)
    assert answer.status_code == 422
    assert {error["pointer"]: error["code"] for error in answer.json()["errors"]} == {
        "/rows/3/姓名": "person.name_differs",
        "/rows/3/单位统一社会信用代码": "person.unit_differs",
        "/rows/4/姓名": "nomination.not_own",
        "/rows/5/证件号码": "person.not_found",
        "/rows/6/证件号码": "person.listed_twice",
    }
    assert (await posts.outcomes()) == {}
    marked = await send(posts, content, accept=XLSX)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(marked.content)).active
    assert sheet.cell(5, 3).comment is not None
    assert sheet.cell(4, 2).comment.text.startswith("第4行")


async def test_a_round_that_asks_no_unit_takes_no_nominations(world: World) -> None:
    person = await world.person()
    answer = await done(
        await world.unit().post(
            f"/v1/rounds/{world.round_id}/nominations", json={"nominations": [{"person_id": person}]}
        )
    )
    assert [reason["code"] for reason in answer["results"][0]["reasons"]] == ["nomination.not_asked"]
    unknown = await world.unit().post(
        f"/v1/rounds/{uuid4()}/nominations", json={"nominations": [{"person_id": person}]}
    )
    assert unknown.status_code == 404
