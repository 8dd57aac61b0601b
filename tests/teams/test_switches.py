"""Every combination of switches that a policy set allows: from forming a team one always reaches the end of service,
by the steps that the round's own table lists and by no other."""

from dataclasses import replace
from itertools import chain, combinations

import pytest

from services.teams.rules import team as rules
from shared.actor import SYSTEM, Actor
from shared.contracts.policy import SWITCHES, Instalment, PolicySet
from shared.contracts.policy_document import BadPolicy, policy_document, policy_set
from shared.errors import Answer

EVERYBODY = Actor(id="all", roles=frozenset({"expert", "district", "bureau", "unit", "host", "system"}))
STEP_OF = {
    "recommendation": "recommend",
    "competition": "shortlist",
    "notice": "put_on_notice",
    "agreement": "agree",
}
SIDE_WAYS = {"reject", "withdraw", "dissolve", "lapse", "send_back", "reopen"}


def allowed() -> list[tuple[str, ...]]:
    """All subsets that the policy document accepts, with the money and the gates that each needs."""
    found = []
    for switches in chain.from_iterable(combinations(SWITCHES, size) for size in range(len(SWITCHES) + 1)):
        try:
            policy_document(_overrides(switches))
        except BadPolicy:
            continue
        found.append(switches)
    return found


def _overrides(switches: tuple[str, ...]) -> dict[str, object]:
    gates = ["agreed", "begun"] + ["grade"] * ("rating" in switches)
    money = {} if "award" in switches else {"band_min_fen": 0, "band_max_fen": 0}
    schedule = [{"percent": 100, "gates": gates}]
    return {"switches": list(switches), "teams": money, "funding": {"schedule": schedule}}


def policy(switches: tuple[str, ...]) -> PolicySet:
    return policy_set(policy_document(_overrides(switches)))


def main_road(set_: PolicySet) -> list[str]:
    """The steps from forming to concluded, always the one that leads on."""
    status, road = "forming", []
    while status != "concluded":
        ahead = [s for s in rules.LIFECYCLE.possible(status, set_.switches) if s.action not in SIDE_WAYS]
        assert ahead, f"nothing leads on from {status} with {set_.switches}"
        step = ahead[0]
        status = rules.LIFECYCLE.after(step.action, status, EVERYBODY, set_.switches)
        road.append(step.action)
    return road


ALLOWED = allowed()


def test_an_award_needs_an_agreement_and_nothing_else_is_forbidden() -> None:
    assert len(ALLOWED) == 3 * 2 ** (len(SWITCHES) - 2)
    assert all("agreement" in switches for switches in ALLOWED if "award" in switches)


def test_a_team_always_comes_from_forming_to_concluded_by_the_listed_steps() -> None:
    for switches in ALLOWED:
        road = main_road(policy(switches))
        assert {"submit", "propose", "confirm", "start", "conclude"} <= set(road)
        for switch, step in STEP_OF.items():
            assert (step in road) == (switch in switches)


def test_what_is_switched_off_is_refused_wherever_the_team_stands() -> None:
    for switches in ALLOWED:
        own = policy(switches)
        off = {step.action for step in rules.LIFECYCLE.steps if step.switch and step.switch not in switches}
        for status in rules.LIFECYCLE.statuses:
            assert not off & {step.action for step in rules.LIFECYCLE.possible(status, own.switches)}
        for action in off:
            assert rules.standing_before(action, own) == []


def test_every_open_claim_can_be_withdrawn_and_rejected_and_every_live_team_dissolved() -> None:
    for switches in ALLOWED:
        own = policy(switches)
        for status in rules.OPEN_CLAIMS:
            assert rules.reject(status, own, SYSTEM, "team.round_decided") == "rejected"
        for status in rules.LIVE:
            assert rules.dissolve(status, own, EVERYBODY, "理由") == "dissolved"


def test_offices_find_their_work_where_the_round_puts_it() -> None:
    everything, nothing = PolicySet(), policy(())
    assert rules.standing_before("shortlist", everything) == ["recommended"]
    assert rules.standing_before("propose", everything) == ["shortlisted"]
    assert "submitted" in rules.standing_before("propose", nothing)
    only_competition = replace(everything, switches=("competition",))
    assert rules.standing_before("shortlist", only_competition) == ["submitted", "accepted", "recommended"]


def test_service_may_be_recorded_once_the_next_step_is_its_start() -> None:
    everything, nothing = PolicySet(), policy(())
    assert [s for s in rules.LIVE if rules.serves(s, everything)] == ["agreed", "trained", "serving"]
    assert rules.serves("confirmed", nothing)
    assert not rules.serves("shortlisted", nothing)
    assert not rules.serves("concluded", nothing)


def test_the_schedule_of_a_round_that_rates_nobody_does_not_wait_for_a_grade() -> None:
    paid = policy(("agreement", "award"))
    assert paid.funding.schedule == (Instalment(100, ("agreed", "begun")),)
    with pytest.raises(Answer):
        rules.lapse("confirmed", policy(()))
