"""The order as an official paper, and its sealed scan."""

import asyncio
from typing import Any
from urllib.parse import quote

import pytest

from shared.db import Database
from shared.http.app import create_app
from shared.testing import Clients, settings_for_tests
from tests.orders.factories import HOST, done, open_round, order_body, published_order
from tests.orders.test_offers import EXPERT, drafted
from tests.shared.handed_in import PDF, png
from tests.shared.papers import said

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def draft(api: Any, actors: Any, **changes: Any) -> str:
    opened = await open_round(api, actors)
    created = await done(await api(actors.bureau).post("/v1/orders", json=order_body(opened["id"], **changes)), 201)
    return f"/v1/orders/{created['id']}"


async def test_the_form_is_filled_with_what_the_order_says(api: Any, actors: Any) -> None:
    path = await draft(
        api, actors, service_forms=["现场指导", "培训"], starts_on="2020-05-01", ends_on="2021-04-30", people_wanted=3
    )
    answer = await api(actors.change(actors.host, unit=HOST)).get(f"{path}/form")
    assert (answer.status_code, answer.headers["content-type"]) == (200, DOCX)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert quote("需求订单申报表") in answer.headers["content-disposition"]
    text = said(answer.content)
    for part in (
        "2020年专家服务团\n需求订单申报表",
        "编号：\n",
        "茶园病虫害防治",
        "信义社区股份经济合作联合社",
        HOST,
        "500101151002",
        "联络员",
        "13800000000",
        "2020年5月1日至2021年4月30日",
        "3人",
        "现场指导、培训",
        "病虫害多",
        "亩产提高一成",
        "150,000.00元（大写：人民币壹拾伍万元整）",
        "信义社区股份经济合作联合社（盖章处）",
        "区县人力资源和社会保障局（盖章处）",
        f"校验码 {answer.headers['x-document-fingerprint'][:16]}",
    ):
        assert part in text, part


async def test_a_draft_with_nothing_in_it_and_one_with_odd_words_can_be_printed(api: Any, actors: Any) -> None:
    bare = await draft(api, actors, liaison_name="", liaison_phone=None, problem="", expected="", asked_fen=None)
    assert "茶园病虫害防治" in said((await api(actors.bureau).get(f"{bare}/form")).content)
    opened = (await done(await api(actors.bureau).get(bare)))["round_id"]
    long = order_body(opened, title='𠮷野<b>&"茶"园', problem="一\n二\n" + "长" * 1900, remark="㎡")
    created = await done(await api(actors.bureau).post("/v1/orders", json=long), 201)
    text = said((await api(actors.bureau).get(f"/v1/orders/{created['id']}/form")).content)
    assert '𠮷野<b>&"茶"园' in text
    assert "长" * 1900 in text


async def test_the_form_has_the_sight_of_the_page_and_masks_the_phone(api: Any, actors: Any) -> None:
    opened = await open_round(api, actors)
    draft = await done(await api(actors.bureau).post("/v1/orders", json=order_body(opened["id"], title="草稿")), 201)
    assert (await api(actors.expert).get(f"/v1/orders/{draft['id']}/form")).status_code == 404
    order = await published_order(api, actors, opened["id"])
    path = f"/v1/orders/{order['id']}/form"
    assert (await api().get(path)).status_code == 401
    own, strange = await api(actors.district).get(path), await api(actors.expert).get(path)
    assert "13800000000" in said(own.content)
    assert "13800000000" not in said(strange.content)
    assert "*******0000" in said(strange.content)
    assert f"编号：{order['number']}" in said(strange.content)
    assert own.headers["x-document-fingerprint"] == strange.headers["x-document-fingerprint"]
    assert (await api(actors.expert).get(f"{path}s")).json() == []


