"""Any sequence of commands, events (twice, late, out of order) and crashes over the real PostgreSQL: after each step
the ledger verifies and every rule about money holds.

``JIEDAN_EXAMPLES=500 pytest --timeout 0 tests/funding/test_machine.py`` looks longer; ``JIEDAN_SHRINK=1`` also looks for the
shortest sequence that breaks the same rule, which takes minutes.
"""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from shared.service import Service
from shared.testing import Databases
from tests.funding.machine.bank_statements import BankStatements
from tests.funding.machine.closing import Closing
from tests.funding.machine.invariants import Invariants
from tests.funding.machine.teams import Teams
from tests.funding.machine.treasury import Treasury
from tests.funding.machine.world import PEOPLE, Base, World


class Money(Teams, BankStatements, Treasury, Closing, Invariants):
    """Two rounds, their teams and their money."""


@pytest.fixture
def world(databases: Databases, service: Service) -> Any:
    made = World(databases, service)
    yield made
    print(dict(made.happened))  # shown by pytest -s: how much was done, refused, died and verified
    made.close()


def test_the_machine_reaches_what_it_looks_at(world: World) -> None:
    """A year as it should be: else every command might be refused, and no rule ever be tried."""
    Base.world = world
    one: Any = Money()
    teams = one.sign_teams([8_000_000, 9_000_000, 15_000_000, 20_000_000]).values
    one.fail_by_a_wrong_grade(teams[0], 2, True, "")
    one.every_rule_about_money_holds()
    for team in teams:
        one.close_the_books_too_early(team, PEOPLE, True, "")
        one.every_rule_about_money_holds()
        one.finish_the_year(team, PEOPLE, "")
        one.every_rule_about_money_holds()
    one.import_a_statement(0, [(0, "out")], False, PEOPLE[0], "")  # the other payments are missing
    one.changed = True
    one.every_rule_about_money_holds()
    one.import_a_statement(0, [(0, "out"), (1, "in"), (2, "amount"), (3, "no reference")], True, PEOPLE[0], "")
    one.carry_over(0, 1, 1, PEOPLE[0], "")
    one.changed = True
    one.every_rule_about_money_holds()
    one.teardown()
    ends = {
        "award closed": 4,
        "final_account accepted": 4,
        "recovery recovered": 4,
        "expense accepted": 4,
        "batch settled": 4,
        "instalment paid": 12,
        "instalment.proof accepted": 8,
        "funding.award.reinstated.v1": 1,
        "funding.instalment.reinstated.v1": 3,
    }
    assert {name: world.happened[name] for name in ends} == ends
    assert world.happened["item open"] > 0
    left = [sum(places[name] for places in one._now()) for name in ("available", "carried_over")]
    assert left == [120_000_000 - 52_000_000, 1]


def test_no_sequence_of_commands_events_and_crashes_breaks_a_rule_about_money(world: World) -> None:
    Base.world = world
    examples = int(os.environ.get("JIEDAN_EXAMPLES", "12"))
    phases = (Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if "JIEDAN_SHRINK" in os.environ else []))
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            print_blob=True,
            phases=phases,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
