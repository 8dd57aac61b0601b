"""Offers: an expert puts a ready result up, and hosts come to it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.orders.rules import offer
from shared.actor import Actor
from shared.contracts.orders import OrderMatched, OrderPublished, OrderReopened
from shared.contracts.teams import PersonMerged, TeamConfirmed, TeamDeclined, TeamDissolved, TeamPlaced, TeamSubmitted
from shared.errors import Forbidden, Refused
from shared.testing import START
from tests.orders.factories import HOST, done, open_round, order_body

PERSON = UUID(int=7)
EXPERT = Actor(id="e", roles=frozenset({"expert"}), person=str(PERSON))
OTHER = Actor(id="o", roles=frozenset({"expert"}), person=str(UUID(int=8)))
DISTRICT = "500101000000"


def offer_body(round_id: str, **changes: Any) -> dict[str, Any]:
    body = {
        "round_id": round_id,
        "title": "茶园绿色防控技术",
        "division": DISTRICT,
        "expert_name": "张三",
        "expert_unit": "三峡学院",
        "industry": "茶叶",
        "problem": "成套防控技术，已在两县应用",
        "expected": "农药减量三成",
    }
    return body | changes


async def drafted(api: Any, round_id: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = await done(await api(EXPERT).post("/v1/offers", json=offer_body(round_id, **changes)), 201)
    return found


async def published(api: Any, actors: Any, round_id: str, **changes: Any) -> dict[str, Any]:
    row = await drafted(api, round_id, **changes)
    await done(await api(EXPERT).post(f"/v1/orders/{row['id']}/submit"))
    found: dict[str, Any] = await done(await api(actors.bureau).post(f"/v1/orders/{row['id']}/publish"))
    return found


def codes(answer: Any) -> set[str]:
    return {error["code"] for error in answer.json()["errors"]}


def test_a_round_takes_the_directions_that_it_names() -> None:
    assert offer.draft("supply", EXPERT) == offer.draft("both", EXPERT) == "draft"
    with pytest.raises(Refused) as refusal:
        offer.draft("demand", EXPERT)
    assert [reason.code for reason in refusal.value.reasons] == ["order.direction"]
    with pytest.raises(Forbidden):
        offer.draft("supply", Actor(id="x", roles=frozenset({"expert"})))
    with pytest.raises(Forbidden):
        offer.draft("supply", Actor(id="x", roles=frozenset({"expert"}), person="no id of the registry"))


def test_the_bureau_needs_no_recommendation_for_an_offer_only() -> None:
    bureau = Actor(id="b", roles=frozenset({"bureau"}))
    assert "recommendation" not in (offer.switches("supply", ("recommendation", "award"), bureau) or ())
    assert "recommendation" not in (offer.switches("supply", None, bureau) or ())
    assert offer.switches("demand", ("recommendation",), bureau) == ("recommendation",)
    assert offer.switches("supply", ("recommendation",), EXPERT) == ("recommendation",)


async def test_an_offer_is_published_with_its_experts_name_and_without_a_host(
    api: Any, actors: Any, events: Any
) -> None:
    round_ = await open_round(api, actors, direction="both")
    row = await published(api, actors, round_["id"])
    assert (row["direction"], row["offered_by"], row["host_code"], row["number"]) == (
        "supply",
        str(PERSON),
        "",
        "CQ-2020-0001",
    )
    [event] = await events(OrderPublished)
    assert (event.direction, event.offered_by, event.host_code) == ("supply", PERSON, "")
    shown = await done(await api().get(f"/public/orders/{row['number']}"))
    assert (shown["direction"], shown["expert_name"], shown["expert_unit"]) == ("supply", "张三", "三峡学院")
    assert str(PERSON) not in str(shown)


async def test_the_experts_district_may_recommend_an_offer(api: Any, actors: Any) -> None:
    round_ = await open_round(api, actors, direction="supply")
    row = await drafted(api, round_["id"])
    await done(await api(EXPERT).post(f"/v1/orders/{row['id']}/submit"))
    recommended = await done(await api(actors.district).post(f"/v1/orders/{row['id']}/recommend"))
    assert recommended["status"] == "recommended"
    assert (await done(await api(actors.bureau).post(f"/v1/orders/{row['id']}/publish")))["status"] == "published"


async def test_the_checklist_of_a_submitted_offer_lets_the_bureau_publish_it(api: Any, actors: Any) -> None:
    round_ = await open_round(api, actors, direction="supply")
    row = await drafted(api, round_["id"])
    own = await done(await api(EXPERT).get(f"/v1/orders/{row['id']}"))
    assert {action["action"] for action in own["actions"]} == {"submit", "cancel"}
    await done(await api(EXPERT).post(f"/v1/orders/{row['id']}/submit"))
    shown = await done(await api(actors.bureau).get(f"/v1/orders/{row['id']}"))
    assert "publish" in {action["action"] for action in shown["actions"] if action["allowed"]}


async def test_only_its_expert_sees_edits_submits_and_cancels_a_draft(api: Any, actors: Any) -> None:
    round_ = await open_round(api, actors, direction="supply")
    row = await drafted(api, round_["id"], expected="")
    path = f"/v1/orders/{row['id']}"
    assert (await api(OTHER).get(path)).status_code == 404
    assert (await api(OTHER).post(f"{path}/submit")).status_code == 404
    unnamed = actors.change(actors.host, unit="")
    assert (await api(unnamed).post(f"{path}/cancel", json={"reason": "x"})).status_code == 404
    refused = await api(EXPERT).post(f"{path}/submit")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/expected"]
    changed = {"expected": "农药减量三成", "expert_unit": "三峡学院茶学系"}
    edited = await done(await api(EXPERT).patch(path, json=changed, headers={"If-Match": f'"{row["version"]}"'}))
    assert edited["expert_unit"] == "三峡学院茶学系"
    assert (await done(await api(EXPERT).post(f"{path}/submit")))["status"] == "submitted"
    assert (await done(await api(EXPERT).post(f"{path}/cancel", json={"reason": "另有安排"})))["status"] == "cancelled"


async def test_a_round_of_the_other_direction_refuses(api: Any, actors: Any) -> None:
    demand = await open_round(api, actors)
    assert codes(await api(EXPERT).post("/v1/offers", json=offer_body(demand["id"]))) == {"order.direction"}
    supply = await open_round(api, actors, direction="supply", prefix="CQ-2020-S")
    refused = await api(actors.bureau).post("/v1/orders", json=order_body(supply["id"]))
    assert codes(refused) == {"order.direction"}


async def test_two_experts_may_offer_under_one_title_and_one_expert_only_once(api: Any, actors: Any) -> None:
    round_ = await open_round(api, actors, direction="supply")
    await drafted(api, round_["id"])
    assert (await api(OTHER).post("/v1/offers", json=offer_body(round_["id"]))).status_code == 201
    assert codes(await api(EXPERT).post("/v1/offers", json=offer_body(round_["id"]))) == {"order.duplicate"}


async def test_a_confirmed_team_gives_the_offer_its_host_until_it_leaves(
    api: Any, actors: Any, deliver: Any, events: Any
) -> None:
    round_ = await open_round(api, actors, direction="supply")
    row = await published(api, actors, round_["id"])
    ids = {"team_id": uuid4(), "order_id": UUID(row["id"]), "round_id": UUID(round_["id"])}
    await deliver(TeamConfirmed(**ids, amount_fen=10_000_000, host_code=HOST, host_name="信义社区合作社"))
    matched = await done(await api(actors.bureau).get(f"/v1/orders/{row['id']}"))
    assert (matched["status"], matched["host_code"], matched["host_name"]) == ("matched", HOST, "信义社区合作社")
    assert len(await events(OrderMatched)) == 1
    await deliver(TeamDissolved(**ids))
    freed = await done(await api(actors.bureau).get(f"/v1/orders/{row['id']}"))
    assert (freed["status"], freed["host_code"], freed["host_name"]) == ("published", "", "")


async def test_someone_placed_on_an_unclaimed_order_reopens_it_and_a_declined_claim_leaves_it_unclaimed(
    api: Any, actors: Any, deliver: Any, events: Any, clock: Any, run_due_jobs: Any
) -> None:
    round_ = await open_round(api, actors, direction="supply")
    first, second = [await published(api, actors, round_["id"], title=title) for title in ("甲", "乙")]
    declined = {"team_id": uuid4(), "order_id": UUID(first["id"]), "round_id": UUID(round_["id"])}
    await deliver(TeamSubmitted(**declined, asked_fen=0))
    await deliver(TeamDeclined(**declined))
    await clock.set(START + timedelta(days=11))
    await run_due_jobs()

    async def statuses() -> list[str]:
        return [(await done(await api(actors.bureau).get(f"/v1/orders/{o['id']}")))["status"] for o in (first, second)]

    assert await statuses() == ["unclaimed", "unclaimed"]
    await deliver(
        TeamPlaced(team_id=uuid4(), order_id=UUID(second["id"]), round_id=UUID(round_["id"]), person_id=PERSON)
    )
    assert await statuses() == ["unclaimed", "published"]
    assert len(await events(OrderReopened)) == 1


async def test_an_expert_whose_records_were_merged_keeps_the_offer(api: Any, actors: Any, deliver: Any) -> None:
    round_ = await open_round(api, actors, direction="supply")
    row = await drafted(api, round_["id"])
    await deliver(PersonMerged(person_id=PERSON, into=UUID(OTHER.person)))
    assert (await api(EXPERT).get(f"/v1/orders/{row['id']}")).status_code == 404
    assert (await done(await api(OTHER).get(f"/v1/orders/{row['id']}")))["offered_by"] == OTHER.person
