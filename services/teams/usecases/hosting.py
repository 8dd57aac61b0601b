"""Hosts claim what experts offer; the expert's accepting the lead is taking the host."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import KnownOrder, Team
from services.teams.rules import hosting as rules
from services.teams.schemas import HostIn, TeamIn
from services.teams.usecases import placement
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.contracts.teams import TeamEdited, TeamFormed, TeamInvited
from shared.divisions import name_of, place_of, town_of
from shared.errors import Malformed, NotFound, Reason
from shared.outbox import publish


async def form(session: AsyncSession, body: TeamIn, host: HostIn, actor: Actor, now: datetime) -> Team:
    """The host's claim on an offer: the offering expert is invited to lead it."""
    order = await session.get(KnownOrder, body.order_id)
    claimed = await queries.claimed_order(session, order.round_id, order.id) if order else None
    if order is None or claimed is None:
        raise NotFound("order")
    _known_division(host.division)
    status = rules.form(claimed, host.division, actor, now)
    held = await queries.held_people(session, [order.offered_by] if order.offered_by else [])
    lead = next(iter(held.values()), None)
    if lead is None or lead.merged_into_id is not None:
        raise NotFound("person")
    team = Team(
        round_id=order.round_id,
        order_id=order.id,
        order_number=order.number,
        division=host.division,
        host_code=actor.unit,
        host_name=host.name,
        name=body.name,
        lead_id=lead.id,
        status=status,
        place=host.place or place_of(host.division),
        liaison_name=host.liaison_name,
        liaison_phone=host.liaison_phone,
    )
    session.add(team)
    await session.flush()
    await placement.invite_lead(session, team, now)
    publish(session, TeamFormed(**ids(team)))
    publish(session, TeamInvited(**ids(team), person_ids=[lead.id]))
    return team


async def edit(session: AsyncSession, team: Team, fields: dict[str, Any], actor: Actor, now: datetime) -> Team:
    """The host's own part of a claim on an offer."""
    rules.edit(await queries.team_facts(session, team), fields.get("division"), actor)
    if "division" in fields:
        _known_division(fields["division"])
    for name, value in fields.items():
        setattr(team, _COLUMNS.get(name, name), value)
    if fields:
        publish(session, TeamEdited(**ids(team), fields=sorted(_COLUMNS.get(name, name) for name in fields)))
    return team


_COLUMNS = {"name": "host_name"}


def _known_division(code: str) -> None:
    if name_of(town_of(code)) is None:
        unknown = Reason("division.unknown", f"未知的区划代码{code}", "Unknown division code", "/host/division")
        raise Malformed(unknown)
