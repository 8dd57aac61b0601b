"""Excel in, large and small: as districts write it, in the background, and what is refused."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from services.orders.usecases import imports
from shared.contracts.orders import OrderSubmitted
from shared.spreadsheet import XLSX
from shared.testing import START
from tests.orders.factories import HOST, done, open_round
from tests.orders.summaries import COLUMNS, many, row, summary, upload

ELSEWHERE = "500114001003"


async def imported(api: Any, actor: Any, round_id: str, content: bytes, run_due_jobs: Any, **params: str) -> Any:
    """The import once the worker has been at it."""
    accepted = await upload(api(actor), round_id, content, background="true", **params)
    assert accepted.status_code == 202, accepted.text
    assert accepted.json()["status"] == "queued"
    await run_due_jobs()
    return await done(await api(actor).get(accepted.headers["Location"]))


async def test_a_large_summary_is_taken_in_by_the_worker_and_tells_how_it_went(
    api: Any, actors: Any, run_due_jobs: Any, events: Any
) -> None:
    round = await open_round(api, actors)
    accepted = await done(await upload(api(actors.district), round["id"], many(501)), 202)
    assert (await done(await api(actors.district).get("/v1/orders")))["items"] == []
    assert await run_due_jobs() == 1
    found = await done(await api(actors.district).get(f"/v1/imports/{accepted['id']}"))
    assert (found["status"], found["rows"], found["done"], found["created"]) == ("done", 501, 501, 501)
    assert len(await events(OrderSubmitted)) == 501
    some = (await done(await api(actors.district).get("/v1/orders?limit=1")))["items"][0]
    story = await done(await api(actors.district).get(f"/v1/orders/{some['id']}/history"))
    assert [entry["actor"] for entry in story] == ["district-1"]
    listed = await done(await api(actors.bureau).get(f"/v1/imports?round_id={round['id']}"))
    assert [item["id"] for item in listed["items"]] == [accepted["id"]]


async def test_a_large_summary_again_changes_nothing(api: Any, actors: Any, run_due_jobs: Any) -> None:
    round = await open_round(api, actors)
    await imported(api, actors.bureau, round["id"], many(3), run_due_jobs)
    again = await imported(api, actors.bureau, round["id"], many(3), run_due_jobs)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 3)


async def test_a_summary_with_faults_comes_back_marked_and_nothing_of_it_is_imported(
    api: Any, actors: Any, run_due_jobs: Any
) -> None:
    round = await open_round(api, actors)
    content = summary([row(), row(需求名称="坏行", 联系电话="123", 服务期限="很久")])
    found = await imported(api, actors.bureau, round["id"], content, run_due_jobs)
    assert (found["status"], found["fault_count"], found["created"]) == ("failed", 2, 0)
    assert {fault["pointer"] for fault in found["faults"]} == {"/rows/4/联系电话", "/rows/4/服务期限"}
    assert (await done(await api(actors.bureau).get("/v1/orders")))["items"] == []
    file = await api(actors.bureau).get(found["result_file"])
    assert file.headers["content-type"] == XLSX
    table = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert table is not None
    marked = {cell.row for line in table.iter_rows() for cell in line if cell.comment}
    assert marked == {4}


async def test_a_summary_that_lacks_columns_is_told_which(api: Any, actors: Any, run_due_jobs: Any) -> None:
    round = await open_round(api, actors)
    content = summary([row()], columns=[name for name in COLUMNS if name not in ("联系人", "需求名称")])
    found = await imported(api, actors.bureau, round["id"], content, run_due_jobs)
    assert found["status"] == "failed"
    assert {fault["pointer"] for fault in found["faults"]} == {"/rows/2/联系人", "/rows/2/需求名称"}


async def test_a_file_over_which_workers_die_is_given_up(
    api: Any, actors: Any, run_due_jobs: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    round = await open_round(api, actors)
    monkeypatch.setattr(imports, "ATTEMPTS", 0)
    found = await imported(api, actors.bureau, round["id"], many(2), run_due_jobs)
    assert [fault["code"] for fault in found["faults"]] == ["import.given_up"]


async def test_the_file_is_deleted_after_the_policys_days_and_its_outcome_stays(
    api: Any, actors: Any, clock: Any, run_due_jobs: Any
) -> None:
    round = await open_round(
        api, actors, policy={"orders": {"import_file_days": 3}}, closes_at=(START + timedelta(days=90)).isoformat()
    )
    found = await imported(api, actors.bureau, round["id"], many(2), run_due_jobs)
    assert (await api(actors.bureau).get(found["result_file"])).status_code == 200
    await clock.set(START + timedelta(days=3, minutes=1))
    assert await run_due_jobs() == 1
    assert (await api(actors.bureau).get(found["result_file"])).status_code == 404
    later = await done(await api(actors.bureau).get(f"/v1/imports/{found['id']}"))
    assert (later["status"], later["created"], later["result_file"]) == ("done", 2, None)


async def test_a_district_imports_its_own_rows_and_is_told_which_are_not(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    mixed = summary([row(), row(需求名称="别处", 区划代码=ELSEWHERE, 区县="黔江区")])
    refused = await upload(api(actors.district), round["id"], mixed)
    assert refused.status_code == 422
    assert [(e["code"], e["pointer"]) for e in refused.json()["errors"]] == [("row.outside", "/rows/4/区划代码")]
    assert (await done(await upload(api(actors.district), round["id"], summary([row()]))))["created"] == 1


async def test_a_district_does_not_change_an_order_of_another(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    theirs = row(区划代码=ELSEWHERE, 区县="黔江区")
    await done(await upload(api(actors.bureau), round["id"], summary([theirs])))
    refused = await upload(api(actors.district), round["id"], summary([row()]))
    assert (refused.status_code, refused.json()["code"]) == (409, "order.elsewhere")


@pytest.mark.parametrize("role", ["host", "town", "expert", "unit", "finance_maker"])
async def test_only_districts_and_the_bureau_import(api: Any, actors: Any, role: str) -> None:
    round = await open_round(api, actors)
    refused = await upload(api(getattr(actors, role)), round["id"], summary([row()]))
    assert (refused.status_code, refused.json()["code"]) == (403, "role.missing")


async def test_an_office_of_another_province_hands_in_nothing(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    stranger = actors.change(actors.district, division="510104000000")
    refused = await upload(api(stranger), round["id"], summary([row()]))
    assert (refused.status_code, refused.json()["code"]) == (403, "round.division")


async def test_an_import_is_its_divisions_affair(api: Any, actors: Any, run_due_jobs: Any) -> None:
    round = await open_round(api, actors)
    found = await imported(api, actors.district, round["id"], many(2), run_due_jobs)
    where = f"/v1/imports/{found['id']}"
    neighbour = actors.change(actors.district, division="500114000000")
    assert (await api(neighbour).get(where)).status_code == 404
    assert (await api(neighbour).get(where + "/file")).status_code == 404
    assert (await done(await api(neighbour).get("/v1/imports")))["items"] == []
    assert (await api(actors.change(actors.host, unit=HOST)).get(where)).status_code == 404
    assert (await api(actors.bureau).get(where)).status_code == 200


async def test_a_closed_round_takes_no_summary_of_any_size(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    await done(await api(actors.bureau).post(f"/v1/rounds/{round['id']}/close"))
    for params in ({}, {"background": "true"}):
        refused = await upload(api(actors.district), round["id"], summary([row()]), **params)
        assert (refused.status_code, refused.json()["code"]) == (409, "order.round_closed")


async def test_a_round_that_closes_before_the_worker_comes_refuses_what_waits(
    api: Any, actors: Any, run_due_jobs: Any
) -> None:
    round = await open_round(api, actors)
    accepted = await upload(api(actors.district), round["id"], many(2), background="true")
    await done(await api(actors.bureau).post(f"/v1/rounds/{round['id']}/close"))
    await run_due_jobs()
    found = await done(await api(actors.district).get(accepted.headers["Location"]))
    assert [fault["code"] for fault in found["faults"]] == ["order.round_closed"]


async def test_a_trial_run_of_a_large_summary_is_answered_at_once_and_leaves_nothing(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    tried = await upload(api(actors.district), round["id"], many(501), dry_run="true")
    assert (tried.status_code, tried.json()["created"], tried.headers["Dry-Run"]) == (200, 501, "true")
    assert (await done(await api(actors.district).get("/v1/imports")))["items"] == []
    assert (await done(await api(actors.district).get("/v1/orders")))["items"] == []


CALLED = {
    "联系电话": " 联系\n方式 ",
    "需求名称": "项目名称",
    "需求描述": "需求内容",
    "区划代码": "行政区划\n代码",
    "服务期限": "服务期限（月）",
    "申请支持经费（万元）": "申请经费（元）",
    "需求单位全称": "申报单位",
    "所需专家人数": "专家人数",
    "联系人": "联 络 人",
}


async def test_headers_are_read_by_their_synonyms_and_bare_numbers_by_the_unit_above(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    cells = row(
        区划代码=" ５００１０１１５１００２ ",
        联系电话="138 0000-0000",
        服务期限=18,
        所需专家人数="６名",
        统一社会信用代码=f" {HOST.lower()} ",
    ) | {"申请支持经费（万元）": 80000}
    answer = await done(await upload(api(actors.bureau), round["id"], summary([cells], called=CALLED)))
    order = await done(await api(actors.bureau).get(f"/v1/orders/{answer['orders'][0]['order_id']}"))
    assert (order["asked_fen"], order["term_months"], order["people_wanted"]) == (8_000_000, 18, 6)
    assert (order["division"], order["host_code"], order["liaison_phone"]) == ("500101151002", HOST, "13800000000")


async def test_titles_merged_cells_examples_notes_and_totals_are_no_orders(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    book = openpyxl.Workbook()
    table = book.active
    assert table is not None
    table.append(["某市2020年专家服务需求汇总表"])
    table.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(COLUMNS))
    table.append(["填报单位：万州区", None, None, "填报日期：2020年3月10日"])
    table.append(list(COLUMNS))
    for serial, cells in (("示例", row(需求名称="例子")), (1, row()), (2, row(需求名称="第二", 区县=None))):
        table.append([serial, *(cells.get(column) for column in COLUMNS[1:])])
    table.merge_cells("B5:B6")
    table.append(["合 计", None, None, "2个需求"])
    table.append(["注：经费以万元计。"])
    table.append(["填表人：李四", None, "审核人：王五"])
    out = io.BytesIO()
    book.save(out)
    answer = await done(await upload(api(actors.bureau), round["id"], out.getvalue()))
    assert (answer["rows"], [entry["row"] for entry in answer["orders"]]) == (2, [5, 6])


async def test_a_summary_hands_a_returned_order_in_again(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    answer = await done(await upload(api(actors.district), round["id"], summary([row()])))
    where = f"/v1/orders/{answer['orders'][0]['order_id']}"
    await done(await api(actors.district).post(f"{where}/return", json={"reason": "经费偏高"}))
    again = await done(await upload(api(actors.district), round["id"], summary([row()])))
    assert again["unchanged"] == 1
    assert (await done(await api(actors.district).get(where)))["status"] == "returned"
    mended = row() | {"申请支持经费（万元）": "8"}
    assert (await done(await upload(api(actors.district), round["id"], summary([mended]))))["updated"] == 1
    shown = await done(await api(actors.district).get(where))
    assert (shown["status"], shown["status_reason"], shown["asked_fen"]) == ("submitted", "", 8_000_000)
