"""Subscriptions of other departments: who may make them, where they may point, and how they live."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.assessment.models import Subscription
from services.assessment.usecases import subscription
from shared import clock, webhooks
from shared.actor import Actor
from shared.contracts.assessment import (
    SubscriptionCreated,
    SubscriptionEdited,
    SubscriptionEnded,
    SubscriptionPaused,
    SubscriptionPinged,
    SubscriptionResumed,
    SubscriptionRotated,
    SubscriptionVerified,
)
from shared.testing import settings_for_tests
from tests.assessment.factories import HOST, UNIT, codes, done
from tests.assessment.post import DEPARTMENT, Post, rating

WISH = {"name": "市委组织部", "address": "https://hooks.example/in", "wants": ["rating.published"]}
BUREAU = Actor(id="bureau-1", roles=frozenset({"bureau"}), division="500000000000")


@pytest.fixture(autouse=True)
def names(monkeypatch: Any) -> dict[str, list[str]]:
    """The internet's names, as far as these tests know them."""
    known = {"hooks.example": ["8.8.8.8"], "127.0.0.1": ["127.0.0.1"]}
    monkeypatch.setattr("shared.webhooks.addresses.resolve", lambda host, port: known.get(host, ["10.0.0.1"]))
    return known


async def test_a_department_subscribes_and_sees_the_secret_once(api: Any, events: Any) -> None:
    made = await done(await api(DEPARTMENT).post("/v1/subscriptions", json=WISH), 201)
    assert made["secret"].startswith("whsec_")
    assert (made["status"], made["unit_code"], made["wants"]) == ("created", UNIT, ["rating.published"])
    assert {a["action"]: a["allowed"] for a in made["actions"]} == {
        "edit": True,
        "rotate": True,
        "ping": False,
        "end": True,
    }
    read = await done(await api(DEPARTMENT).get(f"/v1/subscriptions/{made['id']}"))
    assert "secret" not in read
    [said] = await events(SubscriptionCreated)
    assert "hooks.example" not in said.model_dump_json()


async def test_the_secret_and_the_address_are_ciphertext_in_the_database(api: Any, connection: Any) -> None:
    made = await done(await api(DEPARTMENT).post("/v1/subscriptions", json=WISH), 201)
    [row] = (await connection.execute(sa.text("select secret, address from subscriptions"))).all()
    assert made["secret"] not in row.secret
    assert "hooks.example" not in row.address


async def test_a_token_without_the_scope_subscribes_to_nothing(api: Any, actors: Any) -> None:
    plain = actors.change(DEPARTMENT, scopes=frozenset())
    refused = await api(plain).post("/v1/subscriptions", json=WISH)
    assert (refused.status_code, codes(refused)) == (403, ["scope.missing"])
    assert (await api(actors.district).post("/v1/subscriptions", json=WISH)).status_code == 403


async def test_a_department_subscribes_for_itself_only_and_a_bureau_on_behalf(api: Any) -> None:
    other = await api(DEPARTMENT).post("/v1/subscriptions", json={**WISH, "unit_code": HOST})
    assert codes(other) == ["subscription.not_own"]
    worse = {**WISH, "unit_code": HOST, "wants": [], "address": "https://a.example"}
    refused = await api(DEPARTMENT).post("/v1/subscriptions", json=worse)
    assert codes(refused) == ["subscription.not_own", "subscription.wants", "address.not_public"]
    nobody = await api(BUREAU).post("/v1/subscriptions", json=WISH)
    assert codes(nobody) == ["subscription.unit"]
    made = await done(await api(BUREAU).post("/v1/subscriptions", json={**WISH, "unit_code": UNIT}), 201)
    assert (await done(await api(DEPARTMENT).get(f"/v1/subscriptions/{made['id']}")))["unit_code"] == UNIT


async def test_an_operator_sees_every_subscription_but_no_token_in_its_address(api: Any, actors: Any) -> None:
    wish = {**WISH, "address": "https://hooks.example/in?token=geheim"}
    made = await done(await api(DEPARTMENT).post("/v1/subscriptions", json=wish), 201)
    assert made["address"] == wish["address"]
    where = f"/v1/subscriptions/{made['id']}"
    for read in (where, "/v1/subscriptions"):
        seen = await api(actors.operator).get(read)
        assert "https://hooks.example/in" in seen.text
        assert "geheim" not in seen.text
    assert (await api(actors.operator).post(f"{where}/rotate")).status_code == 403


