"""Input that means harm or makes no sense: answered with a problem that names the field, and nothing is done."""

import base64
import json
from typing import Any
from uuid import uuid4

import pytest

from tests.orders.factories import done, open_round, order_body, round_body


def cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([False, *values]).encode()).decode()


@pytest.mark.parametrize(
    ("sort", "values"),
    [
        ("created_at", ("2020-01-01T00:00:00Z", 5)),
        ("created_at", ("2020-01-01T00:00:00Z", True)),
        ("created_at", (None, None)),
        ("year", (True, str(uuid4()))),
        ("year", (10**30, str(uuid4()))),
        ("year", ("2020",)),
    ],
)
async def test_a_forged_cursor_does_not_belong_to_the_list(api: Any, actors: Any, sort: str, values: Any) -> None:
    answer = await api(actors.bureau).get("/v1/rounds", params={"sort": sort, "cursor": cursor(*values)})
    assert (answer.status_code, answer.json()["code"]) == (422, "list.cursor")


@pytest.mark.parametrize("said", ["1", "True", "yes", ""])
async def test_a_trial_run_asked_for_in_other_words_is_not_a_real_one(api: Any, actors: Any, said: str) -> None:
    created = await done(await api(actors.bureau).post("/v1/rounds", json=round_body()), 201)
    answer = await api(actors.bureau).post(f"/v1/rounds/{created['id']}/open", params={"dry_run": said})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/dry_run")
    assert (await done(await api(actors.bureau).get(f"/v1/rounds/{created['id']}")))["status"] == "draft"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("opens_at", "0001-01-01T00:00:00+14:00"),
        ("closes_at", "9999-12-31T23:59:59-12:00"),
        ("closes_at", "2020-02-30T00:00:00Z"),
        ("name", "a\0b"),
        ("name", "a\x01b"),
        ("year", 10**30),
        ("division", "５０００００００００００"),
    ],
)
async def test_a_round_with_an_impossible_value_is_refused_at_that_field(
    api: Any, actors: Any, field: str, value: Any
) -> None:
    answer = await api(actors.bureau).post("/v1/rounds", json=round_body(**{field: value}))
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{field}"]


async def test_half_a_surrogate_pair_in_a_policys_name_can_be_answered(api: Any, actors: Any) -> None:
    body = json.dumps(round_body(policy={"X": {"X": 1}})).replace('"X"', '"\\ud800"')
    answer = await api(actors.bureau).post("/v1/rounds", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert {error["code"] for error in answer.json()["errors"]} == {"text.control"}


async def test_a_policy_without_bounds_is_refused_before_a_round_stands_on_it(api: Any, actors: Any) -> None:
    policy = {"assessment": {"rectification_days": 10**12}, "teams": {"band_max_fen": 10**40}}
    answer = await api(actors.bureau).post("/v1/rounds", json=round_body(policy=policy))
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/policy/assessment/rectification_days",
        "/policy/teams/band_max_fen",
    }


@pytest.mark.parametrize("money", [0, -1, 1.5, True, "100", 10**30, "NaN"])
async def test_money_is_whole_fen_above_nothing(api: Any, actors: Any, money: Any) -> None:
    round = await open_round(api, actors)
    answer = await api(actors.bureau).post("/v1/orders", json=order_body(round["id"], asked_fen=money))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/asked_fen"]


async def test_an_order_stays_small_enough_to_travel_as_an_event(api: Any, actors: Any) -> None:
    round = await open_round(api, actors)
    body = order_body(round["id"], service_forms=["x" * 200] * 51, expertise=["x"] * 51, title="   ")
    answer = await api(actors.bureau).post("/v1/orders", json=body)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/service_forms", "/expertise", "/title"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b'{"name": "\xff"}', "application/json"), (b"junk", "multipart/form-data"), (b"[" * 50_000, "application/json")],
)
async def test_a_body_that_cannot_be_read_is_malformed(api: Any, actors: Any, content: bytes, kind: str) -> None:
    answer = await api(actors.bureau).post("/v1/rounds", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"]
