"""Any sequence of commands, events (twice, late, out of order) and crashes over the real PostgreSQL: after each step
the ledger verifies and every rule about money holds.

``JIEDAN_EXAMPLES=500 pytest tests/funding/test_machine.py`` looks longer.
"""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from shared.service import Service
from shared.testing import Databases
from tests.funding.machine.bank import Bank
from tests.funding.machine.desk import Desk
from tests.funding.machine.invariants import Invariants
from tests.funding.machine.teams import Teams
from tests.funding.machine.treasury import Treasury
from tests.funding.machine.world import Base, World


class Money(Teams, Desk, Bank, Treasury, Invariants):
    """Two rounds, their teams and their money."""


@pytest.fixture
def world(databases: Databases, service: Service) -> Any:
    made = World(databases, service)
    yield made
    print(dict(made.happened))  # shown by pytest -s: how much was done, refused, died and verified
    made.close()


def test_no_sequence_of_commands_events_and_crashes_breaks_a_rule_about_money(world: World) -> None:
    Base.world = world
    examples = int(os.environ.get("JIEDAN_EXAMPLES", "12"))
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=examples, stateful_step_count=40, deadline=None, print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
