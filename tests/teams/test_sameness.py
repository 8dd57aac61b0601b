"""One person once: two spellings found, told apart, merged; and what keeps two records apart."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.teams.queries.sameness import _worth_comparing
from services.teams.rules import sameness
from services.teams.rules.sameness import MergeFacts, RecordFacts
from shared.contracts.teams import PersonMerged, PersonToldApart
from tests.teams.factories import OTHER_UNIT, World, citizen_id, codes, done
from tests.teams.posts import Posts
from tests.teams.review_factories import competing
from tests.teams.test_concurrency import busy as busy

ONE = RecordFacts("1", "张伟明", "zhangweiming", "男", "U", "500101000000", "p1", "b1")
REASON = {"reason": "同一人两次登记"}


def reasons(**other: str) -> set[str]:
    found = sameness.likeness(ONE, replace(ONE, id="2", **other))
    return {reason.code for reason in found.reasons} if found.score >= sameness.LIKELY else set()


def test_the_same_name_in_the_same_unit_is_shown_with_every_reason() -> None:
    assert reasons() == {"same.name", "same.phone", "same.birth", "same.unit", "same.gender"}
    assert "other.birth" in reasons(birth_key="b2", phone_key="")


def test_a_name_in_other_characters_sounds_the_same() -> None:
    assert "same.sound" in reasons(name="張偉明", phone_key="p2", birth_key="")
    assert reasons(name="章维鸣", phone_key="p2", birth_key="", unit_code="V", division="510101000000") == set()


def test_one_other_character_needs_phone_or_birth_date() -> None:
    different = {"name": "张伟民", "sound": "zhangweimin", "unit_code": "V", "division": "510101000000"}
    assert "same.character" in reasons(**different, phone_key="p2")
    assert "same.character" in reasons(**different, birth_key="b2")
    assert reasons(**different, phone_key="p2", birth_key="b2") == set()


def test_another_name_is_another_person_even_with_the_same_phone() -> None:
    assert reasons(name="李娜", sound="lina") == set()


def test_another_gender_weighs_against_a_like_name() -> None:
    assert reasons(phone_key="", birth_key="", gender="女") == set()


def test_everything_that_keeps_two_records_apart_is_said_at_once() -> None:
    facts = MergeFacts(
        same=True,
        merged=True,
        places=({"t"}, {"t"}),
        claims=({"c"}, {"c"}),
        nominated=({"n"}, {"n"}),
        reviews=({"r"}, {"r"}),
        live=2,
        limit=1,
    )
    assert {reason.code for reason in sameness.merge_obstacles(facts)} == {
        "person.merge_self",
        "person.merged",
        "person.same_team",
        "person.same_claim",
        "person.same_nomination",
        "person.same_review",
        "person.merge_busy",
        "person.reason_missing",
    }


def test_nobody_reviews_a_team_of_the_record_that_becomes_their_own() -> None:
    facts = MergeFacts(same=False, merged=False, places=(set(), {"t"}), reviews=({"t"}, set()), reason="x")
    assert [reason.code for reason in sameness.merge_obstacles(facts)] == ["person.same_review"]


def test_ten_thousand_records_make_few_pairs_and_lose_none() -> None:
    crowd = [
        RecordFacts(str(n), f"专家{n}", f"zhuanjia{n}", "", f"U{n % 50}", "500101000000", f"p{n}", f"b{n % 3000}")
        for n in range(10_000)
    ]
    twin = replace(crowd[7], id="twin", name="專家7")
    pairs = {(one.id, other.id) for one, other in _worth_comparing([*crowd, twin])}
    assert ("7", "twin") in pairs
    assert len(pairs) < 10_000


async def test_two_spellings_are_found_told_apart_and_not_shown_again(world: World, events: Any) -> None:
    first = await world.person(name="张伟明")
    second = await world.person(name="張偉明", phone="13900000001")
    await world.person(name="李娜")
    shown = await done(await world.bureau.get("/v1/people/duplicates"))
    [pair] = shown["items"]
    assert (shown["found"], {pair["first"]["id"], pair["second"]["id"]}) == (1, {first, second})
    assert {"same.sound", "same.phone", "same.unit"} <= {reason["code"] for reason in pair["reasons"]}
    assert "13900000001" not in str(shown)
    assert citizen_id(1) not in str(shown)
    assert (await world.district.get("/v1/people/duplicates")).status_code == 403
    body = {"other_id": second, "reason": "系堂兄弟"}
    await done(await world.bureau.post(f"/v1/people/{first}/tell_apart", json=body))
    assert (await done(await world.bureau.get("/v1/people/duplicates")))["items"] == []
    assert codes(await world.bureau.post(f"/v1/people/{first}/tell_apart", json=body)) == {"person.told_apart"}
    assert len(await events(PersonToldApart)) == 1


async def test_a_merged_record_hands_over_its_teams_honours_and_history(world: World, events: Any) -> None:
    roster = await world.serving()
    stays = await world.person(name="专家1", honours=["国贴专家"])
    answer = await world.bureau.post(f"/v1/people/{roster.lead}/merge", json={"into": stays, **REASON})
    kept = await done(answer)
    assert (kept["id"], set(kept["honours"])) == (stays, {"国贴专家", "市学术技术带头人"})
    assert (await roster.read())["lead_id"] == stays
    shown = await done(await world.bureau.get(f"/v1/people/{roster.lead}"))
    assert (shown["id"], shown["load"]["live_teams"], shown["load"]["entries_this_year"]) == (stays, 1, 1)
    assert {person["id"] for person in (await done(await world.bureau.get("/v1/people")))["items"]} >= {stays}
    assert roster.lead not in str(await done(await world.bureau.get("/v1/people")))
    [told] = await events(PersonMerged)
    assert (str(told.person_id), str(told.into)) == (roster.lead, stays)
    again = await world.bureau.post(f"/v1/people/{roster.lead}/merge", json={"into": stays, **REASON})
    assert "person.merged" in codes(again)


async def test_a_list_with_the_id_of_a_merged_record_means_the_one_that_stays(world: World) -> None:
    from tests.teams.test_people import line, send, workbook

    gone, stays = await world.person(), await world.person()
    await done(await world.bureau.post(f"/v1/people/{gone}/merge", json={"into": stays, **REASON}))
    answer = await done(await send(world, workbook(line(1, 姓名="另写"))))
    assert (answer["people"][0]["person_id"], answer["created"], answer["updated"]) == (stays, 0, 0)


async def test_a_merged_record_is_nobody_to_invite(world: World) -> None:
    lead, gone, stays = [await world.person() for _ in range(3)]
    await done(await world.bureau.post(f"/v1/people/{gone}/merge", json={"into": stays, **REASON}))
    team = await world.form(lead)
    body = {"members": [{"person_id": gone, "role": "member"}]}
    answer = await world.expert(lead).post(f"/v1/teams/{team['id']}/members", json=body)
    assert codes(answer) == {"person.merged_record"}


async def test_whoever_was_offered_the_lead_takes_it_over_as_the_record_that_stays(world: World) -> None:
    roster, stays = await world.forming(member=await world.person()), await world.person()
    await done(await roster.as_lead.post(f"{roster.path}/hand_over", json={"person_id": roster.member}))
    await done(await world.bureau.post(f"/v1/people/{roster.member}/merge", json={"into": stays, **REASON}))
    await done(await world.expert(stays).post(f"{roster.path}/take_over"))
    assert (await done(await world.bureau.get(roster.path)))["lead_id"] == stays


async def test_a_merged_record_is_given_no_right_and_reviews_nothing(world: World) -> None:
    lead, gone, stays = [await world.person() for _ in range(3)]
    await done(await world.bureau.post(f"/v1/people/{gone}/merge", json={"into": stays, **REASON}))
    team = await world.form(lead)
    path = f"/v1/teams/{team['id']}/delegates/{gone}"
    answer = await world.expert(lead).post(path, json={"right": "deputy"})
    assert codes(answer) == {"person.merged_record"}
    panel = await competing(world)
    named = await world.bureau.post(f"{panel.path}/panel", json={"reviewers": [{"person_id": gone}]})
    assert codes(named) == {"person.not_found"}


async def test_whoever_is_nominated_while_being_merged_is_nominated_once_and_as_the_record_that_stays(
    busy: World,
) -> None:
    posts = Posts(busy)
    await posts.open()
    for _ in range(4):
        gone, stays = await busy.person(), await busy.person()
        await posts.nominate(stays)
        nominated, merged = await asyncio.gather(
            posts.nominate_answer(gone), busy.bureau.post(f"/v1/people/{gone}/merge", json={"into": stays, **REASON})
        )
        [row] = nominated.json()["results"]
        assert row["ok"] is not (merged.status_code == 200)
        standing = [one["person_id"] for one in await posts.nominations()]
        assert (gone in standing) is row["ok"]


async def test_two_of_one_team_are_not_merged_and_nothing_is_lost(world: World) -> None:
    roster = await world.serving()
    body = {"into": roster.lead, "reason": ""}
    answer = await world.bureau.post(f"/v1/people/{roster.member}/merge", json=body)
    assert codes(answer) == {"person.same_team", "person.merge_busy", "person.reason_missing"}
    assert (await done(await world.bureau.get(f"/v1/people/{roster.member}")))["status"] == "registered"
    unknown = await world.bureau.post(f"/v1/people/{uuid4()}/merge", json={"into": roster.lead, **REASON})
    assert unknown.status_code == 404
    assert (await world.unit().post(f"/v1/people/{roster.member}/merge", json=body)).status_code == 403


async def test_a_triangle_of_merges_at_once_leaves_one_record(busy: World) -> None:
    people = [await busy.person(unit_code=OTHER_UNIT) for _ in range(3)]
    ways = [(people[0], people[1]), (people[1], people[2]), (people[2], people[0])]
    answers = await asyncio.gather(
        *(busy.bureau.post(f"/v1/people/{one}/merge", json={"into": into, **REASON}) for one, into in ways)
    )
    refused = [codes(answer) for answer in answers if answer.status_code != 200]
    assert [answer.status_code for answer in answers].count(200) in (1, 2)
    assert all("person.merged" in why for why in refused)
    left = [person["id"] for person in (await done(await busy.bureau.get("/v1/people")))["items"]]
    assert len(set(left) & set(people)) == 3 - [answer.status_code for answer in answers].count(200)
    for person in people:
        assert (await done(await busy.bureau.get(f"/v1/people/{person}")))["merged_into_id"] is None


async def test_what_is_compared_is_no_phone_and_no_date(world: World, connection: Any) -> None:
    person = await world.person()
    query = sa.text("select phone_key, birth_key, citizen_key from people where id = :id")
    stored = (await connection.execute(query, {"id": UUID(person)})).one()
    assert [len(value) for value in stored] == [64, 64, 64]
