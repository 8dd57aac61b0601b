"""Orders that look like one: suggested with reasons, decided by a person, fast enough for a whole round."""

import random
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from services.orders.queries.duplicates import likely
from tests.orders.factories import done, open_round, order_body

HOSTS = ("N2500101053181942A", "115001107583588871")


async def drafted(api: Any, actors: Any, round_id: str, **changes: Any) -> str:
    created = await done(await api(actors.bureau).post("/v1/orders", json=order_body(round_id, **changes)), 201)
    return str(created["id"])


async def pairs(api: Any, actor: Any, round_id: str) -> Any:
    return await done(await api(actor).get(f"/v1/rounds/{round_id}/duplicates"))


async def test_orders_that_look_like_one_are_suggested_with_score_and_reasons(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    one = await drafted(api, actors, round["id"], title="茶园病虫害绿色防控", problem="小绿叶蝉多发，减产两成")
    two = await drafted(
        api,
        actors,
        round["id"],
        title="茶园病虫害的绿色防控技术",
        problem="小绿叶蝉多发，减产约两成",
        host_code=HOSTS[1],
    )
    await drafted(api, actors, round["id"], title="乡村旅游规划", problem="缺少整体规划")
    found = await pairs(api, actors.district, round["id"])
    assert found["total"] == 1
    (pair,) = found["items"]
    assert {pair["one"]["id"], pair["other"]["id"]} == {one, two}
    assert [reason["code"] for reason in pair["reasons"]] == [
        "duplicate.title",
        "duplicate.problem",
        "duplicate.same_village",
    ]
    assert all(reason["zh"] and reason["en"] for reason in pair["reasons"])
    assert 60 <= pair["score"] <= 100


async def test_a_dismissed_pair_is_not_suggested_again_and_a_merged_one_neither(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    first, second, third = [await drafted(api, actors, round["id"], title=f"茶园病虫害防治{n}") for n in "一二三"]
    assert (await pairs(api, actors.district, round["id"]))["total"] == 3
    where = f"/v1/rounds/{round['id']}/duplicates/dismiss"
    for one, other in ((first, second), (second, first)):
        said = await api(actors.district).post(where, json={"one": one, "other": other})
        assert said.status_code == 204, said.text
    assert (await pairs(api, actors.bureau, round["id"]))["total"] == 2
    await done(await api(actors.district).post(f"/v1/orders/{third}/merge", json={"into": first}))
    assert await pairs(api, actors.district, round["id"]) == {"total": 0, "items": []}


async def test_suggestions_stay_within_the_callers_division(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    one, two = [await drafted(api, actors, round["id"], title=f"茶园病虫害防治{n}") for n in "一二"]
    neighbour = actors.change(actors.district, division="500114000000")
    assert (await pairs(api, neighbour, round["id"]))["items"] == []
    where = f"/v1/rounds/{round['id']}/duplicates/dismiss"
    assert (await api(neighbour).post(where, json={"one": one, "other": two})).status_code == 404
    for role in (actors.host, actors.expert, actors.town):
        assert (await api(role).get(f"/v1/rounds/{round['id']}/duplicates")).status_code == 403


async def test_a_pair_that_is_none_cannot_be_dismissed(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    other = await open_round(api, actors, prefix="CQ-2021")
    one = await drafted(api, actors, round["id"])
    foreign = await drafted(api, actors, other["id"])
    where = f"/v1/rounds/{round['id']}/duplicates/dismiss"
    assert (await api(actors.bureau).post(where, json={"one": one, "other": one})).status_code == 422
    for missing in (foreign, str(uuid4())):
        assert (await api(actors.bureau).post(where, json={"one": one, "other": missing})).status_code == 404


WHAT = (
    "茶园",
    "花椒",
    "脐橙",
    "生猪",
    "中药材",
    "天麻",
    "乡村旅游",
    "水产",
    "食用菌",
    "冷链",
    "电商",
    "养蜂",
    "高粱",
    "桑蚕",
)
DONE = (
    "病虫害绿色防控",
    "品种改良",
    "深加工工艺",
    "品牌策划",
    "土壤改良",
    "标准化生产",
    "质量追溯",
    "疫病防治",
    "仓储保鲜",
    "人才培训",
)


def a_round(count: int, copies: int) -> list[Any]:
    """Orders of 40 counties; the last ``copies`` are others written a little differently by another host."""
    chance = random.Random(7)
    rows = []
    for number in range(count - copies):
        what, how, place = chance.choice(WHAT), chance.choice(DONE), chance.randrange(40)
        village = f"5001{place:02d}{chance.randrange(100, 130)}{chance.randrange(1, 20):03d}"
        problem = f"{what}{how}问题，面积{chance.randrange(50, 900)}亩，农户{chance.randrange(20, 400)}户，编号{number}"
        title = f"{chance.choice('东西南北上下')}{chance.choice('河山坪坝湾')}{what}{how}{number % 97}"
        rows.append(
            SimpleNamespace(
                id=uuid4(), title=title, problem=problem, host_code=f"H{number}", division=village, status="submitted"
            )
        )
    for number in range(copies):
        kept = rows[number * 7]
        other = {
            "id": uuid4(),
            "title": f"{kept.title}技术需求",
            "problem": kept.problem + "。",
            "host_code": f"C{number}",
        }
        rows.append(SimpleNamespace(**{**vars(kept), **other}))
    return rows


def test_every_copy_is_found_in_a_round_of_ten_thousand_orders() -> None:
    rows = a_round(10_000, 200)
    found = likely(rows, 60, set())
    together = {frozenset((pair.one, pair.other)) for pair in found}
    copies = {frozenset((rows[number * 7].id, rows[9_800 + number].id)) for number in range(200)}
    assert copies <= together
