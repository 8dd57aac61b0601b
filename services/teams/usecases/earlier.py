"""An earlier claim as the start of a new one: nobody writes the same text every year."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Indicator, Person, Team
from services.teams.rules import rights
from services.teams.rules.member import ACCEPTED, LEAD, LOCAL_TALENT
from services.teams.rules.roster import COUNTY
from services.teams.schemas import MemberIn
from services.teams.usecases import member
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.contracts.teams import TeamEdited
from shared.outbox import publish

_TEXT = (
    "content",
    "targets",
    "agreed_days",
    "agreed_visits",
    "asked_fen",
    "own_fen",
    "payee_unit_code",
    "payee_unit_name",
    "talent_plan",
    "budget",
)
_OF_THE_HOST = ("place", "liaison_name", "liaison_phone")


async def start_from(session: AsyncSession, team: Team, earlier_id: UUID, actor: Actor, now: datetime) -> Team:
    """Text, money and indicators of an earlier claim that the actor led or wrote; its people are invited anew, local
    talents only within the same district. What belongs to the host comes along when the host is the same; the term
    is always new."""
    earlier = await queries.seen_team(session, earlier_id, actor)
    rights.writer_only(await queries.team_facts(session, earlier), actor)
    names = _TEXT + (_OF_THE_HOST if earlier.host_code == team.host_code else ())
    for name in names:
        setattr(team, name, getattr(earlier, name))
    indicators = sa.select(Indicator).where(Indicator.team_id == earlier.id).order_by(Indicator.position)
    for one in await session.scalars(indicators):
        same = {name: getattr(one, name) for name in ("position", "name", "unit", "baseline", "target")}
        session.add(Indicator(team_id=team.id, **same))
    publish(session, TeamEdited(**ids(team), fields=[*names, "indicators"]))
    wanted = await _people(session, earlier, team)
    return await member.invite(session, team.id, wanted, actor, now) if wanted else team


async def _people(session: AsyncSession, earlier: Team, team: Team) -> list[MemberIn]:
    """Whoever was in the team to the end and is still willing."""

    def fits(role: str, person: Person) -> bool:
        return role != LOCAL_TALENT or person.division[:COUNTY] == team.division[:COUNTY]

    return [
        MemberIn.model_validate({"person_id": person.id, "role": place.role})
        for place, person in await queries.roster(session, earlier.id)
        if place.status == ACCEPTED and place.role != LEAD and person.id != team.lead_id
        if person.willing and fits(place.role, person)
    ]