async def test_another_department_and_another_bureau_find_nothing(api: Any, actors: Any) -> None:
    made = await done(await api(DEPARTMENT).post("/v1/subscriptions", json=WISH), 201)
    mine = await done(await api(DEPARTMENT).get("/v1/deliveries"))
    where = f"/v1/subscriptions/{made['id']}"
    for stranger in (actors.change(DEPARTMENT, unit=HOST), actors.change(BUREAU, division="510000000000")):
        assert (await done(await api(stranger).get("/v1/subscriptions")))["items"] == []
        assert (await done(await api(stranger).get("/v1/deliveries")))["items"] == []
        for verb in ("rotate", "ping", "resume"):
            assert (await api(stranger).post(f"{where}/{verb}")).status_code == 404
        assert (await api(stranger).post(f"{where}/end", json={"reason": "x"})).status_code == 404
        key = mine["items"][0]["id"]
        assert (await api(stranger).get(f"/v1/deliveries/{key}")).status_code == 404
        assert (await api(stranger).post(f"/v1/deliveries/{key}/replay")).status_code == 404


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://hooks.example/in", "address.scheme"),
        ("https://user:word@hooks.example/in", "address.credentials"),
        ("https://hooks.example:8080/in", "address.port"),
        ("https://inside.example/in", "address.not_public"),
        ("https://169.254.169.254/latest/meta-data", "address.not_public"),
        ("nowhere", "address.scheme"),
    ],
)
async def test_an_address_that_may_not_be_called_is_refused_with_its_reason(api: Any, address: str, code: str) -> None:
    live = {"profile": "production", "dev_key": None, "issuer": "https://i", "files": "file:///x"}
    webhooks.use_settings(settings_for_tests(**live))
    try:
        refused = await api(DEPARTMENT).post("/v1/subscriptions", json={**WISH, "address": address})
    finally:
        webhooks.use_settings(settings_for_tests())
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, code)
    assert "10.0.0.1" not in refused.text


async def test_everything_against_a_subscription_is_said_at_once(api: Any) -> None:
    refused = await api(DEPARTMENT).post(
        "/v1/subscriptions", json={**WISH, "wants": [], "address": "https://a.example"}
    )
    assert codes(refused) == ["subscription.wants", "address.not_public"]
    unknown = await api(DEPARTMENT).post("/v1/subscriptions", json={**WISH, "wants": ["objection.raised"]})
    assert unknown.status_code == 422


async def test_a_department_has_no_more_than_twenty_and_strangers_do_not_learn_it(api: Any, actors: Any) -> None:
    for _ in range(20):
        await done(await api(DEPARTMENT).post("/v1/subscriptions", json=WISH), 201)
    refused = await api(DEPARTMENT).post("/v1/subscriptions", json=WISH)
    assert codes(refused) == ["subscription.many"]
    stranger = actors.change(DEPARTMENT, unit=HOST)
    refused = await api(stranger).post("/v1/subscriptions", json={**WISH, "unit_code": UNIT})
    assert codes(refused) == ["subscription.not_own"]


async def test_an_edit_names_the_version_that_was_read(api: Any, events: Any) -> None:
    made = await done(await api(DEPARTMENT).post("/v1/subscriptions", json=WISH), 201)
    where = f"/v1/subscriptions/{made['id']}"
    wish = {"wants": ["edition.published", "notice.posted"], "division": "500101000000"}
    stale = await api(DEPARTMENT).patch(where, json=wish, headers={"If-Match": '"99"'})
    assert stale.status_code == 412
    tag = {"If-Match": f'"{made["version"]}"'}
    edited = await done(await api(DEPARTMENT).patch(where, json=wish, headers=tag))
    assert (edited["wants"], edited["of_division"]) == (wish["wants"], "500101000000")
    assert [e.wants for e in await events(SubscriptionEdited)] == [("edition.published", "notice.posted")]
    nothing = await api(DEPARTMENT).patch(where, json={"wants": []}, headers={"If-Match": f'"{edited["version"]}"'})
    assert codes(nothing) == ["subscription.wants"]
    nowhere = {"wants": ["notice.posted"], "round_id": str(uuid4())}
    missing = await api(DEPARTMENT).patch(where, json=nowhere, headers={"If-Match": f'"{edited["version"]}"'})
    assert missing.status_code == 404


async def test_a_ping_that_is_answered_verifies_it_and_nothing_is_told_before(post: Post) -> None:
    wish = {**WISH, "address": post.receiver.url}
    made = await done(await post.api(DEPARTMENT).post("/v1/subscriptions", json=wish), 201)
    await post.tell(rating())
    post.receiver.always(500, b"not yet")
    assert await post.work() == 1
    assert (await post.subscription(made["id"]))["status"] == "created"
    post.receiver.always(204)
    post.now += timedelta(minutes=1)
    assert await post.work() == 1
    assert (await post.subscription(made["id"]))["status"] == "active"
    first, second = post.receiver.got
    assert first.id == second.id
    assert second.verified(made["secret"])["type"] == "ping"
    seen = [
        one["type"] for one in await done(await post.api(DEPARTMENT).get(f"/v1/subscriptions/{made['id']}/history"))
    ]
    assert seen == ["assessment.subscription.created.v1", "assessment.subscription.verified.v1"]
    assert await post.deliveries() == []


