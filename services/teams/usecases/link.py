"""One-time links: a liaison with only a phone settles service entries without an account."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import ConfirmationLink, Entry, Message, Person, Team
from services.teams.rules import link as rules
from services.teams.rules.entry import LIAISON, Verdict
from services.teams.usecases import entry as entries
from services.teams.usecases import policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.contracts.teams import ConfirmationLinkSent
from shared.crypto import read_link, sign_link
from shared.db import load
from shared.errors import NotFound, require
from shared.messages import Letter, queue, require_channel
from shared.outbox import publish


async def send(
    session: AsyncSession, team_id: UUID, public_url: str, actor: Actor, now: datetime
) -> tuple[ConfirmationLink, int]:
    """Send the liaison a link to the entries that wait for the host; the link and their number."""
    team = await queries.locked_team(session, team_id, actor)
    rules.sender_only(str(team.lead_id), actor)
    require_channel("sms")
    waiting = await open_entries(session, team)
    require(rules.send_obstacles(team.liaison_phone, len(waiting)))
    days = (await policies.of(session, team.round_id)).teams.confirmation_link_days
    link = ConfirmationLink(id=uuid4(), team_id=team.id, expires_at=now + timedelta(days=days))
    session.add(link)
    url = f"{public_url.rstrip('/')}/public/confirmations/{sign_link(link.id.bytes, days)}"
    phone, text = team.liaison_phone, rules.message(team.name, len(waiting), url, days)
    queue(session, Message, Letter("sms", phone, text, about=str(team.id)), now)
    publish(session, ConfirmationLinkSent(**ids(team)))
    return link, len(waiting)


async def read(
    session: AsyncSession, token: str, now: datetime, *, lock: bool = False
) -> tuple[ConfirmationLink, Team]:
    """What a token opens. Raises :class:`NotFound` for a foreign or expired one, Refused for a spent one."""
    nonce = read_link(token)
    if nonce is None:
        raise NotFound("link")
    key = UUID(bytes=nonce)
    link = await load(session, ConfirmationLink, key, "link") if lock else await session.get(ConfirmationLink, key)
    if link is None:
        raise NotFound("link")
    require(rules.use_obstacles(link.used_at))
    return link, await session.get_one(Team, link.team_id)


async def open_entries(session: AsyncSession, team: Team) -> list[tuple[Entry, Person]]:
    """Entries that wait for the host, oldest first."""
    statement = (
        sa.select(Entry, Person)
        .join(Person, Person.id == Entry.person_id)
        .where(Entry.team_id == team.id, Entry.status == "recorded")
        .order_by(Entry.served_on, Entry.id)
    )
    return [(entry, person) for entry, person in await session.execute(statement)]


async def settle(session: AsyncSession, token: str, verdicts: Mapping[UUID, Verdict], now: datetime) -> list[Entry]:
    """What the liaison said; the link is spent. Entries that the host has settled meanwhile stay as they are."""
    link, team = await read(session, token, now, lock=True)
    require(rules.verdict_obstacles(len(verdicts)))
    waiting = {entry.id for entry, _person in await open_entries(session, team)}
    link.used_at = now
    chosen = {key: verdict for key, verdict in verdicts.items() if key in waiting}
    return await entries.settle(session, team.id, chosen, LIAISON, now)
