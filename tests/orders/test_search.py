"""Lists of orders: words in Chinese and Latin, one grammar of filters, and nobody finds what is not theirs."""

from typing import Any

import pytest
import sqlalchemy as sa

from services.orders.queries.search import lexemes_of, words_of
from tests.orders.factories import HOST, done, open_round, order_body, published_order

OTHER = "N2500114053181942Y"


async def titles(client: Any, **asked: Any) -> list[str]:
    return sorted(item["title"] for item in (await done(await client.get("/v1/orders", params=asked)))["items"])


@pytest.fixture
async def stage(api: Any, actors: Any) -> Any:
    """A round with one published order on tea, and one on oranges that only its host and offices see."""
    round = await open_round(api, actors)
    await published_order(api, actors, round["id"], title="茶园病虫害防治", expertise=["茶学"], key_place=True)
    body = order_body(round["id"], title="柑橘保鲜１００吨", industry="柑橘", problem="鲜果集中上市，Cold Chain 不足")
    await done(await api(actors.bureau).post("/v1/orders", json=body), 201)
    return round


async def test_words_of_one_two_and_more_characters_are_found_in_any_field(api: Any, actors: Any, stage: Any) -> None:
    bureau = api(actors.bureau)
    for q in ("茶", "茶园", "病虫害", "园病虫害防", "茶学", "cq-2020-0001", "CQ 0001"):
        assert await titles(bureau, q=q) == ["茶园病虫害防治"], q
    for q in ("保鲜", "100吨", "１００吨", "cold", "COLD chain 柑", "鲜果 上市", "足"):
        assert await titles(bureau, q=q) == ["柑橘保鲜１００吨"], q
    for q in ("信义", "龙驹镇", "信义社区股份", "亩产提高", "万州 亩"):
        assert await titles(bureau, q=q) == ["柑橘保鲜１００吨", "茶园病虫害防治"], q


async def test_every_word_must_be_found_as_it_stands(api: Any, actors: Any, stage: Any) -> None:
    bureau = api(actors.bureau)
    for q in ("茶园 柑橘", "病虫园", "害虫", "治病", "0002", "联络员", "13800000000", "……", "'", "\\", "茶%", "茶_"):
        assert await titles(bureau, q=q) == [], q


