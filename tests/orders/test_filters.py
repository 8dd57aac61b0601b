"""Saved filters: the list's own grammar, kept under a name by and for one person."""

from typing import Any

from tests.orders.factories import done, open_round, order_body, published_order

KEPT = {"name": "重点乡镇的茶叶", "query": {"q": "茶园", "status": "published", "sort": "-created_at"}}


async def test_a_saved_filter_is_used_changed_and_deleted(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    await published_order(api, actors, round["id"])
    await done(await api(actors.bureau).post("/v1/orders", json=order_body(round["id"], title="茶园二")), 201)
    bureau = api(actors.bureau)
    saved = await done(await bureau.post("/v1/filters", json=KEPT), 201)
    assert saved["query"] == KEPT["query"]

    async def found(**more: Any) -> int:
        return len((await done(await bureau.get("/v1/orders", params={"filter": saved["id"], **more})))["items"])

    assert (await found(), await found(status="draft"), await found(q="柑橘")) == (1, 1, 0)
    where = f"/v1/filters/{saved['id']}"
    assert (await bureau.patch(where, json={"name": "x"})).status_code == 428
    changed = await done(await bureau.patch(where, json={"query": {"q": "茶"}}, headers={"If-Match": '"1"'}))
    assert (changed["name"], changed["query"], changed["version"]) == (KEPT["name"], {"q": "茶"}, 2)
    assert await found() == 2
    assert [f["id"] for f in (await done(await bureau.get("/v1/filters")))["items"]] == [saved["id"]]
    assert (await bureau.delete(where)).status_code == 204
    assert (await bureau.get(where)).status_code == 404


async def test_a_filter_is_only_its_owners(api: Any, actors: Any) -> None:
    saved = await done(await api(actors.bureau).post("/v1/filters", json=KEPT), 201)
    other = api(actors.change(actors.bureau, id="bureau-2"))
    where = f"/v1/filters/{saved['id']}"
    assert (await done(await other.get("/v1/filters")))["items"] == []
    answers = [
        await other.get(where),
        await other.get("/v1/orders", params={"filter": saved["id"]}),
        await other.delete(where),
        await other.patch(where, json={"name": "y"}, headers={"If-Match": '"1"'}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await other.post("/v1/filters", json=KEPT)).status_code == 201  # the same name, another person


async def test_a_filter_that_the_list_would_refuse_is_not_saved(api: Any, actors: Any) -> None:
    bureau = api(actors.bureau)
    for query in ({"status": "publishd"}, {"colour": "red"}, {"division": "50"}, {"sort": "problem"}, {"q": ""}):
        answer = await bureau.post("/v1/filters", json={"name": "x", "query": query})
        assert answer.status_code == 422, query
        assert answer.json()["errors"][0]["pointer"].startswith("/query/")
    await done(await bureau.post("/v1/filters", json=KEPT), 201)
    again = await bureau.post("/v1/filters", json=KEPT)
    assert again.json()["code"] == "filter.name_taken"
    for number in range(49):
        await done(await bureau.post("/v1/filters", json={"name": f"f{number}", "query": {}}), 201)
    assert (await bureau.post("/v1/filters", json={"name": "51", "query": {}})).json()["code"] == "filter.too_many"
