"""Rounds and orders in every combination of the switches that their tables know."""

from dataclasses import replace

import pytest

from services.orders.rules import order as order_rules
from services.orders.rules import round as round_rules
from services.orders.rules.policy import Policy
from services.orders.rules.round import RoundFacts
from shared.actor import SYSTEM
from shared.errors import NotAllowed, Refused
from shared.testing import START, Actors
from tests.orders.test_rules import ORDER

BUREAU, DISTRICT = Actors().bureau, Actors().district


def test_without_recommendation_the_bureau_publishes_what_was_submitted() -> None:
    submitted = replace(ORDER, status="submitted", switches=())
    assert order_rules.publish(submitted, Policy(), BUREAU, START) == "published"
    with pytest.raises(NotAllowed):
        order_rules.publish(replace(submitted, switches=("recommendation",)), Policy(), BUREAU, START)
    with pytest.raises(NotAllowed):
        order_rules.recommend(submitted, Policy(), DISTRICT, START)


def test_a_towns_endorsement_is_not_skipped_with_the_recommendation() -> None:
    submitted = replace(ORDER, status="submitted", switches=())
    with pytest.raises(Refused) as refused:
        order_rules.publish(submitted, Policy(town_endorsement=True), BUREAU, START)
    assert [reason.code for reason in refused.value.reasons] == ["order.not_endorsed"]
    endorsed = replace(submitted, status="endorsed")
    assert order_rules.publish(endorsed, Policy(town_endorsement=True), BUREAU, START) == "published"


def test_an_order_asks_for_money_only_where_money_is_awarded() -> None:
    without = replace(ORDER, asked_fen=None)
    assert [r.pointer for r in order_rules.submit_obstacles(without, START)] == ["/asked_fen"]
    assert not list(order_rules.submit_obstacles(replace(without, switches=()), START))


def test_the_offices_of_a_round_find_their_orders() -> None:
    assert order_rules.standing_before("publish", ("recommendation",)) == ("recommended",)
    assert order_rules.standing_before("publish", ()) == ("submitted", "endorsed", "recommended")
    assert order_rules.standing_before("recommend", ()) == ()


def test_a_round_that_rates_nobody_is_archived_from_running() -> None:
    running = RoundFacts("running", BUREAU.division, START, START, switches=())
    assert round_rules.archive(running, BUREAU, START) == "archived"
    with pytest.raises(NotAllowed):
        round_rules.archive(replace(running, switches=("rating",)), BUREAU, START)
    with pytest.raises(NotAllowed):
        round_rules.archive(replace(running, status="closed"), BUREAU, START)
    with pytest.raises(NotAllowed):
        round_rules.assess(running, SYSTEM, START)
