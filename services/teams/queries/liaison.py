"""What the liaison sees behind the link."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Attachment, Entry, Person, Team
from services.teams.queries.absences import absences_of, newest_rating
from services.teams.queries.attachments import photos_of
from services.teams.rules import entry as entry_rules
from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.rating import RATEABLE
from services.teams.schemas import ConfirmationEntry, ConfirmationOut, PhotoOut, Reported, WordOut
from shared.errors import NotFound


async def liaison_sees(
    session: AsyncSession,
    team: Team,
    open_entries: list[tuple[Entry, Person]],
    policy: TeamsPolicy,
    expires_at: datetime,
    today: date,
) -> ConfirmationOut:
    """Entries that wait, the words to rate by, what was said before."""
    lead = await lead_of(session, team)
    photos = await photos_of(session, [entry.id for entry, _ in open_entries])
    rated = await newest_rating(session, team.id)
    return ConfirmationOut(
        team=team.name,
        lead=lead.name,
        unit=lead.unit_name,
        order_number=team.order_number,
        place=team.place,
        helpline=policy.helpline,
        today=today,
        expires_at=expires_at,
        entries=[
            ConfirmationEntry(
                **{name: getattr(entry, name) for name in _SHOWN},
                name=person.name,
                photos=[PhotoOut.model_validate(photo) for photo in photos[entry.id]],
                blocked=bool(list(entry_rules.photo_obstacles(len(photos[entry.id]), policy))),
            )
            for entry, person in open_entries
        ],
        words=[WordOut.model_validate(word) for word in policy.satisfaction] if team.status in RATEABLE else [],
        rated=rated.satisfaction if rated else None,
        absences=[Reported.model_validate(absence) for absence in await absences_of(session, team.id)],
    )


async def lead_of(session: AsyncSession, team: Team) -> Person:
    return await session.get_one(Person, team.lead_id)


async def photo_of_team(session: AsyncSession, team_id: UUID, attachment_id: UUID) -> Attachment:
    """A picture of one of the team's entries, or :class:`NotFound`."""
    statement = (
        sa.select(Attachment)
        .join(Entry, Entry.id == Attachment.noun_id)
        .where(
            Attachment.id == attachment_id,
            Attachment.noun == "entry",
            Attachment.kind == "photo",
            Attachment.removed_at.is_(None),
            Attachment.media_type.startswith("image/"),
            Entry.team_id == team_id,
        )
    )
    photo = (await session.execute(statement)).scalar_one_or_none()
    if photo is None:
        raise NotFound("attachment")
    return photo


_SHOWN = ("id", "version", "served_on", "form", "days", "beneficiaries", "problem")
