"""The calendar of a round's actions, orders that belong to them, and progress towards the yearly targets."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from icalendar import Calendar
from openpyxl import Workbook

from shared.contracts.orders import ActionCancelled, ActionFinished, ActionPlanned, ActionStarted, OrderPublished
from shared.contracts.teams import (
    EntryConfirmed,
    MemberReplaced,
    TeamConcluded,
    TeamConfirmed,
    TeamStarted,
    TeamWithdrawn,
)
from shared.testing import START
from tests.orders.factories import done, open_round, order_body

WANZHOU, FULING = "500101000000", "500102000000"
FIRM, OTHER_FIRM = "N2500101053181942A", "12500000743408730K"
GROUP = {"mode": "service_group", "orders": {"target_experts": 2, "target_counties": 4}}


def action_body(**changes: Any) -> dict[str, Any]:
    body = {
        "name": "秋季茶产业行动",
        "kind": "高级专家下基层",
        "starts_on": str(START.date() + timedelta(days=5)),
        "ends_on": str(START.date() + timedelta(days=7)),
        "divisions": [WANZHOU, FULING],
    }
    return body | changes


async def plan(api: Any, actors: Any, round_id: str, *bodies: dict[str, Any]) -> list[dict[str, Any]]:
    sent = {"actions": list(bodies or [action_body()])}
    made: list[dict[str, Any]] = await done(
        await api(actors.bureau).post(f"/v1/rounds/{round_id}/actions", json=sent), 201
    )
    return made


async def group_round(api: Any, actors: Any) -> dict[str, Any]:
    return await open_round(api, actors, policy=GROUP)


def codes(answer: Any) -> set[str]:
    return {error["code"] for error in answer.json()["errors"]}


async def test_a_calendar_is_planned_at_once_or_not_at_all(api: Any, actors: Any, events: Any) -> None:
    round = await group_round(api, actors)
    path = f"/v1/rounds/{round['id']}/actions"
    bad = action_body(
        name="另一行动",
        kind="没有的类别",
        ends_on=str(START.date()),
        divisions=["510104000000", "500101151000", WANZHOU, WANZHOU],
    )
    refused = await api(actors.bureau).post(path, json={"actions": [action_body(), bad]})
    assert {error["pointer"].split("/")[2] for error in refused.json()["errors"]} == {"1"}
    assert codes(refused) == {
        "order.kind",
        "action.term",
        "action.outside",
        "action.county",
        "action.county_twice",
    }
    assert (await done(await api(actors.bureau).get(path)))["items"] == []
    made = await plan(api, actors, round["id"], action_body(), action_body(name="春季行动"))
    assert [one["status"] for one in made] == ["planned", "planned"]
    assert made[0]["places"] == ["万州区", "涪陵区"]
    assert len(await events(ActionPlanned)) == 2
    again = await api(actors.bureau).post(path, json={"actions": [action_body()]})
    assert codes(again) == {"action.duplicate"}


async def test_only_the_bureau_of_the_round_keeps_its_calendar(api: Any, actors: Any) -> None:
    round = await group_round(api, actors)
    path = f"/v1/rounds/{round['id']}/actions"
    assert (await api(actors.district).post(path, json={"actions": [action_body()]})).status_code == 403
    elsewhere = actors.change(actors.bureau, division="510000000000")
    assert (await api(elsewhere).post(path, json={"actions": [action_body()]})).status_code == 403
    [made] = await plan(api, actors, round["id"])
    assert (await api(elsewhere).post(f"{path}/{made['id']}/start")).status_code == 403
    other = await open_round(api, actors, prefix="CQ-OTHER")
    assert (await api(actors.bureau).post(f"/v1/rounds/{other['id']}/actions/{made['id']}/start")).status_code == 404


async def test_an_action_begins_and_ends_by_the_calendar(
    api: Any, actors: Any, clock: Any, run_due_jobs: Any, events: Any
) -> None:
    round = await group_round(api, actors)
    [made] = await plan(api, actors, round["id"])
    path = f"/v1/rounds/{round['id']}/actions/{made['id']}"

    async def status_at(moment: datetime) -> str:
        await clock.set(moment)
        await run_due_jobs()
        return str((await done(await api(actors.bureau).get(path)))["status"])

    midnight = datetime(START.year, START.month, START.day, tzinfo=START.tzinfo)
    assert await status_at(midnight + timedelta(days=5, seconds=-1)) == "planned"
    assert await status_at(midnight + timedelta(days=5)) == "under_way"
    assert await status_at(midnight + timedelta(days=8, seconds=-1)) == "under_way"
    assert await status_at(midnight + timedelta(days=8)) == "done"
    assert len(await events(ActionStarted)) == len(await events(ActionFinished)) == 1


async def test_a_bureau_may_start_and_finish_an_action_itself_and_sees_what_is_possible(api: Any, actors: Any) -> None:
    round = await group_round(api, actors)
    [made] = await plan(api, actors, round["id"])
    path = f"/v1/rounds/{round['id']}/actions/{made['id']}"
    shown = await done(await api(actors.bureau).get(path))
    assert [one["action"] for one in shown["actions"]] == ["start", "cancel"]
    assert (await done(await api(actors.bureau).post(f"{path}/start")))["status"] == "under_way"
    assert (await done(await api(actors.bureau).post(f"{path}/finish")))["status"] == "done"
    assert (await api(actors.bureau).post(f"{path}/cancel", json={"reason": "天气"})).status_code == 409


async def test_an_action_with_orders_is_not_cancelled_and_keeps_their_counties(
    api: Any, actors: Any, events: Any
) -> None:
    round = await group_round(api, actors)
    [made] = await plan(api, actors, round["id"])
    path = f"/v1/rounds/{round['id']}/actions/{made['id']}"
    order = await order_of(api, actors, round["id"], made["id"])
    bureau = api(actors.bureau)
    assert codes(await bureau.post(f"{path}/cancel", json={"reason": " "})) == {"action.reason", "action.has_orders"}
    seen = {"If-Match": f'"{made["version"]}"'}
    assert codes(await bureau.patch(path, json={"divisions": [FULING]}, headers=seen)) == {"action.county_has_orders"}
    edited = await done(await bureau.patch(path, json={"divisions": [WANZHOU], "name": "茶产业行动"}, headers=seen))
    assert (edited["divisions"], edited["name"]) == ([WANZHOU], "茶产业行动")
    await done(await bureau.post(f"/v1/orders/{order['id']}/cancel", json={"reason": "天气"}))
    assert (await done(await bureau.post(f"{path}/cancel", json={"reason": "天气"})))["status"] == "cancelled"
    assert len(await events(ActionCancelled)) == 1


async def order_of(api: Any, actors: Any, round_id: str, action_id: str | None, **changes: Any) -> dict[str, Any]:
    body = (
        order_body(round_id, action_id=action_id, kind="高级专家下基层", tasks=["专题培训"], asked_fen=None) | changes
    )
    made: dict[str, Any] = await done(await api(actors.bureau).post("/v1/orders", json=body), 201)
    return made


async def test_an_order_is_of_the_modes_kinds_and_menu_and_in_a_county_of_its_action(api: Any, actors: Any) -> None:
    round = await group_round(api, actors)
    [made] = await plan(api, actors, round["id"], action_body(divisions=[FULING]))
    bureau = api(actors.bureau)
    body = order_body(round["id"], kind="无此类", tasks=["专题培训", "唱歌"], action_id=made["id"], asked_fen=None)
    refused = await bureau.post("/v1/orders", json=body)
    assert {error["pointer"] for error in refused.json()["errors"]} == {"/kind", "/tasks/1", "/action_id"}
    unknown = await bureau.post("/v1/orders", json=body | {"kind": "", "tasks": [], "action_id": str(uuid4())})
    assert codes(unknown) == {"order.action_unknown"}
    draft = await order_of(api, actors, round["id"], None, kind="")
    assert codes(await bureau.post(f"/v1/orders/{draft['id']}/submit")) == {"order.kind_missing"}
    seen = {"If-Match": f'"{draft["version"]}"'}
    wrong = await bureau.patch(f"/v1/orders/{draft['id']}", json={"tasks": ["唱歌"]}, headers=seen)
    assert codes(wrong) == {"order.task"}
    await done(await bureau.patch(f"/v1/orders/{draft['id']}", json={"kind": "精准扶贫"}, headers=seen))
    await done(await bureau.post(f"/v1/orders/{draft['id']}/submit"))


async def test_a_published_order_tells_its_kind_tasks_and_action(api: Any, actors: Any, events: Any) -> None:
    round = await group_round(api, actors)
    [made] = await plan(api, actors, round["id"])
    order = await published(api, actors, await order_of(api, actors, round["id"], made["id"]))
    [told] = await events(OrderPublished)
    assert (told.kind, told.tasks, told.action_id) == ("高级专家下基层", ["专题培训"], UUID(made["id"]))
    shown = await done(await api().get(f"/public/orders/{order['number']}"))
    assert (shown["kind"], shown["tasks"], shown["action_id"]) == ("高级专家下基层", ["专题培训"], made["id"])


async def published(api: Any, actors: Any, order: dict[str, Any]) -> dict[str, Any]:
    path = f"/v1/orders/{order['id']}"
    await done(await api(actors.bureau).post(f"{path}/submit"))
    await done(await api(actors.district).post(f"{path}/recommend"))
    found: dict[str, Any] = await done(await api(actors.bureau).post(f"{path}/publish"))
    return found


async def test_everybody_reads_and_subscribes_to_the_calendar_of_an_open_round(api: Any, actors: Any) -> None:
    round = await group_round(api, actors)
    first, _second = await plan(
        api, actors, round["id"], action_body(), action_body(name="春季行动", starts_on="2020-03-09")
    )
    await done(
        await api(actors.bureau).post(f"/v1/rounds/{round['id']}/actions/{first['id']}/cancel", json={"reason": "雨"})
    )
    shown = await done(await api().get("/public/rounds/CQ-2020/actions"))
    assert [(one["name"], one["status"]) for one in shown] == [("春季行动", "planned"), ("秋季茶产业行动", "cancelled")]
    answer = await api().get("/public/rounds/CQ-2020/actions.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    spring, autumn = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (str(spring["SUMMARY"]), spring["DTSTART"].dt, spring["STATUS"]) == (
        "春季行动",
        date(2020, 3, 9),
        "CONFIRMED",
    )
    assert autumn["DTEND"].dt == START.date() + timedelta(days=8)
    assert (autumn["STATUS"], str(autumn["LOCATION"])) == ("CANCELLED", "万州区、涪陵区")
    assert (
        await api().get("/public/rounds/CQ-2020/actions.ics", headers={"If-None-Match": answer.headers["etag"]})
    ).status_code == 304
    assert (await api().get("/public/rounds/NONE/actions")).status_code == 404


async def progress(api: Any, actors: Any, round_id: str) -> dict[str, Any]:
    found: dict[str, Any] = await done(await api(actors.bureau).get(f"/v1/rounds/{round_id}/progress"))
    return {one["name"]: (one["reached"], one["target"], one["percent"]) for one in found["measures"]} | {
        "actions": [(one["orders"], one["experts"], one["counties"], one["firms"]) for one in found["actions"]]
    }


@pytest.fixture
async def served(api: Any, actors: Any, deliver: Any) -> dict[str, Any]:
    """A confirmed team of two experts on an order of an action; the ids of its events."""
    round = await group_round(api, actors)
    [made] = await plan(api, actors, round["id"])
    order = await published(api, actors, await order_of(api, actors, round["id"], made["id"]))
    ids = {"round_id": UUID(round["id"]), "order_id": UUID(order["id"]), "team_id": uuid4()}
    await deliver(
        TeamConfirmed(
            **ids, amount_fen=0, person_ids=[UUID(int=n) for n in (1, 2, 3)], expert_ids=[UUID(int=1), UUID(int=2)]
        )
    )
    return ids


def entry(ids: dict[str, Any], *firms: str) -> EntryConfirmed:
    return EntryConfirmed(
        **ids,
        entry_id=uuid4(),
        served_on=START.astimezone(UTC).date(),
        days=1,
        beneficiaries=3,
        served_units=list(firms),
    )


async def test_experts_and_counties_count_from_the_beginning_of_service(
    api: Any, actors: Any, deliver: Any, served: dict[str, Any]
) -> None:
    round_id = str(served["round_id"])
    assert await progress(api, actors, round_id) == {
        "experts": (0, 2, 0),
        "counties": (0, 4, 0),
        "firms": (0, 200, 0),
        "actions": [(1, 0, 0, 0)],
    }
    await deliver(TeamStarted(**served))
    for confirmed in (entry(served, FIRM), entry(served, FIRM, OTHER_FIRM)):
        await deliver(confirmed)
    await deliver(confirmed)
    assert await progress(api, actors, round_id) == {
        "experts": (2, 2, 100),
        "counties": (1, 4, 25),
        "firms": (2, 200, 1),
        "actions": [(1, 2, 1, 2)],
    }
    await deliver(TeamConcluded(**served))
    assert (await progress(api, actors, round_id))["experts"] == (2, 2, 100)


async def test_a_replaced_expert_gives_the_place_and_one_person_counts_once(
    api: Any, actors: Any, deliver: Any, served: dict[str, Any]
) -> None:
    round_id = str(served["round_id"])
    await deliver(TeamStarted(**served))
    await deliver(MemberReplaced(**served, left_id=UUID(int=2), joined_id=UUID(int=9), role="member"))
    assert (await progress(api, actors, round_id))["experts"][0] == 2
    await deliver(MemberReplaced(**served, left_id=UUID(int=3), joined_id=UUID(int=8), role="local_talent"))
    assert (await progress(api, actors, round_id))["experts"][0] == 2
    again = await published(api, actors, await order_of(api, actors, round_id, None, title="再来一次"))
    second = served | {"order_id": UUID(again["id"]), "team_id": uuid4()}
    await deliver(TeamConfirmed(**second, amount_fen=0, expert_ids=[UUID(int=1), UUID(int=4)]))
    await deliver(TeamStarted(**second))
    found = await progress(api, actors, round_id)
    assert (found["experts"][0], found["counties"][0], found["actions"]) == (3, 1, [(1, 2, 1, 0)])


async def test_a_team_that_leaves_takes_its_experts_with_it_and_the_firms_stay_served(
    api: Any, actors: Any, deliver: Any, served: dict[str, Any]
) -> None:
    round_id = str(served["round_id"])
    await deliver(TeamStarted(**served))
    await deliver(entry(served, FIRM))
    await deliver(TeamWithdrawn(**served))
    found = await progress(api, actors, round_id)
    assert (found["experts"][0], found["counties"][0], found["firms"][0]) == (0, 0, 1)


HEADS = (
    "区划代码",
    "需求单位全称",
    "统一社会信用代码",
    "联系人",
    "联系电话",
    "产业类别",
    "需求名称",
    "需求描述",
    "期望成果",
    "服务方式",
    "专业要求",
    "服务期限",
    "类别",
    "服务内容",
    "行动",
)


async def hand_in(api: Any, actors: Any, round_id: str, **changes: str) -> Any:
    """A summary of one row. Money is no column of it: the mode awards none."""
    row = dict.fromkeys(HEADS, "示例") | {
        "区划代码": "500101151002",
        "统一社会信用代码": FIRM,
        "联系电话": "13800000000",
        "服务期限": "长期",
        "类别": "精准扶贫",
        "服务内容": "专题培训、支农",
        "行动": "秋季行动（万州）",
    }
    book = Workbook()
    book.active.append(list(HEADS))
    book.active.append([(row | changes)[head] for head in HEADS])
    content = io.BytesIO()
    book.save(content)
    files = {"file": ("orders.xlsx", content.getvalue())}
    return await api(actors.bureau).post(f"/v1/rounds/{round_id}/orders/import", files=files)


async def test_a_sheet_names_kind_tasks_and_action_as_the_round_lists_them(api: Any, actors: Any) -> None:
    round = await group_round(api, actors)
    [made] = await plan(api, actors, round["id"], action_body(name="秋季行动（万州）"))
    answer = await done(await hand_in(api, actors, round["id"]))
    order = await done(await api(actors.bureau).get(f"/v1/orders/{answer['orders'][0]['order_id']}"))
    assert (order["kind"], order["tasks"], order["action_id"]) == ("精准扶贫", ["专题培训", "支农"], made["id"])
    assert (order["starts_on"], order["ends_on"], order["asked_fen"]) == (None, None, None)
    assert (await done(await hand_in(api, actors, round["id"])))["unchanged"] == 1


async def test_what_the_round_does_not_list_is_named_cell_by_cell(api: Any, actors: Any) -> None:
    round = await group_round(api, actors)
    await plan(api, actors, round["id"], action_body(name="秋季行动（万州）", divisions=[FULING]))
    wrong = await hand_in(api, actors, round["id"], 类别="无此类", 服务内容="支农、唱歌")
    assert {(e["pointer"].rpartition("/")[2], e["code"]) for e in wrong.json()["errors"]} == {
        ("类别", "order.kind"),
        ("服务内容", "order.task"),
        ("行动", "order.action_elsewhere"),
    }
    missing = await hand_in(api, actors, round["id"], 类别="", 行动="春季行动")
    assert {(e["pointer"].rpartition("/")[2], e["code"]) for e in missing.json()["errors"]} == {
        ("类别", "cell.missing"),
        ("行动", "order.action_unknown"),
    }
