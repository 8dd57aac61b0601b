"""A round at a glance: who waits for whom, key places without a team, unclaimed orders by the dozen, the story in words."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.base import REGISTRY
from shared.contracts.orders import OrderExtended, OrderRepublished, OrderWithdrawn
from shared.contracts.teams import TeamConfirmed, TeamInvited, TeamSubmitted
from shared.contracts.words import WORDS, words_of
from shared.testing import START
from tests.orders.factories import HOST, done, open_round, order_body, published_order

TOWN, OTHER_TOWN = "500101151000", "500101135000"


async def drafted(api: Any, actors: Any, round_id: str, *steps: str, **changes: Any) -> str:
    order = await done(await api(actors.bureau).post("/v1/orders", json=order_body(round_id, **changes)), 201)
    for step in steps:
        actor = actors.district if step == "recommend" else actors.bureau
        await done(await api(actor).post(f"/v1/orders/{order['id']}/{step}", json={"reason": "补充材料"}))
    return str(order["id"])


async def test_who_keeps_a_round_waiting_is_counted_by_who_and_what(api: Any, actors: Any, clock: Any) -> None:
    round = await open_round(api, actors)
    await drafted(api, actors, round["id"], title="草稿")
    await drafted(api, actors, round["id"], "submit", title="一")
    await clock.set(START + timedelta(hours=1))
    await drafted(api, actors, round["id"], "submit", title="二")
    await drafted(api, actors, round["id"], "submit", "recommend", title="三")
    await drafted(api, actors, round["id"], "submit", "return", title="四")
    where = f"/v1/rounds/{round['id']}/waiting"
    rows = {
        (row["role"], row["code"], row["count"]): row
        for row in (await done(await api(actors.bureau).get(where)))["items"]
    }
    assert set(rows) == {("host", "submit", 1), ("district", "recommend", 2), ("bureau", "publish", 1)}
    district = rows["district", "recommend", 2]
    assert (district["division"], district["who"], district["zh"]) == ("500101000000", "万州区", "审核推荐需求")
    assert (district["oldest_since"][:16], district["due"]) == (
        "2020-03-10T09:00",
        (START + timedelta(days=10)).isoformat(),
    )
    assert rows["host", "submit", 1]["unit"] == HOST
    for row in rows.values():
        listed = await done(await api(actors.bureau).get(row["link"].removeprefix("/orders")))
        assert len(listed["items"]) == row["count"]
    stranger = actors.change(actors.district, division="500114000000")
    assert (await done(await api(stranger).get(where)))["items"] == []
    top = await done(await api(actors.bureau).get(where, params={"limit": 1}))
    assert (len(top["items"]), top["left"]) == (1, 3)
    host = (await done(await api(actors.change(actors.host, unit=HOST)).get(where)))["items"]
    assert sum(row["count"] for row in host) == 5
    assert (await api(actors.bureau).get(f"/v1/rounds/{uuid4()}/waiting")).status_code == 404


async def test_a_town_is_waited_for_where_policy_wants_its_endorsement(api: Any, actors: Any) -> None:
    round = await open_round(api, actors, policy={"orders": {"town_endorsement": True}})
    await drafted(api, actors, round["id"], "submit")
    [row] = (await done(await api(actors.bureau).get(f"/v1/rounds/{round['id']}/waiting")))["items"]
    assert (row["role"], row["code"], row["division"], row["who"]) == ("town", "endorse", TOWN, "万州区龙驹镇")


async def test_key_places_without_a_team_come_first(api: Any, actors: Any, deliver: Any) -> None:
    round = await open_round(api, actors, key_places=[TOWN, OTHER_TOWN, "500114000000"])
    one = await published_order(api, actors, round["id"], title="有团队")
    await published_order(api, actors, round["id"], title="无团队", division="500101135001")
    ids = {"team_id": uuid4(), "order_id": one["id"], "round_id": round["id"]}
    await deliver(TeamConfirmed(**ids, amount_fen=1))
    where = f"/v1/rounds/{round['id']}/coverage"
    found = await done(await api(actors.bureau).get(where))
    assert (found["declared"], found["places"], found["with_team"], found["without_team"]) == (True, 3, 1, 2)
    assert found["without_orders"] == 1
    assert [item["division"] for item in found["items"]] == [OTHER_TOWN, "500114000000", TOWN]
    first, empty, covered = found["items"]
    assert (first["published"], first["teams"], first["without_team_since"][:10]) == (1, 0, "2020-03-10")
    assert (empty["orders"], empty["place"]) == (0, "黔江区")
    assert (covered["team_ids"], covered["without_team_since"]) == ([str(ids["team_id"])], None)
    file = await api(actors.bureau).get(f"{where}/export")
    assert file.content.decode("utf-8-sig").splitlines()[1].startswith(f"{OTHER_TOWN},")
    assert "text/csv" in file.headers["content-type"]


async def test_without_declared_key_places_they_are_those_of_the_orders(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    await published_order(api, actors, round["id"], title="重点", key_place=True)
    await published_order(api, actors, round["id"], title="一般", division="500101135001")
    found = await done(await api(actors.bureau).get(f"/v1/rounds/{round['id']}/coverage"))
    assert (found["declared"], [item["division"] for item in found["items"]]) == (False, [TOWN])


async def test_key_places_change_while_a_round_is_open_and_must_be_its_own(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    where, bureau = f"/v1/rounds/{round['id']}", api(actors.bureau)
    wrong = {"key_places": ["999999999999", "510100000000", "500000000000", "500101151002", TOWN, TOWN]}
    answer = await bureau.patch(where, json=wrong, headers={"If-Match": f'"{round["version"]}"'})
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/key_places/{at}" for at in (0, 1, 2, 3, 5)]
    await done(await bureau.patch(where, json={"key_places": [TOWN]}, headers={"If-Match": f'"{round["version"]}"'}))
    assert (await done(await bureau.get(where)))["key_places"] == [TOWN]


@pytest.mark.parametrize(
    ("step", "body", "status", "event"),
    [
        ("extend", {"closes_at": (START + timedelta(days=20)).isoformat()}, "published", OrderExtended),
        ("republish", {}, "published", OrderRepublished),
        ("withdraw", {"reason": "需求已变化"}, "withdrawn", OrderWithdrawn),
    ],
)
async def test_unclaimed_orders_are_dealt_with_together(
    api: Any, actors: Any, clock: Any, run_due_jobs: Any, events: Any, step: str, body: Any, status: str, event: Any
) -> None:
    round = await open_round(api, actors)
    ids = [(await published_order(api, actors, round["id"], title=f"需求{n}"))["id"] for n in range(3)]
    await clock.set(START + timedelta(days=10))
    assert await run_due_jobs()
    where = f"/v1/rounds/{round['id']}/orders/{step}"
    assert (await api(actors.district).post(where, json=body)).status_code == 403
    nobody = str(uuid4())
    first = await done(await api(actors.bureau).post(where, json=body | {"ids": [ids[0], nobody]}))
    assert {result["id"]: result["ok"] for result in first["results"]} == {ids[0]: True, nobody: False}
    rest = await done(await api(actors.bureau).post(where, json=body))
    assert sorted(result["id"] for result in rest["results"]) == sorted(ids[1:])
    for order_id in ids:
        assert (await done(await api(actors.bureau).get(f"/v1/orders/{order_id}")))["status"] == status
    assert len(await events(event)) == 3


async def test_the_story_is_told_in_words_and_strangers_read_milestones_only(
    api: Any, actors: Any, deliver: Any
) -> None:
    round = await open_round(api, actors)
    order = await published_order(api, actors, round["id"])
    ids = {"team_id": uuid4(), "order_id": order["id"], "round_id": round["id"]}
    await deliver(TeamInvited(**ids, person_ids=[uuid4()]))
    await deliver(TeamSubmitted(**ids, asked_fen=5))
    await deliver(TeamConfirmed(**ids, amount_fen=5))
    where = f"/v1/orders/{order['id']}/timeline"
    story = await done(await api(actors.bureau).get(where))
    assert {"邀请成员", "提交申报", "团队公示期满"} & {entry["zh"] for entry in story} == {"邀请成员", "提交申报"}
    assert [entry["business_time"] for entry in story] == sorted(entry["business_time"] for entry in story)
    assert next(e for e in story if e["type"] == "teams.team.submitted.v1")["data"]["asked_fen"] == 5
    only = await done(await api(actors.bureau).get(where, params={"kind": "team"}))
    assert {entry["kind"] for entry in only} == {"team"}
    assert await done(await api(actors.bureau).get(where, params={"since": "2030-01-01T00:00:00+08:00"})) == []
    strange = await done(await api(actors.change(actors.expert, person="x")).get(where))
    assert {e["type"] for e in strange if e["kind"] == "team"} == {"teams.team.confirmed.v1"}
    assert [(e["data"], e["actor"]) for e in strange if e["actor"] not in ("", "system") or e["data"]] == []


def test_every_event_type_has_its_words_in_both_languages() -> None:
    silent = [kind for kind in REGISTRY if words_of(kind)[0] == kind.rpartition(".v")[0] and "toy" not in kind]
    assert not silent, "add a line to shared/contracts/words.py"
    assert all(zh and en and zh != en for zh, en in WORDS.values())
