"""The REST of people, claims and teams, as its users meet it."""

from datetime import datetime, timedelta
from typing import Any

from shared.clock import SHANGHAI
from shared.contracts.teams import (
    EntryConfirmed,
    TeamAgreed,
    TeamConcluded,
    TeamConfirmed,
    TeamPutOnNotice,
    TeamStarted,
)
from shared.testing import START
from tests.teams.factories import UNIT, World, codes, done


async def test_a_claim_becomes_a_team_that_serves_and_is_concluded(world: World, events: Any, clock: Any) -> None:
    roster = await world.confirmed()
    assert await roster.status() == "confirmed"
    notice = (await events(TeamPutOnNotice))[0]
    assert (notice.members, notice.local_talents, notice.unit_code) == (3, 1, UNIT)
    parties = (roster.as_lead, world.unit(), world.host)
    for missing, party in zip((["unit", "host"], ["host"], []), parties, strict=True):
        signed = await done(await party.post(f"{roster.path}/agreement/sign"))
        assert signed["missing"] == missing
    assert (signed["status"], len(signed["document_hash"])) == ("signed", 64)
    agreed = (await events(TeamAgreed))[0]
    assert (agreed.payee_unit_code, agreed.agreed_visits, agreed.amount_fen) == (UNIT, 6, 15_000_000)
    assert sum(line.amount_fen for line in agreed.budget) == agreed.amount_fen
    confirmed = (await events(TeamConfirmed))[0]
    assert len(set(confirmed.marks)) == 3 * len(confirmed.person_ids)
    assert [one.person_id for one in confirmed.people] == confirmed.person_ids
    assert [one.role for one in confirmed.people] == ["lead", "member", "local_talent"]
    assert {(one.name[:2], one.unit_code, one.since) for one in confirmed.people} >= {("专家", UNIT, START.date())}
    entries = await roster.record(2)
    for entry in entries:
        await done(await world.host.post(f"/v1/entries/{entry}/confirm"))
    assert await roster.status() == "serving"
    assert len(await events(TeamStarted)) == 1
    assert [str(e.entry_id) for e in await events(EntryConfirmed)] == entries
    assert {e.person_id for e in await events(EntryConfirmed)} <= set(confirmed.person_ids)
    concluded = await done(await world.bureau.post(f"{roster.path}/conclude"))
    assert concluded["status"] == "concluded"
    assert len(await events(TeamConcluded)) == 1


async def test_the_checklist_names_every_unmet_condition_at_once(world: World) -> None:
    lead = await world.person(honours=["某某称号"], title_level="中级")
    team = await world.form(lead)
    detail = await done(await world.expert(lead).get(f"/v1/teams/{team['id']}"))
    [submit] = [action for action in detail["actions"] if action["action"] == "submit"]
    expected = {
        "team.lead_honour_unverified",
        "team.lead_title",
        "team.members_few",
        "team.local_talents_few",
        "team.unit_not_consented",
        "team.amount_outside_band",
        "team.place_missing",
        "team.content_missing",
        "team.starts_on_missing",
        "team.ends_on_missing",
        "team.targets_missing",
        "team.liaison_name_missing",
        "team.liaison_phone_missing",
        "team.agreed_days_missing",
        "team.agreed_visits_missing",
    }
    assert {reason["code"] for reason in submit["reasons"]} == expected
    refused = await world.expert(lead).post(f"/v1/teams/{team['id']}/submit")
    assert (refused.status_code, codes(refused)) == (409, expected)


async def test_an_unknown_honour_counts_once_the_bureau_has_verified_it(world: World) -> None:
    lead = await world.person(honours=["某某称号"])
    verdict = {"honour": "某某称号", "recognised": True}
    await done(await world.bureau.post(f"/v1/people/{lead}/verify_honour", json=verdict))
    team = await world.form(lead)
    refused = await world.expert(lead).post(f"/v1/teams/{team['id']}/submit")
    assert "team.lead_honour_unverified" not in codes(refused)


async def test_claims_are_refused_when_the_window_has_closed(world: World, clock: Any) -> None:
    roster = await world.forming()
    await clock.set(START + timedelta(days=11))
    assert codes(await roster.as_lead.post(f"{roster.path}/submit")) == {"team.window_closed"}


async def test_citizen_ids_and_phones_never_come_out(world: World) -> None:
    roster = await world.forming()
    seen = (await world.bureau.get("/v1/people")).text + (await world.bureau.get(roster.path)).text
    assert "13900000001" not in seen
    assert "13800000000" not in seen
    assert (await roster.read())["liaison_phone"] == "*******0000"
    assert "citizen_id" not in seen


async def test_a_team_starts_by_itself_on_its_start_date(world: World, clock: Any, run_due_jobs: Any) -> None:
    roster = await world.agreed()
    await run_due_jobs()
    assert await roster.status() == "agreed"
    await clock.set(datetime(2020, 5, 1, 0, 0, tzinfo=SHANGHAI))
    await run_due_jobs()
    assert await roster.status() == "serving"
