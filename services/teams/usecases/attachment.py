"""Files of teams, entries and people. A file of an entry is its team's; a file of a person is the registry's."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Attachment, Entry, Team
from services.teams.rules import attachment as rules
from services.teams.usecases import team as teams
from shared.actor import Actor
from shared.contracts.base import Event
from shared.contracts.teams import (
    EntryAttachmentAdded,
    EntryAttachmentRemoved,
    PersonAttachmentAdded,
    PersonAttachmentRemoved,
    TeamAttachmentAdded,
    TeamAttachmentRemoved,
)
from shared.files import attachments
from shared.files.examine import Received
from shared.files.store import Files
from shared.outbox import publish


async def attach(
    session: AsyncSession, files: Files, sent: Received, row: Attachment, actor: Actor, now: datetime
) -> Attachment:
    """The same file twice is one row and is said once."""
    rules.attach(await _takes_part(session, row, actor))
    row, new = await attachments.attach(session, Attachment, files, sent, row, now)
    if new:
        publish(session, await _added(session, row))
    return row


async def remove(session: AsyncSession, row: Attachment, reason: str, actor: Actor, now: datetime) -> Attachment:
    rules.remove(await _takes_part(session, row, actor), row.uploaded_by, actor)
    if await attachments.remove(session, row, reason, actor, now):
        publish(session, await _removed(session, row))
    return row


async def _team(session: AsyncSession, row: Attachment) -> Team:
    team_id = row.noun_id if row.noun == "team" else (await session.get_one(Entry, row.noun_id)).team_id
    return await session.get_one(Team, team_id)


async def _takes_part(session: AsyncSession, row: Attachment, actor: Actor) -> bool:
    """Whoever sees an expert's evidence runs the registry or is the expert."""
    return row.noun == "person" or await queries.takes_part(session, (await _team(session, row)).id, actor)


async def _added(session: AsyncSession, row: Attachment) -> Event:
    about = attachments.about(row)
    if row.noun == "person":
        return PersonAttachmentAdded(person_id=row.noun_id, **about)
    ids = teams.ids(await _team(session, row))
    if row.noun == "entry":
        return EntryAttachmentAdded(**ids, entry_id=row.noun_id, **about)
    return TeamAttachmentAdded(**ids, **about)


async def _removed(session: AsyncSession, row: Attachment) -> Event:
    about = attachments.about(row)
    if row.noun == "person":
        return PersonAttachmentRemoved(person_id=row.noun_id, **about)
    ids = teams.ids(await _team(session, row))
    if row.noun == "entry":
        return EntryAttachmentRemoved(**ids, entry_id=row.noun_id, **about)
    return TeamAttachmentRemoved(**ids, **about)