async def test_one_ping_at_a_time_and_never_a_flood(post: Post) -> None:
    made = await post.subscribe()
    post.receiver.always(503)
    sent = await post.act(made["id"], "ping", status=201)
    assert (sent["kind"], sent["status"], sent["body"]["type"]) == ("ping", "waiting", "ping")
    again = await post.api(DEPARTMENT).post(f"/v1/subscriptions/{made['id']}/ping")
    assert codes(again) == ["subscription.pinging"]
    post.receiver.always(200)
    await post.work()
    await post.act(made["id"], "ping", status=201)


async def test_after_a_change_of_the_secret_both_verify_for_a_day(post: Post) -> None:
    made = await post.subscribe()
    changed = await post.act(made["id"], "rotate")
    assert changed["secret"] != made["secret"]
    await post.tell(rating())
    await post.work()
    [got] = post.receiver.got
    for secret in (made["secret"], changed["secret"]):
        assert got.verified(secret)["type"] == "rating.published"
    again = await post.act(made["id"], "rotate")
    await post.tell(rating())
    await post.work()
    with pytest.raises(Exception, match="No matching signature"):
        post.receiver.got[-1].verified(made["secret"])
    assert post.receiver.got[-1].verified(again["secret"])


async def test_the_former_secret_no_longer_signs_when_its_day_is_over(post: Post) -> None:
    made = await post.subscribe()
    changed = await post.act(made["id"], "rotate")
    async with post.database.transaction() as session:
        await clock.move(session, (await clock.now(session)) + timedelta(hours=25))
    await post.tell(rating())
    await post.work()
    [got] = post.receiver.got
    assert got.verified(changed["secret"])
    with pytest.raises(Exception, match="No matching signature"):
        got.verified(made["secret"])


async def test_while_it_is_paused_things_wait_and_are_told_in_order_when_it_is_resumed(post: Post) -> None:
    made = await post.subscribe("rating.published", "rating.corrected")
    refused = await post.api(DEPARTMENT).post(f"/v1/subscriptions/{made['id']}/pause", json={"reason": " "})
    assert codes(refused) == ["subscription.reason"]
    await post.act(made["id"], "pause", {"reason": "接收端维护"})
    team = uuid4()
    await post.tell(rating(team))
    await post.tell(rating(team, "rating.corrected"))
    assert await post.work() == 0
    await post.act(made["id"], "ping", status=201)
    assert await post.work() == 1
    post.receiver.got.clear()
    await post.act(made["id"], "resume")
    assert await post.work() == 2
    assert post.order() == {f"team/{team}": [1, 2]}


async def test_what_waits_when_it_ends_is_given_up_and_stays_so(post: Post) -> None:
    made = await post.subscribe()
    await post.act(made["id"], "pause", {"reason": "停用"})
    await post.tell(rating())
    ended = await post.act(made["id"], "end", {"reason": "停用"})
    assert (ended["status"], ended["actions"]) == ("ended", [])
    [left] = await post.deliveries()
    assert left["status"] == "given_up"
    again = await post.api(DEPARTMENT).post(f"/v1/deliveries/{left['id']}/replay")
    assert codes(again) == ["delivery.subscription_ended"]
    await post.tell(rating())
    assert len(await post.deliveries()) == 1
    assert codes(await post.api(DEPARTMENT).post(f"/v1/subscriptions/{made['id']}/resume")) == ["subscription.status"]


async def test_every_step_is_an_event(api: Any, events: Any, database: Any) -> None:
    made = await done(await api(DEPARTMENT).post("/v1/subscriptions", json=WISH), 201)
    where = f"/v1/subscriptions/{made['id']}"
    await done(await api(DEPARTMENT).post(f"{where}/rotate"))
    async with database.transaction() as session:
        subscription.verify(session, await session.get_one(Subscription, made["id"]))
    await done(await api(DEPARTMENT).post(f"{where}/pause", json={"reason": "维护"}))
    await done(await api(DEPARTMENT).post(f"{where}/resume"))
    await done(await api(DEPARTMENT).post(f"{where}/end", json={"reason": "停用"}))
    for kind in (SubscriptionRotated, SubscriptionPaused, SubscriptionResumed, SubscriptionEnded):
        assert [e.unit_code for e in await events(kind)] == [UNIT]
    assert [e.by_system for e in await events(SubscriptionEnded)] == [False]
    assert (SubscriptionPinged.verb, SubscriptionVerified.verb) == ("pinged", "verified")
