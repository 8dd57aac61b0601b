"""Village, town, district and bureau: who drafts, screens, returns, merges, and how many a district recommends."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.orders import OrderAllowedLate, OrderPublished, RoundQuotasSet
from shared.testing import START
from tests.orders.factories import HOST, done, open_round, order_body, published_order, round_body

COUNTY = "500101000000"


async def submitted(api: Any, actors: Any, round_id: str, **changes: Any) -> str:
    """The address of an order that was handed in."""
    created = await done(await api(actors.bureau).post("/v1/orders", json=order_body(round_id, **changes)), 201)
    await done(await api(actors.bureau).post(f"/v1/orders/{created['id']}/submit"))
    return f"/v1/orders/{created['id']}"


async def test_a_town_drafts_for_its_villages_only_and_endorses_where_policy_says_so(api: Any, actors: Any) -> None:
    round = await open_round(api, actors, policy={"orders": {"town_endorsement": True}})
    town = api(actors.change(actors.town, division="500101151000"))
    created = await done(await town.post("/v1/orders", json=order_body(round["id"])), 201)
    elsewhere = order_body(round["id"], division="500101152001", title="邻镇")
    assert (await town.post("/v1/orders", json=elsewhere)).json()["code"] == "order.scope"
    where = f"/v1/orders/{created['id']}"
    await done(await town.post(f"{where}/submit"))
    refused = await api(actors.district).post(f"{where}/recommend")
    assert (refused.status_code, refused.json()["code"]) == (409, "order.not_endorsed")
    neighbour = api(actors.change(actors.town, division="500101152000"))
    assert (await neighbour.post(f"{where}/endorse")).status_code == 404
    await done(await town.post(f"{where}/endorse"))
    assert (await done(await api(actors.district).post(f"{where}/recommend")))["status"] == "recommended"


async def test_a_host_drafts_for_itself_only(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    other = actors.change(actors.host, unit="115001107583588871")
    assert (await api(other).post("/v1/orders", json=order_body(round["id"]))).json()["code"] == "order.scope"


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("ends_on", "2020-03-31", "/ends_on"),
        ("ends_on", "2030-03-31", "/ends_on"),
        ("people_wanted", 0, "/people_wanted"),
        ("liaison_phone", "123", "/liaison_phone"),
        ("host_code", "N2500101053181942B", "/host_code"),
        ("division", "999999999999", "/division"),
        ("division", "510104001001", "/division"),
    ],
)
async def test_an_order_in_json_is_checked_like_one_in_excel(
    api: Any, actors: Any, field: str, value: Any, pointer: str
) -> None:
    round = await open_round(api, actors)
    body = order_body(round["id"], **{"starts_on": "2020-04-01", "ends_on": "2021-03-31"} | {field: value})
    answer = await api(actors.bureau).post("/v1/orders", json=body)
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert (await done(await api(actors.bureau).get("/v1/orders")))["items"] == []


async def test_what_was_handed_in_stays_complete_when_it_is_edited(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    where = await submitted(api, actors, round["id"], starts_on="2020-04-01", ends_on="2021-03-31")
    shown = await api(actors.bureau).get(where)
    seen = {"If-Match": shown.headers["ETag"]}
    assert shown.json()["term_months"] == 12
    for change, pointer in (({"problem": ""}, "/problem"), ({"ends_on": "2020-01-01"}, "/ends_on")):
        answer = await api(actors.bureau).patch(where, json=change, headers=seen)
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    after = await api(actors.bureau).get(where)
    assert after.headers["ETag"] == shown.headers["ETag"]
    longer = await done(await api(actors.bureau).patch(where, json={"ends_on": "2022-03-31"}, headers=seen))
    assert longer["version"] > shown.json()["version"]
    assert (await done(await api(actors.bureau).get(where)))["term_months"] == 24


async def test_returns_are_kept_with_reason_and_name_and_the_newest_is_shown_until_it_is_handed_in_again(
    api: Any, actors: Any, clock: Any
) -> None:
    round = await open_round(api, actors)
    where = await submitted(api, actors, round["id"])
    await done(await api(actors.district).post(f"{where}/return", json={"reason": "经费偏高"}))
    shown = await done(await api(actors.change(actors.host, unit=HOST)).get(where))
    assert (shown["status_reason"], shown["returned"]["reason"]) == ("经费偏高", "经费偏高")
    assert (shown["returned"]["by"], shown["returned"]["role"]) == ("district-1", "district")
    await done(await api(actors.change(actors.host, unit=HOST)).post(f"{where}/submit"))
    again = await done(await api(actors.district).get(where))
    assert (again["status_reason"], again["returned"], len(again["returns"])) == ("", None, 1)
    await clock.set(START + timedelta(hours=2))
    await done(await api(actors.bureau).post(f"{where}/return", json={"reason": "缺少指标"}))
    twice = await done(await api(actors.district).get(where))
    assert [entry["reason"] for entry in twice["returns"]] == ["缺少指标", "经费偏高"]
    assert twice["returned"]["by"] == "bureau-1"


async def test_why_an_order_came_back_is_not_shown_to_everybody(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    where = await submitted(api, actors, round["id"])
    await done(await api(actors.district).post(f"{where}/return", json={"reason": "经费偏高"}))
    for path, actor in (("submit", actors.bureau), ("recommend", actors.district), ("publish", actors.bureau)):
        await done(await api(actor).post(f"{where}/{path}"))
    assert (await done(await api(actors.expert).get(where)))["returns"] == []
    assert len((await done(await api(actors.district).get(where)))["returns"]) == 1


async def test_merged_orders_show_on_the_order_that_stays_and_follow_it(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    first, second, third = [await submitted(api, actors, round["id"], title=f"需求{n}") for n in range(3)]
    district = api(actors.district)
    await done(await district.post(f"{first}/merge", json={"into": second.rpartition("/")[2]}))
    await done(await district.post(f"{second}/merge", json={"into": third.rpartition("/")[2]}))
    kept = await done(await district.get(third))
    assert sorted(one["title"] for one in kept["merged"]) == ["需求0", "需求1"]
    assert (await done(await district.get(first)))["merged_into"] == third.rpartition("/")[2]


async def test_a_district_recommends_up_to_its_quota_and_a_returned_order_gives_its_place_back(
    api: Any, actors: Any, events: Any
) -> None:
    created = await api(actors.bureau).post("/v1/rounds", json=round_body(policy={"orders": {"district_quota": 5}}))
    where = f"/v1/rounds/{created.json()['id']}"
    opened = await api(actors.bureau).post(f"{where}/open")
    seen = {"If-Match": opened.headers["ETag"]}
    put = await api(actors.bureau).put(f"{where}/quotas", json={"quotas": {COUNTY: 2}}, headers=seen)
    assert put.status_code == 200, put.text
    assert (await events(RoundQuotasSet))[0].quotas == {COUNTY: 2}
    orders = [await submitted(api, actors, created.json()["id"], title=f"需求{n}") for n in range(3)]
    district = api(actors.district)
    bulk = await done(await district.post(f"{where}/orders/recommend"))
    assert [row["ok"] for row in bulk["results"]] == [True, True, False]
    assert bulk["results"][2]["reasons"][0]["code"] == "order.quota"
    assert "2" in bulk["results"][2]["reasons"][0]["zh"]
    (mine,) = (await done(await district.get(f"{where}/quotas")))["items"]
    assert (mine["name"], mine["quota"], mine["used"], mine["left"]) == ("万州区", 2, 2, 0)
    left_over = f"/v1/orders/{bulk['results'][2]['id']}"
    shown = (await done(await district.get(left_over)))["actions"]
    action = next(action for action in shown if action["action"] == "recommend")
    assert [reason["code"] for reason in action["reasons"]] == ["order.quota"]
    taken = next(order for order in orders if order != left_over)
    await done(await api(actors.bureau).post(f"{taken}/return", json={"reason": "重写"}))
    assert (await done(await district.post(f"{left_over}/recommend")))["status"] == "recommended"


async def test_quotas_are_set_by_the_bureau_for_its_own_counties_by_whoever_saw_the_last_ones(
    api: Any, actors: Any
) -> None:
    round = await open_round(api, actors)
    where, seen = f"/v1/rounds/{round['id']}/quotas", {"If-Match": f'"{round["version"]}"'}
    wrong = await api(actors.bureau).put(where, json={"quotas": {"510104000000": 1, "500101151000": 1}}, headers=seen)
    assert [error["code"] for error in wrong.json()["errors"]] == ["quota.county"] * 2
    assert (await api(actors.bureau).put(where, json={"quotas": {COUNTY: -1}}, headers=seen)).status_code == 422
    assert (await api(actors.district).put(where, json={"quotas": {}}, headers=seen)).status_code == 403
    assert (await api(actors.bureau).put(where, json={"quotas": {COUNTY: 1}})).status_code == 428
    assert (await api(actors.bureau).put(where, json={"quotas": {COUNTY: 1}}, headers=seen)).status_code == 200
    assert (await api(actors.bureau).put(where, json={"quotas": {COUNTY: 9}}, headers=seen)).status_code == 412
    assert (await done(await api(actors.expert).get(where)))["items"] == []
    neighbour = actors.change(actors.district, division="500114000000")
    assert (await done(await api(neighbour).get(where)))["items"] == []
    (seen_by,) = (await done(await api(actors.supervisor).get(where)))["items"]
    assert (seen_by["quota"], seen_by["used"]) == (1, 0)


async def test_after_the_window_the_bureau_lets_one_order_be_late_until_its_own_time(
    api: Any, actors: Any, clock: Any, events: Any, run_due_jobs: Any
) -> None:
    round = await open_round(api, actors)
    draft = await done(await api(actors.bureau).post("/v1/orders", json=order_body(round["id"])), 201)
    where, until = f"/v1/orders/{draft['id']}", START + timedelta(days=20)
    late = {"reason": "山洪断网", "until": until.isoformat()}
    assert (await api(actors.bureau).post(f"{where}/allow_late", json=late)).json()["code"] == "order.not_late"
    await clock.set(START + timedelta(days=10))
    await run_due_jobs()
    assert (await api(actors.bureau).post(f"{where}/submit")).json()["code"] == "order.round_closed"
    assert (await api(actors.district).post(f"{where}/allow_late", json=late)).status_code == 403
    await done(await api(actors.bureau).post(f"{where}/allow_late", json=late))
    for path, actor in (("submit", actors.bureau), ("recommend", actors.district), ("publish", actors.bureau)):
        await done(await api(actor).post(f"{where}/{path}"))
    assert [event.until for event in await events(OrderAllowedLate)] == [until]
    assert [event.closes_at for event in await events(OrderPublished)] == [until]
    shown = await done(await api(actors.district).get(where))
    assert shown["late_reason"] == "山洪断网"
    public = await done(await api(actors.expert).get(where))
    assert (public["late_reason"], public["late_until"]) == ("", None)
    await done(await api(actors.bureau).post(f"/v1/rounds/{round['id']}/decide"))
    assert (await done(await api(actors.bureau).get(where)))["status"] == "published"
    await clock.set(until)
    await run_due_jobs()
    assert (await done(await api(actors.bureau).get(where)))["status"] == "unclaimed"


async def test_after_the_window_only_the_bureau_drafts_and_says_why(api: Any, actors: Any, clock: Any) -> None:
    round = await open_round(api, actors)
    await done(await api(actors.bureau).post(f"/v1/rounds/{round['id']}/close"))
    late = {"reason": "漏报", "until": (START + timedelta(days=5)).isoformat()}
    assert (await api(actors.bureau).post("/v1/orders", json=order_body(round["id"]))).status_code == 409
    host = actors.change(actors.host, unit=HOST)
    assert (await api(host).post("/v1/orders", json=order_body(round["id"], late=late))).status_code == 403
    made = await done(await api(actors.bureau).post("/v1/orders", json=order_body(round["id"], late=late)), 201)
    assert (await done(await api(host).post(f"/v1/orders/{made['id']}/submit")))["status"] == "submitted"


async def test_orders_published_in_time_close_with_their_round(api: Any, actors: Any, events: Any) -> None:
    round = await open_round(api, actors)
    await published_order(api, actors, round["id"])
    assert [event.closes_at for event in await events(OrderPublished)] == [None]


async def test_named_orders_are_returned_together_each_with_its_own_answer(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    other = await open_round(api, actors, prefix="CQ-2021")
    mine = await submitted(api, actors, round["id"])
    foreign = await submitted(api, actors, other["id"])
    published = await published_order(api, actors, round["id"], title="已发布")
    ids = [mine.rpartition("/")[2], foreign.rpartition("/")[2], published["id"]]
    where = f"/v1/rounds/{round['id']}/orders/return"
    tried = await api(actors.district).post(f"{where}?dry_run=true", json={"ids": ids, "reason": "统一修改"})
    assert sum(row["ok"] for row in tried.json()["results"]) == 1
    answer = await done(await api(actors.district).post(where, json={"ids": ids, "reason": "统一修改"}))
    said = {row["id"]: (row["ok"], [reason["code"] for reason in row["reasons"]]) for row in answer["results"]}
    assert said == {ids[0]: (True, []), ids[1]: (False, ["order.not_found"]), ids[2]: (False, ["order.status"])}
    assert (await done(await api(actors.district).get(mine)))["returned"]["reason"] == "统一修改"


async def test_the_bureau_publishes_what_a_filter_leaves(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    for title, division in (("甲", "500101151002"), ("乙", "500101152001")):
        where = await submitted(api, actors, round["id"], title=title, division=division)
        await done(await api(actors.district).post(f"{where}/recommend"))
    bulk = f"/v1/rounds/{round['id']}/orders/publish"
    one = await done(await api(actors.bureau).post(bulk, params={"division": "500101152000"}))
    assert [row["status"] for row in one["results"]] == ["published"]
    none = await done(await api(actors.bureau).post(bulk, params={"status": "submitted"}))
    assert none["results"] == []
    assert (await api(actors.bureau).post(bulk, params={"status": "publishd"})).status_code == 422
    named = await done(await api(actors.bureau).post("/v1/filters", json={"name": "甲", "query": {"q": "甲"}}), 201)
    rest = await done(await api(actors.bureau).post(bulk, params={"filter": named["id"]}))
    assert ([row["ok"] for row in rest["results"]], rest["left"]) == ([True], 0)


async def test_a_step_on_more_orders_than_one_request_takes_says_how_many_are_left(
    api: Any, actors: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.http.bulk.MOST_AT_ONCE", 2)
    round = await open_round(api, actors)
    for number in range(3):
        await submitted(api, actors, round["id"], title=f"需求{number}")
    bulk = f"/v1/rounds/{round['id']}/orders/recommend"
    first = await done(await api(actors.district).post(bulk))
    second = await done(await api(actors.district).post(bulk))
    assert [(len(answer["results"]), answer["left"]) for answer in (first, second)] == [(2, 1), (1, 0)]
