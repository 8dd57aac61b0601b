"""The regulation of agreements, service and consequences, sentence by sentence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.teams.rules import (
    agreement,
    continuation,
    entry,
    indicator,
    suspension,
)
from services.teams.rules.agreement import AgreementFacts
from services.teams.rules.budget import BudgetLine
from services.teams.rules.continuation import ContinuedTeam
from services.teams.rules.entry import EntryFacts, ServiceFacts
from services.teams.rules.indicator import IndicatorFacts
from services.teams.rules.member import LEAD, LOCAL_TALENT, MEMBER, MemberFacts
from services.teams.rules.person import PersonFacts
from services.teams.rules.policy import TeamsPolicy
from shared.actor import Actor
from shared.errors import Forbidden, NotAllowed, Refused

NOW = datetime(2020, 3, 10, 9, tzinfo=UTC)
POLICY = TeamsPolicy()
LEADER = Actor("e1", frozenset({"expert"}), person="p1")
BUREAU = Actor("b", frozenset({"bureau"}), division="500000000000")

# Agreements

AGREEMENT = AgreementFacts(
    lead_id="p1",
    lead_unit_code="U",
    host_code="H",
    payee_unit_code="U",
    payee_unit_name="学院",
    talent_plan="学会测报",
    budget=(BudgetLine("差旅费", 5), BudgetLine("培训费", 10)),
    amount_fen=15,
    signed=frozenset(),
    team_confirmed=True,
    due_at=NOW + timedelta(days=30),
)
UNIT = Actor("u", frozenset({"unit"}), unit="U")
HOST = Actor("h", frozenset({"host"}), unit="H")


def test_three_parties_sign_each_for_itself() -> None:
    assert [agreement.sign(AGREEMENT, POLICY, actor, NOW) for actor in (LEADER, UNIT, HOST)] == ["lead", "unit", "host"]
    assert agreement.missing(frozenset({"lead", "host"})) == ("unit",)


def test_strangers_do_not_sign() -> None:
    for stranger in (replace(LEADER, person="p2"), replace(UNIT, unit="X"), replace(HOST, unit="U"), BUREAU):
        with pytest.raises(Forbidden):
            agreement.sign(AGREEMENT, POLICY, stranger, NOW)


def sign_codes(**changes: Any) -> set[str]:
    with pytest.raises(Refused) as refused:
        agreement.sign(replace(AGREEMENT, **changes), POLICY, UNIT, NOW)
    return {reason.code for reason in refused.value.reasons}


def test_a_party_signs_once_in_time_and_a_complete_text() -> None:
    assert sign_codes(signed=frozenset({"unit"})) == {"agreement.signed_already"}
    assert sign_codes(due_at=NOW) == {"agreement.overdue"}
    assert sign_codes(team_confirmed=False) == {"agreement.closed"}
    assert sign_codes(payee_unit_code="", talent_plan="") == {
        "agreement.payee_missing",
        "agreement.talent_plan_missing",
    }


def test_the_budget_makes_the_award_exactly_by_known_lines() -> None:
    assert sign_codes(budget=()) == {"budget.total"}
    odd = (BudgetLine("差旅费", 15), BudgetLine("差旅费", 0), BudgetLine("招待费", -1))
    assert sign_codes(budget=odd) == {
        "budget.line_twice",
        "budget.line_empty",
        "budget.line_unknown",
        "budget.total",
    }
    without = replace(POLICY, budget_lines=())
    assert agreement.sign(replace(AGREEMENT, budget=()), without, UNIT, NOW) == "unit"


def test_the_payee_is_the_leads_unit_or_the_host() -> None:
    assert sign_codes(payee_unit_code="X") == {"agreement.payee_foreign"}
    assert agreement.sign(replace(AGREEMENT, payee_unit_code="H"), POLICY, UNIT, NOW) == "unit"


# Service entries

SERVICE = ServiceFacts(True, date(2020, 4, 1), date(2021, 3, 31), {"p1": [(date(2020, 4, 1), None)]})
VISIT = EntryFacts(date(2020, 7, 1), "p1", "技术指导", Decimal("2.5"), 40)


def entry_codes(today: date = date(2020, 12, 1), service: ServiceFacts = SERVICE, **changes: Any) -> set[str]:
    return {reason.code for reason in entry.record_obstacles(replace(VISIT, **changes), service, today)}


def test_an_entry_lies_between_agreement_and_today_within_the_term() -> None:
    assert entry_codes() == set()
    assert entry_codes(today=date(2020, 6, 30)) == {"entry.future"}
    assert entry_codes(served_on=date(2020, 3, 31)) == {"entry.before_agreement"}
    assert entry_codes(today=date(2021, 12, 1), served_on=date(2021, 4, 1)) == {"entry.after_term"}


def test_an_entry_is_of_someone_of_the_team_in_half_days() -> None:
    assert entry_codes(person_id="p9") == {"entry.not_of_team"}
    assert entry_codes(days=Decimal("0.7")) == {"entry.days"}
    assert entry_codes(days=Decimal(0), form=" ", beneficiaries=-1) == {
        "entry.days",
        "entry.form_missing",
        "entry.beneficiaries",
    }


def test_entries_belong_to_teams_in_service() -> None:
    assert entry_codes(service=replace(SERVICE, open=False)) == {"entry.team_not_serving"}


def test_only_the_host_and_its_liaison_settle_entries() -> None:
    assert entry.confirm("recorded", HOST, "H") == "confirmed"
    assert entry.confirm("disputed", entry.LIAISON, "H") == "confirmed"
    assert entry.dispute("recorded", HOST, "H") == "disputed"
    with pytest.raises(Forbidden):
        entry.confirm("recorded", replace(HOST, unit="X"), "H")
    with pytest.raises(NotAllowed):
        entry.dispute("confirmed", HOST, "H")


# Indicators


def test_an_indicator_moves_from_baseline_to_another_target() -> None:
    flat = [IndicatorFacts("面积", Decimal(0), Decimal(0)), IndicatorFacts("面积", Decimal(0), Decimal(5))]
    assert {r.code for r in indicator.set_obstacles(flat)} == {"indicator.flat", "indicator.name_twice"}


def test_only_agreed_indicators_are_reported_while_serving() -> None:
    found = indicator.report_obstacles(["面积", "产量"], ["面积"], "agreed")
    assert {r.code for r in found} == {"indicator.not_serving", "indicator.unknown"}


# Consequences


ANYONE = PersonFacts("甲", "正高")
PEOPLE = tuple(
    MemberFacts(f"p{n}", role, "accepted", ANYONE, "500101000000", "U", serving=True)
    for n, role in enumerate((LEAD, MEMBER, LOCAL_TALENT), start=1)
)


def test_unqualified_suspends_the_roles_that_policy_names_for_a_year() -> None:
    assert suspension.due("unqualified")
    assert not suspension.due("qualified")
    assert suspension.suspended(PEOPLE, "p1", POLICY) == ["p1"]
    assert suspension.suspended(PEOPLE, "p9", POLICY) == ["p9"], "whoever led in the graded year"
    assert suspension.suspended(PEOPLE, "p1", replace(POLICY, suspended_roles=("lead", "member"))) == ["p1", "p2"]
    assert suspension.ends(datetime(2021, 1, 5, 9, tzinfo=UTC), POLICY) == datetime(2022, 1, 6, tzinfo=UTC)


def test_a_suspension_from_a_leap_day_ends_on_the_last_of_february() -> None:
    assert suspension.ends(datetime(2024, 2, 29, tzinfo=UTC), POLICY) == datetime(2025, 3, 1, tzinfo=UTC)


def test_a_suspension_ends_or_is_lifted() -> None:
    assert suspension.end(suspension.start()) == "ended"
    assert suspension.lift("started") == suspension.lift("ended") == "lifted"
    with pytest.raises(NotAllowed):
        suspension.end("lifted")


GOING_ON = ContinuedTeam("granted", "serving", "open", same_round=False)


def continuation_codes(**changes: Any) -> set[str]:
    return {reason.code for reason in continuation.use_obstacles(replace(GOING_ON, **changes))}


def test_an_excellent_team_may_apply_once_in_a_later_undecided_round() -> None:
    assert continuation.due("excellent")
    assert continuation.use(GOING_ON) == "used"
    assert continuation_codes(right=None) == {"continuation.not_excellent"}
    assert continuation_codes(right="used") == {"continuation.used"}
    assert continuation_codes(same_round=True, round_phase="decided", team_status="dissolved") == {
        "continuation.same_round",
        "continuation.round_decided",
        "continuation.team_ended",
    }


def test_a_right_that_was_used_in_vain_can_be_used_again() -> None:
    assert continuation.give_back("used") == continuation.grant()
    assert continuation.withdraw("used") == continuation.withdraw("granted") == "withdrawn"
