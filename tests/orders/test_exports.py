"""Excel out: the form that offices fill in, and lists as files, exactly as filtered."""

import csv
import io
import sys
from typing import Any

import openpyxl
import pytest

from services.orders.api import workbooks
from services.orders.queries import exports as reads
from services.orders.rules.columns import COLUMNS
from shared.spreadsheet import XLSX
from tests.orders.factories import HOST, done, open_round, order_body, published_order
from tests.orders.summaries import many, row, summary, upload


async def table(api: Any, actor: Any, **params: str) -> list[dict[str, Any]]:
    answer = await api(actor).get("/v1/orders/export", params=params)
    assert answer.status_code == 200, answer.text
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    header, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


async def form(api: Any, actor: Any, round_id: str) -> Any:
    answer = await api(actor).get(f"/v1/rounds/{round_id}/orders/template")
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def test_the_form_filled_in_is_read_and_its_example_is_no_order(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    book = await form(api, actors.district, round["id"])
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[2]]
    for at, name in enumerate(header, start=1):
        sheet.cell(4, at).value = row().get(name)
    answer = await done(await upload(api(actors.district), round["id"], saved(book)))
    assert (answer["rows"], [entry["row"] for entry in answer["orders"]]) == (1, [4])


async def test_the_forms_header_is_protected_its_cells_are_free_and_choices_drop_down(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    book = await form(api, actors.district, round["id"])
    sheet = book["需求征集汇总表"]
    assert sheet.protection.sheet
    assert all(cell.protection.locked for cell in sheet[2])
    assert not any(dimension.protection.locked for dimension in sheet.column_dimensions.values())
    named = {rule.promptTitle: rule for rule in sheet.data_validations.dataValidation}
    assert named["是否重点乡镇"].showErrorMessage
    assert "服务方式" in named
    assert [cell.comment.text[:2] for cell in sheet[2] if cell.comment][:3] == ["选填", "选填", "选填"]
    codes = [line[0] for line in book["区划代码"].iter_rows(min_row=2, values_only=True)]
    assert "500101151002" in codes
    assert {code[:6] for code in codes} == {"500101"}


async def test_the_form_of_a_programme_with_kinds_and_a_menu_offers_them(api: Any, actors: Any) -> None:
    round = await open_round(api, actors, policy={"mode": "service_group"})
    book = await form(api, actors.bureau, round["id"])
    sheet = book["需求征集汇总表"]
    names = [cell.value for cell in sheet[2]]
    rules = {rule.promptTitle: rule for rule in sheet.data_validations.dataValidation}
    assert {"类别", "服务内容"} <= set(rules)
    assert (rules["类别"].showErrorMessage, rules["服务内容"].showErrorMessage) == (True, False)
    example = dict(zip(names, [cell.value for cell in sheet[3]], strict=True))
    assert (example["类别"], example["服务内容"]) == ("深度贫困县行动", "专题培训")
    plain = await open_round(api, actors, prefix="CQ-2021")
    columns = [cell.value for cell in (await form(api, actors.bureau, plain["id"])).worksheets[0][2]]
    assert not {"类别", "服务内容", "行动"} & set(columns)


async def test_what_goes_out_comes_in_again_unchanged(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    rows = [row(), row(需求名称="第二", 服务期限="18个月", 所需专家人数=None, 是否重点乡镇="否", 备注="无")]
    rows.append(
        row(需求名称="第三", 区划代码="500101151999", **{"村（社区）": "新建村"})
        | {"申请支持经费（万元）": "12.345678"}
    )
    await done(await upload(api(actors.bureau), round["id"], summary(rows)))
    answer = await api(actors.bureau).get("/v1/orders/export", params={"round_id": round["id"]})
    again = await done(await upload(api(actors.bureau), round["id"], answer.content))
    assert (again["rows"], again["unchanged"]) == (3, 3)


async def test_the_file_holds_exactly_what_the_list_finds_in_its_order(
    api: Any, actors: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "PORTION", 2)
    round = await open_round(api, actors)
    await done(await upload(api(actors.bureau), round["id"], many(5)))
    await published_order(api, actors, round["id"], title="已发布", division="500101152001")
    for params in (
        {},
        {"status": "submitted"},
        {"division": "500101152000"},
        {"sort": "-title"},
        {"status": "draft"},
        {"q": "3号 茶园"},
    ):
        listed = (await done(await api(actors.district).get("/v1/orders", params=params)))["items"]
        found = await table(api, actors.district, **params)
        assert [line["需求名称"] for line in found] == [item["title"] for item in listed]
    seen_by_all = await table(api, actors.expert)
    assert [(line["需求名称"], line["状态"]) for line in seen_by_all] == [("已发布", "已发布")]


async def test_liaisons_are_named_only_to_those_who_run_the_order(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    await published_order(api, actors, round["id"])
    for actor, phone in (
        (actors.district, "13800000000"),
        (actors.change(actors.host, unit=HOST), "13800000000"),
        (actors.change(actors.district, division="500114000000"), None),
        (actors.expert, None),
        (actors.supervisor, None),
    ):
        (line,) = await table(api, actor)
        assert (line["联系电话"], bool(line["联系人"])) == (phone, phone is not None)


async def test_no_cell_is_taken_for_a_formula_in_either_format(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    evil = '=HYPERLINK("http://x","y")'
    await published_order(api, actors, round["id"], title="＠SUM(A1)", problem=evil, expected="-1+2")
    (line,) = await table(api, actors.bureau)
    assert (line["需求名称"], line["需求描述"], line["期望成果"]) == ("'＠SUM(A1)", "'" + evil, "'-1+2")
    answer = await api(actors.bureau).get("/v1/orders/export", params={"format": "csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (plain,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (plain["需求描述"], plain["申请支持经费（万元）"]) == ("'" + evil, "15")


async def test_more_rows_than_a_file_holds_are_refused_not_cut_off(
    api: Any, actors: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["services.orders.api.exports"], "MOST_EXPORTED", 2)
    round = await open_round(api, actors)
    await done(await upload(api(actors.bureau), round["id"], many(3)))
    refused = await api(actors.bureau).get("/v1/orders/export")
    assert (refused.status_code, refused.json()["code"]) == (422, "export.too_many")
    assert len(await table(api, actors.bureau, division="500101151002", status="draft")) == 0


async def test_a_file_in_no_known_format_or_order_is_refused(api: Any, actors: Any) -> None:
    assert (await api(actors.bureau).get("/v1/orders/export", params={"format": "pdf"})).status_code == 422
    assert (await api(actors.bureau).get("/v1/orders/export", params={"sort": "problem"})).json()["code"] == "list.sort"
    assert (await api().get("/v1/orders/export")).status_code == 401


async def test_an_order_without_optional_values_is_exported_with_empty_cells(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    bare = order_body(round["id"], asked_fen=None, liaison_phone=None)
    await done(await api(actors.bureau).post("/v1/orders", json=bare), 201)
    (line,) = await table(api, actors.bureau)
    assert (line["申请支持经费（万元）"], line["服务期限"], line["编号"]) == (None, None, None)


def test_every_column_of_the_form_has_a_value_in_the_export() -> None:
    assert {column.en for column in COLUMNS} - set(workbooks.VALUES) == {"action"}
