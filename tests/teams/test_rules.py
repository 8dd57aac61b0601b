"""The regulation of claims and teams, sentence by sentence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.teams.rules import (
    claim,
    member,
    person,
    roster,
    team,
)
from services.teams.rules.claim import ClaimedOrder, TeamFacts
from services.teams.rules.decision import Reviewed
from services.teams.rules.member import LEAD, LOCAL_TALENT, MEMBER, MemberFacts
from services.teams.rules.person import PersonFacts
from services.teams.rules.policy import PolicySet, TeamsPolicy
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotAllowed, NotFound, Refused

NOW = datetime(2020, 3, 10, 9, tzinfo=UTC)
POLICY = TeamsPolicy()
SET = PolicySet()
DIVISION = "500101151002"
LEADER = Actor("e1", frozenset({"expert"}), person="p1")
BUREAU = Actor("b", frozenset({"bureau"}), division="500000000000")
DISTRICT = Actor("d", frozenset({"district"}), division="500101000000")


def place(person_id: str, role: str, **changes: Any) -> MemberFacts:
    who = PersonFacts(name=person_id, title_level="正高", honours=("市学术技术带头人",))
    facts = MemberFacts(person_id, role, "accepted", who, "500101000000", "unit", unit_consented=True)
    return replace(facts, **changes)


FULL = (place("p1", LEAD), place("p2", MEMBER), place("p3", LOCAL_TALENT))
ORDER = ClaimedOrder(DIVISION, "host", True, True, NOW - timedelta(days=1), NOW + timedelta(days=1))
CLAIM = TeamFacts(
    status="forming",
    lead_id="p1",
    order=ORDER,
    roster=FULL,
    place="村",
    content="茶园",
    starts_on=date(2020, 4, 1),
    ends_on=date(2021, 3, 31),
    targets="增产",
    liaison_name="联络员",
    liaison_phone="13800000000",
    agreed_days=Decimal(12),
    agreed_visits=6,
    asked_fen=15_000_000,
)


def roster_codes(*changed: MemberFacts, division: str = DIVISION, policy: TeamsPolicy = POLICY) -> set[str]:
    return {reason.code for reason in roster.obstacles(changed, division, policy, NOW)}


def submit_codes(**changes: Any) -> set[str]:
    return {reason.code for reason in claim.submit_obstacles(replace(CLAIM, **changes), POLICY, NOW)}


# 1+N+1


def test_a_full_roster_meets_one_plus_n_plus_one() -> None:
    assert roster_codes(*FULL) == set()


@pytest.mark.parametrize(
    ("left_out", "code"), [(0, "team.leads"), (1, "team.members_few"), (2, "team.local_talents_few")]
)
def test_a_team_needs_a_lead_a_member_and_a_local_talent(left_out: int, code: str) -> None:
    assert roster_codes(*(m for n, m in enumerate(FULL) if n != left_out)) == {code}


def test_there_is_only_one_lead() -> None:
    assert roster_codes(*FULL, place("p4", LEAD)) == {"team.leads"}


def test_policy_bounds_the_members() -> None:
    more = [place(f"m{n}", MEMBER) for n in range(3)]
    assert roster_codes(*FULL, *more, policy=replace(POLICY, max_members=3)) == {"team.members_many"}
    assert roster_codes(*FULL, policy=replace(POLICY, min_members=2)) == {"team.members_few"}


def test_an_invitation_that_nobody_answered_is_an_obstacle_and_does_not_count() -> None:
    waiting = replace(FULL[1], status="invited")
    assert roster_codes(FULL[0], waiting, FULL[2]) == {"team.members_few", "team.member_not_accepted"}


def test_local_talent_comes_from_the_orders_own_district() -> None:
    assert roster_codes(*FULL, division="500110103202") == {"team.local_talent_elsewhere"}


def test_every_unit_consents_but_people_without_a_unit_decide_alone() -> None:
    assert roster_codes(FULL[0], replace(FULL[1], unit_consented=False), FULL[2]) == {"team.unit_not_consented"}
    alone = replace(FULL[2], unit_consented=False, unit_code="")
    assert roster_codes(FULL[0], FULL[1], alone) == set()


def test_nobody_serves_in_more_live_teams_than_policy_says() -> None:
    busy = replace(FULL[1], other_teams=1)
    assert roster_codes(FULL[0], busy, FULL[2]) == {"team.person_busy"}
    assert roster_codes(FULL[0], busy, FULL[2], policy=replace(POLICY, live_teams_per_person=2)) == set()


def test_a_suspended_lead_cannot_claim_but_may_serve_as_a_member() -> None:
    until = NOW + timedelta(days=1)
    assert roster_codes(replace(FULL[0], suspended_until=until), *FULL[1:]) == {"team.person_suspended"}
    assert roster_codes(FULL[0], replace(FULL[1], suspended_until=until), FULL[2]) == set()


def test_policy_may_suspend_members_too() -> None:
    suspended = replace(FULL[1], suspended_until=NOW + timedelta(days=1))
    policy = replace(POLICY, suspended_roles=("lead", "member"))
    assert roster_codes(FULL[0], suspended, FULL[2], policy=policy) == {"team.person_suspended"}


def test_a_suspension_ends_by_itself() -> None:
    assert roster_codes(replace(FULL[0], suspended_until=NOW), *FULL[1:]) == set()


# Leads


@pytest.mark.parametrize(
    "written",
    ["国务院政府特殊津贴专家", "享受国务院政府特殊津贴专家", "重庆英才·优秀科学家", " 市学术技术带头人 ", "国贴专家"],
)
def test_honours_are_recognised_however_they_are_written(written: str) -> None:
    assert person.recognised(PersonFacts("甲", "正高", (written,)), POLICY)


def test_several_honours_may_stand_in_one_cell() -> None:
    found = person.split_honours("国务院政府特殊津贴专家、市学术技术带头人，国务院政府特殊津贴专家")
    assert found == ("国务院政府特殊津贴专家", "市学术技术带头人")


def lead_codes(**changes: Any) -> set[str]:
    facts = replace(PersonFacts("甲", "正高", ("某称号",)), **changes)
    return {reason.code for reason in person.lead_obstacles(facts, POLICY, "/members/0")}


def test_an_unknown_honour_awaits_verification() -> None:
    assert lead_codes() == {"team.lead_honour_unverified"}
    assert lead_codes(verdicts={"某称号": True}) == set()
    assert lead_codes(verdicts={"某称号": False}) == {"team.lead_honour"}
    assert lead_codes(honours=()) == {"team.lead_honour"}


def test_a_lead_has_a_senior_title() -> None:
    assert lead_codes(honours=("市学术技术带头人",), title_level="中级") == {"team.lead_title"}
    assert lead_codes(honours=("市学术技术带头人",), title_level="副高") == set()


def test_only_named_honours_are_verified() -> None:
    with pytest.raises(Refused) as refused:
        person.verify_honour(PersonFacts("甲", "正高"), "某称号", True)
    assert refused.value.reasons[0].code == "person.honour_unknown"


# Claims


def test_a_complete_claim_is_submitted_by_its_lead() -> None:
    assert team.submit(CLAIM, SET, LEADER, NOW) == "submitted"


def test_a_member_cannot_submit() -> None:
    with pytest.raises(Forbidden):
        team.submit(CLAIM, SET, replace(LEADER, person="p2"), NOW)


def test_the_six_clear_points_are_mandatory() -> None:
    bare = {"place": "", "content": "", "targets": "", "liaison_name": "", "liaison_phone": "", "starts_on": None}
    found = submit_codes(**bare, ends_on=None, agreed_days=None, agreed_visits=0)
    assert found == {f"team.{name}_missing" for name in [*bare, "ends_on", "agreed_days", "agreed_visits"]}


def test_a_term_ends_after_it_starts() -> None:
    assert submit_codes(ends_on=date(2020, 4, 1)) == {"team.term"}


@pytest.mark.parametrize("fen", [4_999_999, 20_000_001, 0])
def test_money_outside_the_band_is_refused(fen: int) -> None:
    assert submit_codes(asked_fen=fen) == {"team.amount_outside_band"}


@pytest.mark.parametrize("fen", [5_000_000, 20_000_000])
def test_the_band_includes_its_ends(fen: int) -> None:
    assert submit_codes(asked_fen=fen) == set()


def test_claims_need_a_published_order_and_an_open_window() -> None:
    assert submit_codes(order=replace(ORDER, published=False)) == {"team.order_not_open"}
    assert submit_codes(order=replace(ORDER, round_open=False)) == {"team.window_closed"}
    assert submit_codes(order=replace(ORDER, closes_at=NOW)) == {"team.window_closed"}
    assert submit_codes(order=replace(ORDER, opens_at=NOW + timedelta(seconds=1))) == {"team.window_closed"}


def test_an_excellent_team_continues_without_the_open_call() -> None:
    closed = replace(ORDER, published=False, round_open=False)
    assert submit_codes(order=closed, continues="open") == set()
    assert submit_codes(order=closed, continues="withdrawn") == {"team.continuation_withdrawn"}


def test_a_district_recommends_only_claims_on_its_own_orders() -> None:
    submitted = replace(CLAIM, status="submitted")
    assert team.recommend(submitted, SET, DISTRICT) == "recommended"
    with pytest.raises(NotFound):
        team.recommend(submitted, SET, replace(DISTRICT, division="500110000000"))


def test_steps_of_a_switch_that_is_off_do_not_exist() -> None:
    without = PolicySet(switches=("competition",))
    with pytest.raises(NotAllowed) as refused:
        team.recommend(replace(CLAIM, status="submitted"), without, DISTRICT)
    assert "recommend" not in refused.value.reasons[0].en.split("possible:")[1]


UNREVIEWED = Reviewed(required=False, closed=False, standing=None)


def test_a_proposal_stays_within_the_band_and_names_free_people() -> None:
    shortlisted = replace(CLAIM, status="shortlisted")
    assert team.propose(shortlisted, SET, UNREVIEWED, BUREAU, 8_000_000, "", NOW) == "proposed"
    busy = replace(shortlisted, roster=(replace(FULL[0], other_teams=1), *FULL[1:]))
    with pytest.raises(Refused) as refused:
        team.propose(busy, SET, UNREVIEWED, BUREAU, 1, "", NOW)
    assert {reason.code for reason in refused.value.reasons} == {"team.amount_outside_band", "team.person_busy"}


def test_a_rejection_has_a_reason() -> None:
    assert team.reject("recommended", SET, BUREAU, "重复") == "rejected"
    with pytest.raises(Refused):
        team.reject("recommended", SET, BUREAU, " ")


def test_the_bureau_cannot_reject_a_team_that_is_on_notice_but_the_system_can() -> None:
    with pytest.raises(Forbidden):
        team.reject("on_notice", SET, BUREAU, "理由")
    assert team.reject("on_notice", SET, SYSTEM, "team.order_ended") == "rejected"


def test_a_lead_may_withdraw_at_any_time_and_says_why_once_the_team_is_live() -> None:
    assert team.withdraw(CLAIM, SET, LEADER, "") == "withdrawn"
    with pytest.raises(Refused):
        team.withdraw(replace(CLAIM, status="serving"), SET, LEADER, "")
    assert team.withdraw(replace(CLAIM, status="serving"), SET, LEADER, "健康原因") == "withdrawn"
    with pytest.raises(NotAllowed):
        team.withdraw(replace(CLAIM, status="concluded"), SET, LEADER, "理由")


def test_only_live_teams_are_dissolved() -> None:
    for status in team.LIVE:
        assert team.dissolve(status, SET, BUREAU, "理由") == "dissolved"
    with pytest.raises(NotAllowed):
        team.dissolve("on_notice", SET, BUREAU, "理由")


def test_the_system_carries_a_claim_from_proposal_to_service() -> None:
    path = (
        ("put_on_notice", "proposed", "on_notice"),
        ("send_back", "proposed", "shortlisted"),
        ("reopen", "on_notice", "shortlisted"),
        ("confirm", "on_notice", "confirmed"),
        ("agree", "confirmed", "agreed"),
        ("lapse", "confirmed", "lapsed"),
        ("start", "agreed", "serving"),
    )
    for action, before, after in path:
        assert getattr(team, action)(before, SET) == after


def test_an_answer_to_an_older_proposal_is_not_awaited() -> None:
    assert team.awaits("proposed", 2, 2)
    assert not team.awaits("proposed", 2, 1)
    assert not team.awaits("withdrawn", 2, 2)


def test_the_claim_that_is_judged_stays_as_it_was_submitted() -> None:
    submitted = replace(CLAIM, status="submitted")
    team.edit(submitted, LEADER, ["talent_plan", "liaison_phone"], signing=False)
    with pytest.raises(Refused) as refused:
        team.edit(submitted, LEADER, ["place", "talent_plan"], signing=False)
    assert [reason.pointer for reason in refused.value.reasons] == ["/place"]


def test_nothing_but_the_liaison_changes_once_someone_has_signed() -> None:
    confirmed = replace(CLAIM, status="confirmed")
    team.edit(confirmed, LEADER, ["liaison_name"], signing=True)
    with pytest.raises(Refused):
        team.edit(confirmed, LEADER, ["payee_unit_code"], signing=True)


# Members


def test_only_the_invited_person_answers() -> None:
    invited = replace(FULL[1], status="invited")
    assert member.accept(invited, replace(LEADER, person="p2")) == "accepted"
    with pytest.raises(Forbidden):
        member.accept(invited, LEADER)


def test_an_acceptance_can_be_taken_back_while_the_team_is_forming() -> None:
    herself = replace(LEADER, person="p2")
    assert member.decline(FULL[1], herself, roster_open=True) == "declined"
    with pytest.raises(Refused):
        member.decline(FULL[1], herself, roster_open=False)


def test_whoever_serves_is_replaced_and_a_coming_replacement_may_still_step_back() -> None:
    herself = replace(LEADER, person="p2")
    assert member.decline(FULL[1], herself, roster_open=True) == "declined"
    with pytest.raises(Refused):
        member.decline(replace(FULL[1], serving=True), herself, roster_open=True)


def test_the_lead_neither_declines_nor_is_removed() -> None:
    with pytest.raises(Refused):
        member.decline(FULL[0], LEADER, roster_open=True)
    with pytest.raises(Refused):
        member.remove(FULL[0], LEADER, roster_open=True)


def test_an_unanswered_invitation_expires_after_the_policys_days() -> None:
    assert member.invitation_ends(POLICY, NOW) == NOW + timedelta(days=14)
    assert member.expire(replace(FULL[1], status="invited")) == "expired"
    with pytest.raises(NotAllowed):
        member.expire(FULL[1])


SERVING = tuple(replace(m, serving=True) for m in FULL)
JOINING = place("p4", MEMBER)
LIVE = replace(CLAIM, status="serving", roster=(*SERVING, JOINING))


def test_a_member_is_replaced_by_one_who_meets_the_same_conditions() -> None:
    assert team.replace(LIVE, "p2", "p4", MEMBER, POLICY, LEADER, NOW) == "left"
    assert team.replace(LIVE, "p2", "p4", MEMBER, POLICY, BUREAU, NOW) == "left"


def replace_codes(joining: MemberFacts, left: str = "p2", role: str = MEMBER) -> set[str]:
    facts = replace(LIVE, roster=(*SERVING, joining))
    with pytest.raises(Refused) as refused:
        team.replace(facts, left, joining.person_id, role, POLICY, LEADER, NOW)
    return {reason.code for reason in refused.value.reasons}


def test_one_plus_n_plus_one_holds_at_every_moment_of_a_replacement() -> None:
    assert replace_codes(JOINING, left="p3") == {"team.local_talents_few"}
    assert replace_codes(JOINING, left="p1", role=MEMBER) == {"team.leads"}


def test_whoever_joins_has_accepted_with_consent_and_is_free() -> None:
    unready = replace(JOINING, status="invited", unit_consented=False, other_teams=1)
    assert replace_codes(unready) == {"team.member_not_accepted", "team.unit_not_consented", "team.person_busy"}


def test_a_new_lead_has_honour_and_title() -> None:
    junior = replace(JOINING, person=PersonFacts("乙", "初级"))
    assert replace_codes(junior, left="p1", role=LEAD) == {"team.lead_honour", "team.lead_title"}


def test_before_confirmation_the_roster_is_changed_not_replaced() -> None:
    with pytest.raises(Refused) as refused:
        team.replace(replace(LIVE, status="forming"), "p2", "p4", MEMBER, POLICY, LEADER, NOW)
    assert refused.value.reasons[0].code == "team.not_live"
