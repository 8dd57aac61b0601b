"""Division data as a table: by name, pinyin, initials and code, and as a place's short form in a search of orders."""

from typing import Any

from pypinyin import lazy_pinyin

from services.orders.usecases import division
from shared import divisions
from tests.orders.factories import done, open_round, published_order


async def codes(api: Any, **asked: Any) -> list[str]:
    return [item["code"] for item in (await done(await api().get("/v1/divisions", params=asked)))["items"]]


async def test_divisions_are_found_by_name_pinyin_initials_and_code(api: Any, actors: Any, session: Any) -> None:
    assert await division.load(session) == len(divisions.codes())
    assert await division.load(session) == 0
    await session.flush()
    for q in ("万州", "wanzhou", "wzq", "500101000000", "万州区 重庆"):
        assert "500101000000" in await codes(api, q=q, level=3, within="500000000000"), q
    assert await codes(api, q="信义", within="500101151000") == ["500101151002"]
    towns = [code for code in divisions.codes() if code.startswith("500101") and divisions.level_of(code) == 4]
    named = sorted(code for code in towns if "龙" in (divisions.name_of(code) or ""))
    assert await codes(api, q="龙", within="500101000000", level=4) == named
    assert await codes(api, within="500101151000", limit=1) == ["500101151000"]
    assert await codes(api, q="万州", year=2019) == []
    one = await done(await api().get("/v1/divisions/500101151002"))
    assert (one["full_name"], one["level"], one["parent"]) == ("重庆市万州区龙驹镇信义社区", 5, "500101151000")
    assert (one["pinyin"], one["initials"], one["year"]) == ("xinyishequ", "xysq", 2023)
    assert (await api().get("/v1/divisions/999999999999")).status_code == 404
    assert (await api().get("/v1/divisions/5001")).status_code == 422
    # the same initials stand for the place in a search of orders
    round = await open_round(api, actors)
    await published_order(api, actors, round["id"])
    found = [
        (await done(await api().get("/public/orders", params={"q": q})))["items"] for q in ("wzq", "ljz 茶园", "ybq")
    ]
    assert [len(items) for items in found] == [1, 1, 0]


def test_names_sound_as_the_dictionary_says() -> None:
    names = {divisions.spoken(divisions.name_of(code) or "") for code in list(divisions.codes())[::20]}
    assert {name for name in names if divisions.syllables(name) != lazy_pinyin(name)} == set()
    assert divisions.syllables("东阿县") == ["dong", "e", "xian"]
    assert divisions.syllables("阿Q乡") == ["a", "Q", "xiang"]