async def test_both_ways_of_searching_find_the_same(
    api: Any, actors: Any, stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for share in (0.0, 2.0):  # every word counts as common, or none
        monkeypatch.setattr("services.orders.queries.search.COMMON", share)
        for q, found in (("茶", 1), ("病虫害", 1), ("信义 社区", 2), ("保鲜 100", 1), ("虫病", 0), ("cq-2020-0001", 1)):
            assert len(await titles(api(actors.bureau), q=q, sort="title")) == found, (share, q)


async def test_what_is_written_is_found_at_once_and_what_was_is_not(api: Any, actors: Any, stage: Any) -> None:
    bureau = api(actors.bureau)
    [order] = (await done(await bureau.get("/v1/orders", params={"q": "柑橘"})))["items"]
    changes = {"title": "脆李嫁接", "industry": "脆李", "problem": "x"}
    await done(await bureau.patch(f"/v1/orders/{order['id']}", json=changes, headers={"If-Match": '"1"'}))
    assert await titles(bureau, q="脆李") == ["脆李嫁接"]
    assert await titles(bureau, q="柑橘") == []


async def test_nobody_finds_what_is_not_theirs(api: Any, actors: Any, stage: Any) -> None:
    strangers = [
        actors.change(actors.district, division="500114000000"),
        actors.change(actors.town, division="500101999000"),
        actors.change(actors.host, unit=OTHER),
        actors.change(actors.expert, person="5"),
        actors.unit,
    ]
    for actor in strangers:
        assert await titles(api(actor)) == ["茶园病虫害防治"], actor
        for asked in (
            {"q": "柑橘"},
            {"industry": "柑橘"},
            {"status": "draft"},
            {"division": "500101000000", "q": "保鲜"},
        ):
            assert await titles(api(actor), **asked) == [], (actor, asked)
    own = [
        actors.district,
        actors.bureau,
        actors.reviewer,
        actors.change(actors.town, division="500101151000"),
        actors.change(actors.host, unit=HOST),
        actors.change(actors.host, unit=HOST, roles=frozenset({"host", "district"})),
    ]
    for actor in own:
        assert await titles(api(actor)) == ["柑橘保鲜１００吨", "茶园病虫害防治"], actor
        assert await titles(api(actor), q="柑橘") == ["柑橘保鲜１００吨"], actor


async def test_society_finds_published_orders_only(api: Any, actors: Any, stage: Any) -> None:
    async def found(**asked: Any) -> list[str]:
        items = (await done(await api().get("/public/orders", params=asked)))["items"]
        return [item["title"] for item in items]

    assert await found(q="病虫") == ["茶园病虫害防治"]
    assert await found(q="柑橘") == []
    assert await found(round="CQ-2020", key_place=True, q="茶") == ["茶园病虫害防治"]
    assert await found(round="CQ-2019") == []


async def test_one_grammar_of_filters(api: Any, actors: Any, stage: Any) -> None:
    bureau, tea, orange = api(actors.bureau), ["茶园病虫害防治"], ["柑橘保鲜１００吨"]
    for asked, found in (
        ({"round_id": stage["id"], "status": "published"}, tea),
        ({"year": 2020, "status": "draft,returned"}, orange),
        ({"year": 2019}, []),
        ({"division": "500101151002"}, sorted(tea + orange)),
        ({"division": "500114000000"}, []),
        ({"industry": "柑橘"}, orange),
        ({"expertise": "茶学"}, tea),
        ({"key_place": True}, tea),
        ({"asked_from": 15_000_000, "asked_to": 15_000_000}, sorted(tea + orange)),
        ({"asked_from": 15_000_001}, []),
        ({"published_since": "2020-03-10T00:00:00+08:00"}, tea),
        ({"published_since": "2020-03-11T00:00:00+08:00"}, []),
        ({"has_team": True}, []),
        ({"has_team": False, "key_place": False}, orange),
        ({"direction": "supply"}, []),
        ({"host_code": HOST, "number": "CQ-2020-0001"}, tea),
    ):
        assert await titles(bureau, **asked) == found, asked
    for wrong in ({"status": "publishd"}, {"division": "50"}, {"asked_from": -1}, {"q": ""}, {"sort": "problem"}):
        assert (await bureau.get("/v1/orders", params=wrong)).status_code == 422, wrong


async def test_a_list_of_several_parts_pages_forward_and_backward(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    for number in range(7):
        body = order_body(round["id"], title=f"需求{number}")
        if number % 2:
            await published_order(api, actors, round["id"], title=f"需求{number}")
        else:
            await done(await api(actors.bureau).post("/v1/orders", json=body), 201)
    district, pages = api(actors.district), []
    at: str | None = "/v1/orders?limit=3&sort=-title"
    while at:
        last = await done(await district.get(at))
        pages.append([item["title"][-1] for item in last["items"]])
        at = last["next"] and last["next"].removeprefix("http://127.0.0.1:8080")
    assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    back = await done(await district.get(last["prev"].removeprefix("http://127.0.0.1:8080")))
    assert [item["title"][-1] for item in back["items"]] == ["3", "2", "1"]


async def test_the_public_version_moves_with_every_change_and_stands_still_between(
    api: Any, actors: Any, session: Any, stage: Any
) -> None:
    from services.orders.queries import public_version

    before = await public_version(session)
    assert await public_version(session) == before
    await published_order(api, actors, stage["id"], title="又一个")
    assert await public_version(session) != before


async def test_personal_data_is_no_part_of_what_is_searched(session: Any, stage: Any, api: Any) -> None:
    texts = " ".join(await session.scalars(sa.text("select searched from orders")))
    assert "茶园" in texts
    assert "联络员" not in texts
    assert "138" not in texts


def test_a_typed_text_becomes_the_terms_of_the_index() -> None:
    assert words_of(" 茶园　ＣＱ-2020 茶园 ！") == ["茶园", "cq-2020"]
    assert lexemes_of("茶园病") == ["'茶园'", "'园病'"]
    assert lexemes_of("茶") == ["'茶':*"]
    assert lexemes_of("亩产100斤") == ["'亩产'", "'100':*", "'斤':*"]
    assert lexemes_of("cq-2020") == ["'cq'", "'2020':*"]
    assert lexemes_of("茶园", "f1|") == ["'f1|茶园'"]
    assert lexemes_of("a'b\\c") == ["'a'", "'b'", "'c'"]
