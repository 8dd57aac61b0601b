"""Matching help: what a score rests on, who may be suggested, key places, and that nothing is changed."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.teams.rules import matching as rules
from services.teams.rules.matching import Candidate, Parts
from services.teams.rules.policy import TeamsPolicy
from shared.contracts.orders import OrderPublished
from shared.coordinates import coordinates, point_of
from shared.errors import Reason
from tests.teams.factories import DISTRICT, HOST, OTHER_DISTRICT, OTHER_UNIT, World, codes, done

POLICY = TeamsPolicy()
TEA, VET = ["茶学"], ["兽医"]


def test_the_same_subject_is_nearer_than_the_same_field_and_another_group_is_none() -> None:
    likeness = [rules.subject_likeness("21040", other) for other in ("21040", "21060", "23030", "52040")]
    assert likeness == [1.0, 0.6, 0.2, 0.0]


def test_subjects_and_words_support_each_other_and_never_pass_one() -> None:
    assert rules.expertise(0.6, 0.0) == 0.6
    assert 0.6 < rules.expertise(0.6, 0.5) < rules.expertise(1.0, 0.5) == 1.0


def test_shared_division_levels_tell_nearness() -> None:
    places = ("500101151002", "500110000000", "500200000000", "510101000000")
    assert [rules.nearness_level("500101000000", place) for place in places] == [
        "county",
        "city",
        "province",
        "elsewhere",
    ]


def test_kilometres_of_two_known_points_and_half_the_nearness_at_the_policys_distance() -> None:
    quarter = rules.distance_km((0.0, 0.0), (0.0, 90.0))
    assert quarter == pytest.approx(10_007.5, abs=0.1)
    assert rules.distance_km((29.5, 106.5), (29.5, 106.5)) == 0
    assert rules.nearness_by_distance(POLICY.matching_half_km, POLICY) == 0.5


def test_nothing_makes_up_for_missing_expertise_and_weights_are_policy() -> None:
    assert rules.score(0.0, 1.0, 1.0, POLICY) == 0
    assert rules.score(1.0, 1.0, 1.0, POLICY) == 1
    near, far = (rules.score(0.6, nearness, 1.0, POLICY) for nearness in (1.0, 0.15))
    blind = replace(POLICY, matching_nearness=0)
    assert near > far
    assert rules.score(0.6, 1.0, 1.0, blind) == rules.score(0.6, 0.15, 1.0, blind)


def test_everything_that_keeps_an_expert_from_leading_is_said_at_once() -> None:
    nobody = Candidate("甲", (Reason("team.lead_honour", "无", "none"),), 1, 1, True, False, False)
    assert [reason.code for reason in rules.candidate_obstacles(nobody)] == [
        "team.lead_honour",
        "matching.suspended",
        "matching.busy",
        "matching.unwilling",
        "matching.unit",
    ]


def test_a_day_away_within_the_term_is_an_absence() -> None:
    away = [(date(2020, 6, 1), date(2020, 6, 30))]
    assert not rules.free_between(date(2020, 6, 30), date(2020, 7, 31), away)
    assert rules.free_between(date(2020, 7, 1), date(2020, 7, 31), away)


def test_reasons_are_words_in_both_languages() -> None:
    parts = Parts(1.0, 1.0, 1.0, 0.5, ("园艺学",), ("茶叶",), "county", 12.34, 1, 0, True)
    said = rules.why(parts)
    assert [reason.code for reason in said] == [
        "matching.subject",
        "matching.words",
        "matching.distance",
        "matching.load",
        "matching.key_place",
    ]
    assert said[2].zh == "同一区县，相距约12公里"
    assert all(reason.en for reason in said)


def test_a_file_of_coordinates_serves_the_villages_of_its_counties(tmp_path: Any) -> None:
    file = tmp_path / "points.csv"
    file.write_text("code,latitude,longitude\n500101,30.8,108.4\n500110,29.0,106.6\n")
    points = coordinates(str(file))
    assert point_of("500101151002", points) == (30.8, 108.4)
    assert point_of("500102000000", points) is None
    assert coordinates("") == {}
    file.with_name("bad.csv").write_text("code,latitude,longitude\n500101,130.8,108.4\n")
    with pytest.raises(ValueError, match="line 2"):
        coordinates(str(file.with_name("bad.csv")))


async def publish(world: World, title: str, expertise: list[str], **changes: Any) -> UUID:
    order_id = uuid4()
    body: dict[str, Any] = {
        "order_id": order_id,
        "round_id": world.round_id,
        "number": f"CQ-2020-{title}",
        "title": title,
        "division": "500101151002",
        "place": title,
        "host_name": "合作社",
        "host_code": HOST,
        "industry": "",
        "expertise": expertise,
        "service_forms": [],
        "people_wanted": 1,
        "starts_on": date(2020, 5, 1),
        "ends_on": date(2021, 4, 30),
        "key_place": False,
        "asked_fen": 10_000_000,
    } | changes
    await world.deliver(OrderPublished(**body))
    return order_id


async def leads(world: World, order: UUID, client: Any = None) -> dict[str, Any]:
    answer: dict[str, Any] = await done(await (client or world.bureau).get(f"/v1/orders/{order}/leads"))
    return answer


async def match(world: World) -> dict[str, Any]:
    answer: dict[str, Any] = await done(await world.bureau.post(f"/v1/rounds/{world.round_id}/matching", json={}))
    return answer


async def test_the_best_leads_of_an_order_come_with_parts_and_reasons(world: World) -> None:
    near = await world.person(name="近", fields=["茶树栽培"])
    far = await world.person(name="远", fields=TEA, division="510101000000")
    akin = await world.person(name="植保", fields=["植物保护"])
    await world.person(name="兽医", fields=["软件工程"])
    found = await leads(world, await publish(world, "茶园", TEA))
    assert [item["person_id"] for item in found["items"]] == [near, akin, far]
    best = found["items"][0]
    assert (best["score"], best["parts"]["words"], best["parts"]["nearness"]) == (1.0, 1.0, 1.0)
    assert [reason["code"] for reason in best["reasons"]] == [
        "matching.subject",
        "matching.words",
        "matching.place",
        "matching.free",
    ]
    assert (found["considered"], found["eligible"]) == (4, 4)


async def test_only_eligible_and_free_leads_are_suggested(world: World) -> None:
    await world.person(name="无称号", honours=[])
    await world.person(name="职称低", title_level="中级")
    await world.person(name="不愿意", willing=False)
    away, unit = await world.person(name="出访"), await world.person(name="单位撤回")
    period = {"starts_on": "2020-12-31", "ends_on": "2021-01-01", "available": False}
    path = f"/v1/people/{away}/availability"
    await done(await world.expert(away).put(path, json={"periods": [period]}, headers={"If-Match": '"1"'}))
    await done(await world.unit().post(f"/v1/people/{unit}/withdraw_agreement", json={"reason": "人手不足"}))
    roster = await world.confirmed()
    good = await world.person(name="可以")
    found = await leads(world, await publish(world, "茶园", TEA))
    assert [item["person_id"] for item in found["items"]] == [good]
    assert roster.lead not in str(found)


async def test_a_district_is_offered_its_own_experts_for_its_own_orders(world: World) -> None:
    own = await world.person(fields=TEA)
    await world.person(fields=TEA, division=OTHER_DISTRICT)
    order = await publish(world, "茶园", TEA)
    assert [item["person_id"] for item in (await leads(world, order, world.district))["items"]] == [own]
    elsewhere = world.as_(world.actors.change(world.actors.district, division=OTHER_DISTRICT))
    assert (await elsewhere.get(f"/v1/orders/{order}/leads")).status_code == 404
    assert (await world.expert(own).get(f"/v1/orders/{order}/leads")).status_code == 403


async def test_an_expert_is_offered_open_orders_and_told_why_none_could_be_led(world: World) -> None:
    vet = await world.person(fields=VET, honours=[])
    fit = await publish(world, "牛病", VET, key_place=True)
    await publish(world, "软件", ["软件工程"])
    found = await done(await world.expert(vet).get(f"/v1/people/{vet}/orders"))
    assert found["items"][0]["order_id"] == str(fit)
    assert [reason["code"] for reason in found["obstacles"]] == ["team.lead_honour"]
    assert "matching.key_place" in {reason["code"] for reason in found["items"][0]["reasons"]}
    other = await world.person()
    assert (await world.expert(other).get(f"/v1/people/{vet}/orders")).status_code == 404
    assert (await world.unit(OTHER_UNIT).get(f"/v1/people/{vet}/orders")).status_code == 404


async def test_a_round_is_matched_as_a_whole_and_nothing_is_changed(world: World, events: Any) -> None:
    tea = await world.person(fields=TEA, division=DISTRICT)
    both = await world.person(fields=[*TEA, *VET], division=DISTRICT)
    cattle = await publish(world, "牛病", VET)
    await publish(world, "软件", ["软件工程"])
    before = len(await events())
    found = await match(world)
    pairs = {item["order"]["order_id"]: item["lead"]["person_id"] for item in found["items"]}
    assert pairs == {str(world.order_id): tea, str(cattle): both}
    [left] = found["left_over"]
    assert (left["title"], [reason["code"] for reason in left["reasons"]]) == ("软件", ["matching.nobody"])
    assert (found["orders"], found["experts"], found["key_places"], found["key_places_served"]) == (3, 2, 1, 1)
    assert len(await events()) == before


async def test_one_lead_for_two_alike_orders_goes_to_the_key_place(world: World) -> None:
    lead = await world.person(fields=VET)
    await publish(world, "普通", VET)
    key = await publish(world, "重点", VET, key_place=True)
    found = await match(world)
    assert [(item["order"]["order_id"], item["lead"]["person_id"]) for item in found["items"]] == [(str(key), lead)]
    assert {left["title"]: left["reasons"][0]["code"] for left in found["left_over"]}["普通"] == "matching.taken"


async def test_claimed_orders_and_other_peoples_rounds_are_left_alone(world: World) -> None:
    lead = await world.person(fields=TEA)
    await world.form(lead)
    assert (await match(world))["orders"] == 0
    answer = await world.bureau.post(f"/v1/rounds/{world.round_id}/matching", json={"with_claims": True})
    assert (await done(answer))["orders"] == 1
    province = world.as_(world.actors.change(world.actors.bureau, division="510000000000"))
    assert (await province.post(f"/v1/rounds/{world.round_id}/matching", json={})).status_code == 404
    assert codes(await world.district.post(f"/v1/rounds/{world.round_id}/matching", json={})) == {"role.missing"}
