"""What other services and the clock bring, and what follows from it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.calendar import end_of
from shared.contracts.assessment import NoticeEntryUpheld
from shared.contracts.funding import AwardRefused, AwardReserved, AwardRevoked
from shared.contracts.orders import OrderCancelled, OrderExtended, OrderMatched, RoundClosed, RoundDecided
from shared.contracts.teams import (
    ContinuationApplied,
    ContinuationGranted,
    ContinuationRestored,
    ContinuationWithdrawn,
    InvitationExpired,
    SuspensionEnded,
    SuspensionLifted,
    SuspensionStarted,
    TeamConfirmed,
    TeamDissolved,
    TeamLapsed,
    TeamProposed,
    TeamPutOnNotice,
    TeamRejected,
    TeamReopened,
    TeamSentBack,
)
from shared.testing import START
from tests.teams.factories import DISTRICT, World, codes, done


async def test_a_refused_reservation_sends_the_team_back_with_the_missing_sum(world: World, events: Any) -> None:
    roster = await world.shortlisted()
    await roster.propose(20_000_000, "示范面积扩大一倍")
    refused = AwardRefused(**roster.ids, award_id=uuid4(), amount_fen=20_000_000, proposal=1, short_fen=3_000_000)
    await world.deliver(refused)
    team = await roster.read()
    assert (team["status"], team["short_fen"]) == ("shortlisted", 3_000_000)
    assert [event.short_fen for event in await events(TeamSentBack)] == [3_000_000]
    await roster.propose(17_000_000, "示范面积扩大")
    assert [(event.proposal, event.amount_fen) for event in await events(TeamProposed)] == [
        (1, 20_000_000),
        (2, 17_000_000),
    ]
    await roster.reserve(proposal=2)
    assert (await roster.read())["short_fen"] == 0
    assert await roster.status() == "on_notice"


async def test_an_answer_to_an_older_proposal_changes_nothing(world: World) -> None:
    roster = await world.shortlisted()
    await roster.propose()
    await world.deliver(AwardRefused(**roster.ids, award_id=uuid4(), amount_fen=1, proposal=1, short_fen=1))
    await roster.propose()
    await roster.reserve(proposal=1)
    assert await roster.status() == "proposed"
    await roster.reserve(proposal=2)
    assert await roster.status() == "on_notice"


async def test_money_that_arrives_after_a_withdrawal_changes_nothing(world: World, events: Any) -> None:
    roster = await world.shortlisted()
    await roster.propose()
    await done(await roster.as_lead.post(f"{roster.path}/withdraw"))
    await roster.reserve()
    assert await roster.status() == "withdrawn"
    assert await events(TeamPutOnNotice) == []


async def test_an_upheld_objection_takes_the_team_off_the_notice(world: World, events: Any) -> None:
    roster = await world.on_notice()
    await world.deliver(NoticeEntryUpheld(**roster.ids, notice_id=uuid4(), kind="selection"))
    assert await roster.status() == "shortlisted"
    assert len(await events(TeamReopened)) == 1
    await roster.propose()


async def test_a_confirmed_team_ends_the_other_claims_on_its_order(world: World, events: Any) -> None:
    rival, late = await world.shortlisted(), await world.forming()
    winner = await world.confirmed()
    assert (await rival.status(), await late.status()) == ("rejected", "rejected")
    assert {event.reason for event in await events(TeamRejected)} == {"team.order_taken"}
    assert len(await events(TeamConfirmed)) == 1
    assert await winner.status() == "confirmed"


async def test_the_decision_of_a_round_ends_what_was_not_chosen(world: World, events: Any) -> None:
    chosen = await world.on_notice()
    other = await world.shortlisted(await world.order(uuid4()))
    await world.deliver(RoundClosed(round_id=world.round_id))
    assert await other.status() == "shortlisted"
    await world.deliver(RoundDecided(round_id=world.round_id))
    assert (await chosen.status(), await other.status()) == ("on_notice", "rejected")
    assert [event.reason for event in await events(TeamRejected)] == ["team.round_decided"]


async def test_a_cancelled_order_ends_its_claims_and_dissolves_its_team(world: World, events: Any) -> None:
    claim = await world.on_notice()
    await world.deliver(OrderCancelled(round_id=world.round_id, order_id=world.order_id))
    assert await claim.status() == "rejected"
    live = await world.confirmed(other := await world.order(uuid4()))
    await world.deliver(OrderCancelled(round_id=world.round_id, order_id=other))
    assert await live.status() == "dissolved"
    assert len(await events(TeamDissolved)) == 1


async def test_an_order_that_is_taken_accepts_no_claims_until_it_is_open_again(world: World, clock: Any) -> None:
    lead = await world.person()
    body = {"order_id": str(world.order_id), "name": "新团队"}
    matched = OrderMatched(round_id=world.round_id, order_id=world.order_id, team_id=str(uuid4()))
    await world.deliver(matched)
    assert codes(await world.expert(lead).post("/v1/teams", json=body)) == {"team.order_not_open"}
    await world.deliver(RoundClosed(round_id=world.round_id))
    until = START + timedelta(days=60)
    await world.deliver(OrderExtended(round_id=world.round_id, order_id=world.order_id, closes_at=until))
    await clock.set(START + timedelta(days=59))
    await done(await world.expert(lead).post("/v1/teams", json=body), 201)


async def test_an_agreement_that_is_not_signed_in_time_lapses_and_frees_its_people(
    world: World, events: Any, clock: Any, run_due_jobs: Any
) -> None:
    roster = await world.confirmed()
    await done(await roster.as_lead.post(f"{roster.path}/agreement/sign"))
    await clock.set(START + timedelta(days=29, hours=23))
    await run_due_jobs()
    assert await roster.status() == "confirmed"
    await clock.set(START + timedelta(days=30, minutes=1))
    await run_due_jobs()
    assert await roster.status() == "lapsed"
    assert len(await events(TeamLapsed)) == 1
    agreement = await done(await world.bureau.get(f"{roster.path}/agreement"))
    assert agreement["status"] == "void"
    assert codes(await world.unit().post(f"{roster.path}/agreement/sign")) == {"agreement.closed"}


async def test_an_unanswered_invitation_expires(world: World, events: Any, clock: Any, run_due_jobs: Any) -> None:
    lead, guest = await world.person(), await world.person()
    team = await world.form(lead)
    invitation = {"members": [{"person_id": guest, "role": "member"}]}
    await done(await world.expert(lead).post(f"/v1/teams/{team['id']}/members", json=invitation))
    await clock.set(START + timedelta(days=14, minutes=1))
    await run_due_jobs()
    detail = await done(await world.bureau.get(f"/v1/teams/{team['id']}"))
    assert [(m["person_id"], m["status"]) for m in detail["former_members"]] == [(guest, "expired")]
    assert [str(event.person_id) for event in await events(InvitationExpired)] == [guest]
    await done(await world.expert(lead).post(f"/v1/teams/{team['id']}/members", json=invitation))


async def test_an_award_revoked_before_service_dissolves_the_team(world: World) -> None:
    roster = await world.agreed()
    await world.deliver(AwardRevoked(**roster.ids, award_id=uuid4(), amount_fen=0))
    assert await roster.status() == "dissolved"


async def test_an_award_revoked_during_service_leaves_the_team_to_the_bureau(world: World) -> None:
    roster = await world.serving()
    await world.deliver(AwardRevoked(**roster.ids, award_id=uuid4(), amount_fen=0))
    assert await roster.status() == "serving"


async def test_unqualified_suspends_the_lead_for_a_year_and_the_suspension_ends_by_itself(
    world: World, events: Any, clock: Any, run_due_jobs: Any
) -> None:
    roster = await world.serving()
    await world.deliver(roster.published("unqualified"))
    [started] = await events(SuspensionStarted)
    last_day = roster.published("unqualified").published_at.astimezone(START.tzinfo).replace(year=2021)
    ends_at = started.ends_at.astimezone(START.tzinfo)
    assert (str(started.person_id), ends_at) == (roster.lead, end_of(last_day.date(), last_day))
    await done(await world.bureau.post(f"{roster.path}/conclude"))
    [listed] = (await done(await world.bureau.get("/v1/suspensions")))["items"]
    record, team = await done(await world.bureau.get(f"/v1/people/{roster.lead}")), await roster.read()
    assert datetime.fromisoformat(record["suspended_until"]) == ends_at
    assert (listed["person"], listed["team"]) == (record["name"], team["name"])
    assert listed["order_number"] == team["order_number"]
    stranger = world.api(world.actors.change(world.actors.expert, person=str(uuid4())))
    assert (await done(await stranger.get(f"/v1/people/{roster.lead}")))["suspended_until"] is None
    again = await world.form(roster.lead, await world.order(uuid4()))
    submit = f"/v1/teams/{again['id']}/submit"
    assert "team.person_suspended" in codes(await roster.as_lead.post(submit))
    await clock.set(ends_at - timedelta(seconds=1))
    await run_due_jobs()
    assert await events(SuspensionEnded) == []
    await clock.set(ends_at)
    await run_due_jobs()
    assert len(await events(SuspensionEnded)) == 1
    assert (await done(await world.bureau.get(f"/v1/people/{roster.lead}")))["suspended_until"] is None
    assert "team.person_suspended" not in codes(await roster.as_lead.post(submit))


async def test_a_corrected_edition_lifts_a_suspension_and_the_next_one_redoes_it(world: World, events: Any) -> None:
    roster = await world.serving()
    await world.deliver(roster.published("unqualified", 1))
    await world.deliver(roster.published("unqualified", 2))
    assert len(await events(SuspensionStarted)) == 1
    await world.deliver(roster.published("qualified", 3))
    assert len(await events(SuspensionLifted)) == 1
    await world.deliver(roster.published("unqualified", 2))
    assert len(await events(SuspensionStarted)) == 1, "an older edition that comes late changes nothing"
    await world.deliver(roster.published("unqualified", 4))
    assert len(await events(SuspensionStarted)) == 2
    listed = await done(await world.bureau.get("/v1/suspensions?sort=-starts_at"))
    assert sorted(item["status"] for item in listed["items"]) == ["lifted", "started"]


async def test_an_excellent_team_continues_in_the_next_round_with_its_people(
    world: World, events: Any, clock: Any
) -> None:
    roster = await world.serving()
    await world.deliver(roster.published("excellent"))
    assert len(await events(ContinuationGranted)) == 1
    claim = await _continue(world, roster)
    [applied] = await events(ContinuationApplied)
    assert (str(applied.team_id), str(applied.continues)) == (claim["id"], roster.id)
    detail = await done(await world.bureau.get(f"/v1/teams/{claim['id']}"))
    assert [member["status"] for member in detail["members"]] == ["accepted"] * 3
    term = {"starts_on": "2021-05-01", "ends_on": "2022-04-30"}
    lead, path = roster.as_lead, f"/v1/teams/{claim['id']}"
    await done(await lead.patch(path, json=term, headers={"If-Match": f'"{detail["version"]}"'}))
    await done(await lead.post(f"{path}/submit"))
    await done(await world.district.post(f"{path}/recommend"))
    await done(await world.bureau.post(f"{path}/shortlist"))
    await done(await world.bureau.post(f"{path}/propose", json={"amount_fen": 8_000_000}))
    ids = roster.ids | {"team_id": UUID(claim["id"]), "round_id": UUID(claim["round_id"])}
    await world.deliver(AwardReserved(**ids, award_id=uuid4(), amount_fen=8_000_000, proposal=1))
    await world.deliver(roster.notice_confirmed().model_copy(update=ids))
    assert (await done(await world.bureau.get(path)))["status"] == "confirmed"
    assert await roster.status() == "concluded", "the new team goes on in its place"


async def test_a_right_to_continue_is_used_once_and_given_back_when_the_claim_is_withdrawn(world: World) -> None:
    roster = await world.serving()
    await world.deliver(roster.published("excellent"))
    claim = await _continue(world, roster)
    body = {"round_id": claim["round_id"], "asked_fen": 8_000_000}
    assert codes(await roster.as_lead.post(f"{roster.path}/continue", json=body)) == {"continuation.used"}
    await done(await roster.as_lead.post(f"/v1/teams/{claim['id']}/withdraw"))
    await done(await roster.as_lead.post(f"{roster.path}/continue", json=body), 201)


async def test_a_corrected_edition_takes_the_right_and_the_claim_that_rests_on_it(world: World, events: Any) -> None:
    roster = await world.serving()
    await world.deliver(roster.published("excellent", 1))
    claim = await _continue(world, roster)
    await world.deliver(roster.published("qualified", 2))
    assert len(await events(ContinuationWithdrawn)) == 1
    assert (await done(await world.bureau.get(f"/v1/teams/{claim['id']}")))["status"] == "rejected"
    body = {"round_id": claim["round_id"], "asked_fen": 8_000_000}
    assert codes(await roster.as_lead.post(f"{roster.path}/continue", json=body)) == {"continuation.not_excellent"}
    await world.deliver(roster.published("excellent", 3))
    await done(await roster.as_lead.post(f"{roster.path}/continue", json=body), 201)


async def test_a_right_whose_claim_goes_on_is_restored_as_used(world: World, events: Any) -> None:
    roster = await world.serving()
    await world.deliver(roster.published("excellent", 1))
    claim = await _continue(world, roster)
    path, ids = f"/v1/teams/{claim['id']}", roster.ids | {"team_id": UUID(claim["id"])}
    term = {"starts_on": "2021-05-01", "ends_on": "2022-04-30"}
    version = (await done(await world.bureau.get(path)))["version"]
    await done(await roster.as_lead.patch(path, json=term, headers={"If-Match": f'"{version}"'}))
    for client, step, body in (
        (roster.as_lead, "submit", None),
        (world.district, "recommend", None),
        (world.bureau, "shortlist", None),
        (world.bureau, "propose", {"amount_fen": 8_000_000}),
    ):
        await done(await client.post(f"{path}/{step}", json=body))
    await world.deliver(AwardReserved(**ids, award_id=uuid4(), amount_fen=8_000_000, proposal=1))
    await world.deliver(roster.published("qualified", 2))
    assert (await done(await world.bureau.get(path)))["status"] == "on_notice"
    await world.deliver(roster.published("excellent", 3))
    assert (await roster.read())["continuation"] == "used"
    assert len(await events(ContinuationGranted)) == len(await events(ContinuationRestored)) == 1
    body = {"round_id": claim["round_id"], "asked_fen": 8_000_000}
    assert codes(await roster.as_lead.post(f"{roster.path}/continue", json=body)) == {"continuation.used"}


async def test_who_joined_after_the_rating_is_not_suspended_by_its_correction(world: World, events: Any) -> None:
    await world.open_round(teams={"suspended_roles": ["lead", "member"]})
    roster = await world.serving()
    await world.deliver(roster.published("unqualified", 1))
    assert {str(event.person_id) for event in await events(SuspensionStarted)} == {roster.lead, roster.member}
    other = await world.person(honours=[])
    await roster.invite({"person_id": other, "role": "member"})
    await done(await world.expert(other).post(f"{roster.path}/members/{other}/accept"))
    await done(await world.unit().post(f"{roster.path}/consent"))
    change = {"left": roster.member, "joined": other, "role": "member"}
    await done(await roster.as_lead.post(f"{roster.path}/replace", json=change))
    await world.deliver(roster.published("unqualified", 2))
    assert len(await events(SuspensionStarted)) == 2


async def _continue(world: World, roster: Any) -> dict[str, Any]:
    """The lead's claim in a new round whose window is not even open."""
    first, world.round_id = world.round_id, uuid4()
    await world.open_round(opens_at=START + timedelta(days=300))
    body = {"round_id": str(world.round_id), "asked_fen": 8_000_000}
    world.round_id = first
    claim: dict[str, Any] = await done(await roster.as_lead.post(f"{roster.path}/continue", json=body), 201)
    return claim


async def test_a_local_talent_from_elsewhere_is_named(world: World) -> None:
    roster = await world.forming(await world.order(uuid4(), division="500110103202"))
    refused = await roster.as_lead.post(f"{roster.path}/submit")
    assert codes(refused) == {"team.local_talent_elsewhere"}
    assert DISTRICT[:6] not in refused.json()["detail"]
