"""Files of teams, service entries and people."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Attachment
from services.teams.usecases import attachment
from shared.actor import Actor
from shared.files.attachments import KINDS
from shared.http import Api, Attachments, add_attachment_routes

attachments = Api(tags=["attachments"])


async def _team(session: AsyncSession, team_id: UUID, actor: Actor) -> tuple[str, ...]:
    await queries.seen_team(session, team_id, actor)
    return KINDS


async def _entry(session: AsyncSession, entry_id: UUID, actor: Actor) -> tuple[str, ...]:
    await queries.entry(session, entry_id, actor)
    return KINDS


async def _person(session: AsyncSession, person_id: UUID, actor: Actor) -> tuple[str, ...]:
    await queries.person_with_files(session, person_id, actor)
    return KINDS


for _noun, _plural, _seen in (("team", "teams", _team), ("entry", "entries", _entry), ("person", "people", _person)):
    add_attachment_routes(
        attachments, Attachments(_noun, _plural, Attachment, _seen, attachment.attach, attachment.remove)
    )
