"""Who serves in a team, in whatever order the events come."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.assessment.models import KnownEntry, KnownMember, KnownTeam
from shared.contracts.teams import (
    EntryConfirmed,
    MemberJoined,
    MemberLeft,
    MemberReplaced,
    PersonMerged,
    Serving,
    TeamConcluded,
    TeamConfirmed,
    TeamDissolved,
    TeamReinstated,
)
from tests.assessment.factories import TeamIds, teams_on_notice

SINCE = date(2020, 4, 1)


def one(role: str = "member", name: str = "成员", since: date = SINCE, person_id: UUID | None = None) -> Serving:
    unit = {"unit_code": "125000007345729552", "unit_name": "重庆大学"}
    return Serving(person_id=person_id or uuid4(), name=name, role=role, since=since, **unit)


@pytest.fixture
async def team(deliver: Any) -> TeamIds:
    [ids] = await teams_on_notice(deliver, 1)
    return ids


@pytest.fixture
def members(session: Any) -> Any:
    async def read() -> set[tuple[UUID, str, date, date | None]]:
        columns = (KnownMember.person_id, KnownMember.role, KnownMember.joined_on, KnownMember.left_on)
        return {tuple(row) for row in await session.execute(sa.select(*columns))}

    return read


def confirmed(team: TeamIds, *people: Serving) -> TeamConfirmed:
    return TeamConfirmed(**team.all, amount_fen=1, people=people)


async def test_everybody_is_known_from_the_confirmation(deliver: Any, team: TeamIds, members: Any) -> None:
    people = [one("lead", person_id=team.lead_id), one(), one("local_talent")]
    await deliver(confirmed(team, *people))
    assert await members() == {(p.person_id, p.role, SINCE, None) for p in people}


async def test_a_team_that_names_nobody_has_its_lead(deliver: Any, team: TeamIds, members: Any, clock: Any) -> None:
    await deliver(confirmed(team))
    assert await members() == {(team.lead_id, "lead", clock.now.date(), None)}


async def test_whoever_is_replaced_leaves_the_day_the_other_joins(deliver: Any, team: TeamIds, members: Any) -> None:
    left, joined = one(), one(since=date(2020, 6, 1))
    await deliver(confirmed(team, left))
    swap = {"left_id": left.person_id, "joined_id": joined.person_id, "role": "member"}
    await deliver(MemberReplaced(**team.all, **swap, joined=joined))
    assert await members() == {
        (left.person_id, "member", SINCE, joined.since),
        (joined.person_id, "member", joined.since, None),
    }


async def test_a_handed_over_lead_stays_as_a_member(deliver: Any, team: TeamIds, members: Any, session: Any) -> None:
    lead, colleague = one("lead", person_id=team.lead_id), one(name="新领衔")
    await deliver(confirmed(team, lead, colleague))
    taken = colleague.model_copy(update={"role": "lead"})
    swap = {"left_id": lead.person_id, "joined_id": colleague.person_id, "role": "lead", "stays": True}
    named = {"lead_name": "新领衔", "unit_code": colleague.unit_code, "unit_name": colleague.unit_name}
    await deliver(MemberReplaced(**team.all, **swap, **named, joined=taken))
    assert await members() == {
        (lead.person_id, "member", SINCE, None),
        (colleague.person_id, "lead", SINCE, None),
    }
    assert (await session.get_one(KnownTeam, team.team_id)).lead_name == "新领衔"


async def test_a_new_lead_of_an_older_producer_is_known_by_the_published_name(
    deliver: Any, team: TeamIds, members: Any, clock: Any
) -> None:
    await deliver(confirmed(team))
    new = uuid4()
    swap = {"left_id": team.lead_id, "joined_id": new, "role": "lead", "lead_name": "新领衔"}
    await deliver(MemberReplaced(**team.all, **swap))
    today = clock.now.date()
    assert await members() == {(team.lead_id, "lead", today, today), (new, "lead", today, None)}


async def test_whoever_leaves_an_open_roster_may_join_again(deliver: Any, team: TeamIds, members: Any) -> None:
    await deliver(confirmed(team, one("lead", person_id=team.lead_id)))
    first = one(since=date(2020, 5, 1))
    of_person = {"person_id": first.person_id, "role": "member"}
    await deliver(MemberJoined(**team.all, **of_person, joined=first))
    await deliver(MemberLeft(**team.all, **of_person, left_on=date(2020, 5, 31)))
    again = first.model_copy(update={"since": date(2020, 8, 1)})
    await deliver(MemberJoined(**team.all, **of_person, joined=again))
    assert await members() == {
        (team.lead_id, "lead", SINCE, None),
        (first.person_id, "member", date(2020, 5, 1), date(2020, 5, 31)),
        (first.person_id, "member", date(2020, 8, 1), None),
    }
    await deliver(MemberLeft(**team.all, **of_person, left_on=date(2020, 8, 1)))
    await deliver(MemberJoined(**team.all, **of_person, joined=again))
    assert (first.person_id, "member", date(2020, 8, 1), None) in await members()


@pytest.mark.parametrize("ends", [TeamConcluded, TeamDissolved])
async def test_nobody_serves_in_a_team_that_is_over(
    ends: Any, deliver: Any, team: TeamIds, members: Any, clock: Any
) -> None:
    await deliver(confirmed(team, one()))
    await deliver(ends(**team.all))
    assert {left for _, _, _, left in await members()} == {clock.now.date()}


@pytest.mark.parametrize("early", [True, False])
async def test_a_merged_record_is_the_one_that_stays_whenever_it_is_heard(
    early: bool, deliver: Any, team: TeamIds, members: Any, session: Any
) -> None:
    gone, stays, later = one(), uuid4(), uuid4()
    merges = [PersonMerged(person_id=gone.person_id, into=stays), PersonMerged(person_id=stays, into=later)]
    came = EntryConfirmed(
        **team.all, entry_id=uuid4(), person_id=gone.person_id, served_on=SINCE, days=Decimal(1), beneficiaries=1
    )
    told = [confirmed(team, gone), came]
    for event in [*reversed(merges), *told] if early else [*told, *merges]:
        await deliver(event)
    assert await members() == {(later, "member", SINCE, None)}
    assert await session.scalar(sa.select(KnownEntry.person_id)) == later


async def test_a_team_that_comes_back_has_everybody_whom_its_end_took_away(
    deliver: Any, session: Any, team: TeamIds, members: Any, clock: Any
) -> None:
    lead, gone, stays = one("lead", person_id=team.lead_id), one(), one()
    await deliver(confirmed(team, lead, gone, stays))
    left_on = clock.now.date()
    await deliver(MemberLeft(**team.all, person_id=gone.person_id, role="member", left_on=left_on))
    await deliver(TeamDissolved(**team.all, reason="team.award_revoked"))
    await deliver(TeamReinstated(**team.all))
    assert {(person, left) for person, _, _, left in await members()} == {
        (lead.person_id, None),
        (gone.person_id, left_on),
        (stays.person_id, None),
    }
    known = await session.get(KnownTeam, team.team_id, populate_existing=True)
    assert (known.stage, known.ended_on) == ("agreed", None)
    await deliver(TeamDissolved(**team.all))
    assert {left for _, _, _, left in await members()} == {left_on}