async def test_the_page_shows_which_versions_were_downloaded_and_came_back_sealed(
    api: Any, actors: Any, clock: Any
) -> None:
    path = await draft(api, actors)
    client = api(actors.change(actors.host, unit=HOST))
    assert await done(await client.get(f"{path}/forms")) == []
    first = (await client.get(f"{path}/form")).headers["x-document-fingerprint"]
    assert (await client.get(f"{path}/form")).headers["x-document-fingerprint"] == first
    version = (await done(await client.get(path)))["version"]
    await done(await client.patch(path, json={"expected": "亩产提高两成"}, headers={"If-Match": f'"{version}"'}))
    second = (await api(actors.bureau).get(f"{path}/form")).headers["x-document-fingerprint"]
    assert first != second

    scan = {"kind": "scan", "form": "order", "document": first[:16].upper()}
    sent = await client.post(f"{path}/attachments", files={"file": ("盖章.pdf", PDF)}, data=scan)
    added = await done(sent, 201)
    assert (added["form"], added["document"]) == ("order", first)
    listed = {version["document"]: version for version in await done(await client.get(f"{path}/forms"))}
    assert set(listed) == {first, second}
    assert [listed[key]["current"] for key in (first, second)] == [False, True]
    assert [listed[key]["downloaded_by"] for key in (first, second)] == ["host-1", "bureau-1"]
    assert [scan["id"] for scan in listed[first]["scans"]] == [added["id"]]
    assert listed[second]["scans"] == []
    assert listed[first]["code"] == first[:16]


async def test_a_scan_of_a_text_that_was_never_handed_out_is_refused(api: Any, actors: Any) -> None:
    path = await draft(api, actors)
    client = api(actors.change(actors.host, unit=HOST))
    fingerprint = (await client.get(f"{path}/form")).headers["x-document-fingerprint"]
    for fields, status, code in (
        ({"form": "order", "document": "0" * 16}, 409, "attachment.unknown_version"),
        ({"form": "order", "document": fingerprint[:4]}, 422, "attachment.code_short"),
        ({"form": "claim", "document": fingerprint[:16]}, 422, "attachment.form"),
        ({"form": "order", "document": "%" * 16}, 422, "field.string_pattern_mismatch"),
    ):
        answer = await client.post(
            f"{path}/attachments", files={"file": ("a.png", png())}, data={"kind": "scan", **fields}
        )
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    assert (await done(await client.get(f"{path}/attachments")))["items"] == []


@pytest.mark.parametrize("direction", ["supply", "both"])
async def test_an_offer_is_signed_by_its_expert_and_sealed_by_the_unit(api: Any, actors: Any, direction: str) -> None:
    opened = await open_round(api, actors, direction=direction)
    row = await drafted(api, opened["id"])
    text = said((await api(EXPERT).get(f"/v1/orders/{row['id']}/form")).content)
    for part in (
        "专家发榜申报表",
        "茶园绿色防控技术",
        "发榜专家",
        "张三",
        "三峡学院（盖章处）",
        "成套防控技术",
        "签字：",
        "市人力资源和社会保障局（盖章处）",
    ):
        assert part in text, part
    for part in ("需求单位", "区县推荐", "承接单位"):
        assert part not in text, part


async def test_a_need_in_a_round_of_both_directions_is_a_need(api: Any, actors: Any) -> None:
    opened = await open_round(api, actors, direction="both")
    created = await done(await api(actors.bureau).post("/v1/orders", json=order_body(opened["id"])), 201)
    text = said((await api(actors.bureau).get(f"/v1/orders/{created['id']}/form")).content)
    assert "需求订单申报表" in text
    assert "发榜专家" not in text


async def test_that_a_paper_was_handed_out_is_kept_although_the_route_only_reads(
    databases: Any, service: Any, actors: Any
) -> None:
    database = Database(await databases.create(service), service="orders")
    api = Clients({"orders": create_app(service, settings_for_tests(), database)})
    try:
        path = await draft(api, actors)
        answers = await asyncio.gather(*(api(actors.bureau).get(f"{path}/form") for _ in range(5)))
        [fingerprint] = {answer.headers["x-document-fingerprint"] for answer in answers}
        [version] = await done(await api(actors.bureau).get(f"{path}/forms"))
        assert version["document"] == fingerprint
    finally:
        await database.close()
