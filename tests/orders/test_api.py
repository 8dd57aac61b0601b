"""The REST of rounds and orders, as its users meet it."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from shared.contracts.orders import OrderPublished, OrderSubmitted, RoundOpened
from shared.spreadsheet import XLSX
from shared.testing import START
from tests.orders.factories import HOST, done, open_round, order_body, published_order, round_body
from tests.orders.summaries import row, summary


async def test_an_order_goes_from_the_host_to_publication_with_a_number(api: Any, actors: Any, events: Any) -> None:
    round = await open_round(api, actors)
    host = actors.change(actors.host, unit=HOST)
    created = await done(await api(host).post("/v1/orders", json=order_body(round["id"])), 201)
    await done(await api(host).post(f"/v1/orders/{created['id']}/submit"))
    await done(await api(actors.district).post(f"/v1/orders/{created['id']}/recommend"))
    published = await done(await api(actors.bureau).post(f"/v1/orders/{created['id']}/publish"))
    assert (published["status"], published["number"]) == ("published", "CQ-2020-0001")
    told = (await events(OrderPublished))[0]
    assert (told.place, told.asked_fen) == ("万州区龙驹镇信义社区", 15_000_000)
    shown = await done(await api().get("/public/orders/CQ-2020-0001"))
    assert shown["title"] == "茶园病虫害防治"
    assert "liaison_phone" not in shown


async def test_a_round_pins_its_policy_set_when_it_opens(api: Any, actors: Any, events: Any) -> None:
    policy = {"teams": {"min_members": 2}}
    round = await open_round(api, actors, policy=policy)
    opened = (await events(RoundOpened))[0]
    assert opened.policy["teams"]["min_members"] == 2
    assert opened.policy_hash == round["policy_hash"]
    answer = await api(actors.bureau).patch(
        f"/v1/rounds/{round['id']}", json={"policy": {}}, headers={"If-Match": f'"{round["version"]}"'}
    )
    assert answer.json()["code"] == "round.pinned"


async def test_an_unknown_policy_value_is_named(api: Any, actors: Any) -> None:
    answer = await api(actors.bureau).post("/v1/rounds", json=round_body(policy={"teams": {"min_membres": 2}, "x": 1}))
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/policy/teams/min_membres", "/policy/x"}


async def test_every_missing_field_is_named_at_once(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    body = order_body(round["id"], problem="", expected="", liaison_phone=None)
    created = await done(await api(actors.bureau).post("/v1/orders", json=body), 201)
    answer = await api(actors.bureau).post(f"/v1/orders/{created['id']}/submit")
    assert answer.status_code == 409
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/problem", "/expected", "/liaison_phone"}
    detail = await done(await api(actors.bureau).get(f"/v1/orders/{created['id']}"))
    submit = next(action for action in detail["actions"] if action["action"] == "submit")
    assert len(submit["reasons"]) == 3


async def test_a_step_the_lifecycle_does_not_list_says_what_is_possible(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    created = await done(await api(actors.bureau).post("/v1/orders", json=order_body(round["id"])), 201)
    answer = await api(actors.bureau).post(f"/v1/orders/{created['id']}/publish")
    assert answer.status_code == 409
    assert "possible: submit, merge, cancel" in answer.json()["detail"]


async def test_a_district_acts_only_on_its_own_orders(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    created = await done(await api(actors.bureau).post("/v1/orders", json=order_body(round["id"])), 201)
    await done(await api(actors.bureau).post(f"/v1/orders/{created['id']}/submit"))
    other = actors.change(actors.district, division="500114000000")
    assert (await api(other).post(f"/v1/orders/{created['id']}/recommend")).status_code == 404
    assert (await api(other).get(f"/v1/orders/{created['id']}")).status_code == 404
    assert (await done(await api(other).post(f"/v1/rounds/{round['id']}/orders/recommend")))["results"] == []


async def test_without_a_token_only_public_routes_answer(api: Any, actors: Any) -> None:
    assert (await api().get("/v1/orders")).status_code == 401
    assert (await api().post("/v1/rounds", json=round_body())).status_code == 401
    assert (await api().get("/public/orders")).status_code == 200
    wrong = await api().get("/v1/orders", headers={"Authorization": "Bearer nonsense"})
    assert wrong.status_code == 401


async def test_the_same_idempotency_key_answers_the_same_and_does_it_once(api: Any, actors: Any, events: Any) -> None:
    round = await open_round(api, actors)
    head = {"Idempotency-Key": "abc"}
    first = await api(actors.bureau).post("/v1/orders", json=order_body(round["id"]), headers=head)
    again = await api(actors.bureau).post("/v1/orders", json=order_body(round["id"]), headers=head)
    assert again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await api(actors.bureau).post("/v1/orders", json=order_body(round["id"], title="另一个"), headers=head)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.reused")


async def test_a_dry_run_runs_the_rules_and_changes_nothing(api: Any, actors: Any, events: Any) -> None:
    round = await open_round(api, actors)
    created = await done(await api(actors.bureau).post("/v1/orders", json=order_body(round["id"])), 201)
    tried = await api(actors.bureau).post(f"/v1/orders/{created['id']}/submit?dry_run=true")
    assert (tried.json()["status"], tried.headers["Dry-Run"]) == ("submitted", "true")
    now = await done(await api(actors.bureau).get(f"/v1/orders/{created['id']}"))
    assert now["status"] == "draft"
    assert await events(OrderSubmitted) == []


async def test_an_edit_needs_the_version_that_was_read(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    created = await api(actors.bureau).post("/v1/orders", json=order_body(round["id"]))
    where = f"/v1/orders/{created.json()['id']}"
    assert (await api(actors.bureau).patch(where, json={"problem": "x"})).status_code == 428
    seen = {"If-Match": created.headers["ETag"]}
    changed = await api(actors.bureau).patch(where, json={"problem": "x"}, headers=seen)
    assert changed.status_code == 200, changed.text
    assert changed.headers["ETag"] != created.headers["ETag"]
    assert (await api(actors.bureau).patch(where, json={"problem": "y"}, headers=seen)).status_code == 412


async def test_lists_page_forward_and_backward(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    for number in range(5):
        await published_order(api, actors, round["id"], title=f"需求{number}")
    first = await api().get("/public/orders?limit=2")
    second = await api().get(first.json()["next"].removeprefix("http://127.0.0.1:8080"))
    third = await api().get(second.json()["next"].removeprefix("http://127.0.0.1:8080"))
    assert [len(answer.json()["items"]) for answer in (first, second, third)] == [2, 2, 1]
    assert third.json()["next"] is None
    back = await api().get(third.json()["prev"].removeprefix("http://127.0.0.1:8080"))
    assert back.json()["items"] == second.json()["items"]
    assert 'rel="next"' in first.headers["Link"]
    assert (await api().get("/public/orders?cursor=zzz")).status_code == 422


async def test_public_answers_are_answered_304_to_who_has_them(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    await published_order(api, actors, round["id"], title=f"缓存{uuid4()}")
    first = await api().get("/public/orders?limit=7")
    again = await api().get("/public/orders?limit=7", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_window_closes_by_the_clock_and_unclaimed_orders_show(
    api: Any, actors: Any, clock: Any, run_due_jobs: Any
) -> None:
    round = await open_round(api, actors)
    order = await published_order(api, actors, round["id"])
    await clock.set(START + timedelta(days=10))
    assert await run_due_jobs() == 1
    assert (await done(await api(actors.bureau).get(f"/v1/rounds/{round['id']}")))["status"] == "closed"
    assert (await done(await api(actors.bureau).get(f"/v1/orders/{order['id']}")))["status"] == "unclaimed"
    longer = {"closes_at": (START + timedelta(days=99)).isoformat()}
    assert (await api(actors.bureau).post(f"/v1/orders/{order['id']}/extend", json=longer)).status_code == 409


async def upload(api: Any, actor: Any, round_id: str, content: bytes, **headers: str) -> Any:
    files = {"file": ("orders.xlsx", content, XLSX)}
    return await api(actor).post(f"/v1/rounds/{round_id}/orders/import", files=files, headers=headers)


async def test_a_districts_sheet_becomes_submitted_orders(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    answer = await done(await upload(api, actors.bureau, round["id"], summary([row(), row(需求名称="第二")])))
    assert (answer["rows"], answer["created"]) == (2, 2)
    detail = await done(await api(actors.bureau).get(f"/v1/orders/{answer['orders'][0]['order_id']}"))
    assert (detail["status"], detail["asked_fen"], detail["people_wanted"]) == ("submitted", 15_000_000, 6)
    assert (detail["starts_on"], detail["ends_on"], detail["key_place"]) == ("2020-04-01", "2021-03-31", True)
    assert detail["liaison_phone"] == "13800000000"


async def test_the_same_sheet_twice_changes_nothing_and_a_changed_row_updates(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    await done(await upload(api, actors.bureau, round["id"], summary([row()])))
    again = await done(await upload(api, actors.bureau, round["id"], summary([row()])))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
    changed = await done(await upload(api, actors.bureau, round["id"], summary([row(期望成果="增产两成")])))
    assert changed["updated"] == 1


async def test_a_published_order_is_not_changed_by_a_sheet(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    await done(await upload(api, actors.bureau, round["id"], summary([row()])))
    await done(await api(actors.district).post(f"/v1/rounds/{round['id']}/orders/recommend"))
    published = await done(await api(actors.bureau).post(f"/v1/rounds/{round['id']}/orders/publish"))
    assert [result["status"] for result in published["results"]] == ["published"]
    answer = await upload(api, actors.bureau, round["id"], summary([row(期望成果="别的")]))
    assert (answer.status_code, answer.json()["code"]) == (409, "order.published")


async def test_bad_cells_are_named_by_row_and_column_and_nothing_is_imported(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    bad = row(
        需求名称="坏行", 统一社会信用代码="N2500101053181942B", 服务期限="很久", 联系电话="123", 区划代码="999999999999"
    )
    bad["申请支持经费（万元）"] = "-3"
    answer = await upload(api, actors.bureau, round["id"], summary([row(), bad]))
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/rows/4/统一社会信用代码",
        "/rows/4/服务期限",
        "/rows/4/联系电话",
        "/rows/4/区划代码",
        "/rows/4/申请支持经费（万元）",
    }
    assert (await done(await api(actors.bureau).get("/v1/orders")))["items"] == []
    marked = await upload(api, actors.bureau, round["id"], summary([row(), bad]), Accept=XLSX)
    assert marked.headers["content-type"] == XLSX
    table = openpyxl.load_workbook(io.BytesIO(marked.content)).active
    assert table is not None
    commented = [cell.coordinate for line in table.iter_rows() for cell in line if cell.comment]
    assert len(commented) == 5


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", summary([])])
async def test_files_that_are_no_sheet_are_refused_with_a_reason(api: Any, actors: Any, content: bytes) -> None:
    round = await open_round(api, actors)
    answer = await upload(api, actors.bureau, round["id"], content)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_merging_keeps_a_pointer_to_the_order_that_stays(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    bureau = api(actors.bureau)
    one = await done(await bureau.post("/v1/orders", json=order_body(round["id"])), 201)
    two = await done(await bureau.post("/v1/orders", json=order_body(round["id"], title="重复")), 201)
    merged = await done(await bureau.post(f"/v1/orders/{two['id']}/merge", json={"into": one["id"]}))
    assert merged["status"] == "merged"
    detail = await done(await bureau.get(f"/v1/orders/{two['id']}"))
    assert detail["merged_into"] == one["id"]


async def test_history_says_who_did_what(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    order = await published_order(api, actors, round["id"])
    story = await done(await api(actors.bureau).get(f"/v1/orders/{order['id']}/history"))
    assert [entry["type"].split(".")[2] for entry in story] == ["submitted", "recommended", "published"]
    assert [entry["actor"] for entry in story] == ["bureau-1", "district-1", "bureau-1"]


async def test_strangers_read_in_the_history_what_happened_but_not_who_did_it(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    where = f"/v1/orders/{(await published_order(api, actors, round['id']))['id']}/history"
    neighbour = actors.change(actors.district, division="500110000000")
    for stranger in (neighbour, actors.change(actors.expert, person="x")):
        story = await done(await api(stranger).get(where))
        assert [entry["type"].split(".")[2] for entry in story] == ["submitted", "recommended", "published"]
        assert {(entry["actor"], *entry["data"]) for entry in story} == {("",)}
    overseen = await done(await api(actors.supervisor).get(where))
    assert [entry["actor"] for entry in overseen] == ["bureau-1", "district-1", "bureau-1"]


@pytest.mark.parametrize("role", ["supervisor", "finance_maker", "finance_checker", "reviewer", "department"])
async def test_who_oversees_another_province_sees_nothing_unpublished(api: Any, actors: Any, role: str) -> None:
    round = await open_round(api, actors)
    draft = await done(await api(actors.bureau).post("/v1/orders", json=order_body(round["id"])), 201)
    own = actors.change(getattr(actors, role), division="500000000000")
    for division, seen in (("500000000000", 1), ("510000000000", 0), ("", 0)):
        client = api(actors.change(own, division=division))
        assert len((await done(await client.get("/v1/orders")))["items"]) == seen
        for part in ("", "/history", "/timeline", "/attachments"):
            answer = await client.get(f"/v1/orders/{draft['id']}{part}")
            assert answer.status_code == (200 if seen else 404), part


async def test_refusals_speak_the_callers_language(api: Any, actors: Any) -> None:
    answer = await api(actors.bureau).get(f"/v1/orders/{uuid4()}", headers={"Accept-Language": "zh-CN"})
    assert (answer.status_code, answer.json()["title"]) == (404, "未找到")
    assert answer.headers["content-type"] == "application/problem+json"
