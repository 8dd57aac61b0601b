"""The account from which an office pays: one person writes it down, another confirms it."""

from typing import Any

import pytest

from services.funding.rules import paying_account
from services.funding.rules.paying_account import PayingAccountFacts
from shared.actor import Actor
from shared.contracts.funding import PayingAccountConfirmed, PayingAccountReplaced
from shared.errors import Forbidden, NotAllowed
from tests.funding.factories import Desk
from tests.funding.reasons import refused
from tests.funding.test_templates import ACCOUNT

OTHER = {**ACCOUNT, "account": "0005127192940563569"}


async def paid_from(desk: Desk, round_id: Any) -> str | None:
    """The account that the next batch of a round names."""
    await desk.approve(await desk.qualified_team(round_id))
    return (await desk.batch(round_id))["paying_account_id"]


async def test_it_is_paid_from_once_another_person_confirmed_it(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    first = await desk.post(desk.maker, "/v1/paying-accounts", ACCOUNT, 201)
    assert (first["status"], await paid_from(desk, round_id)) == ("registered", None)
    path = f"/v1/paying-accounts/{first['id']}/confirm"
    both = desk.actors.change(desk.maker, roles=desk.checker.roles)
    assert await desk.refused(both, path) == ["paying_account.same_person"]
    assert await desk.refused(desk.maker, path, None, 403) == ["role.missing"]
    strange = desk.actors.change(desk.checker, division="510000000000")
    assert await desk.refused(strange, path, None, 404) == ["paying_account.not_found"]
    found = await desk.post(desk.checker, path)
    assert (found["status"], found["confirmed_by"]) == ("confirmed", desk.checker.id)
    assert await paid_from(desk, round_id) == first["id"]
    assert (await desk.post(desk.maker, "/v1/paying-accounts", ACCOUNT, 201))["id"] == first["id"]
    second = await desk.post(desk.maker, "/v1/paying-accounts", OTHER, 201)
    assert await paid_from(desk, round_id) == first["id"]
    await desk.post(desk.checker, f"/v1/paying-accounts/{second['id']}/confirm")
    assert await paid_from(desk, round_id) == second["id"]
    assert (len(await events(PayingAccountConfirmed)), len(await events(PayingAccountReplaced))) == (2, 1)


async def test_one_at_a_time_waits_to_be_confirmed(desk: Desk) -> None:
    first = await desk.post(desk.maker, "/v1/paying-accounts", ACCOUNT, 201)
    await desk.post(desk.maker, "/v1/paying-accounts", OTHER, 201)
    listed = (await desk.get("/v1/paying-accounts", desk.checker))["items"]
    assert sorted((one["status"], [step["action"] for step in one["actions"]]) for one in listed) == [
        ("registered", ["confirm"]),
        ("replaced", []),
    ]
    assert await desk.refused(desk.checker, f"/v1/paying-accounts/{first['id']}/confirm") == ["paying_account.status"]


CHECKER = Actor("c", frozenset({"finance_checker"}))
WAITS = PayingAccountFacts("registered", "m", "p")


@pytest.mark.parametrize(("actor", "behalf"), [("m", ""), ("p", ""), ("x", "m"), ("x", "p")])
def test_no_name_stands_on_both_sides(actor: str, behalf: str) -> None:
    who = Actor(actor, CHECKER.roles, on_behalf=behalf)
    assert refused(paying_account.confirm, WAITS, who) == ["paying_account.same_person"]


def test_what_is_replaced_stays_so() -> None:
    assert paying_account.confirm(WAITS, CHECKER) == "confirmed"
    assert paying_account.replace(PayingAccountFacts("confirmed", "m")) == "replaced"
    gone = PayingAccountFacts("replaced", "m")
    assert refused(paying_account.replace, gone, kind=NotAllowed) == ["paying_account.status /status"]
    assert refused(paying_account.confirm, WAITS, Actor("m2"), kind=Forbidden) == ["paying_account.role"]
