"""What the liaison sees behind the link."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Attachment, Entry, Person, Team
from services.teams.queries.absences import absences_of, newest_rating, rating_due
from services.teams.queries.attachments import photos_of
from services.teams.rules import entry as entry_rules
from services.teams.rules import rating as rating_rules
from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.reminder import last_day
from services.teams.schemas import ConfirmationEntry, ConfirmationOut, PhotoOut, RatingDue, Reported, WordOut
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.http.shapes import ReasonOut


async def liaison_sees(
    session: AsyncSession,
    team: Team,
    open_entries: list[tuple[Entry, Person]],
    policy: TeamsPolicy,
    expires_at: datetime,
    now: datetime,
) -> ConfirmationOut:
    """Entries that wait, the words to rate by, what was said before."""
    lead = await lead_of(session, team)
    photos = await photos_of(session, [entry.id for entry, _ in open_entries])
    return ConfirmationOut(
        team=team.name,
        lead=lead.name,
        unit=lead.unit_name,
        order_number=team.order_number,
        place=team.place,
        helpline=policy.helpline,
        today=now.astimezone(SHANGHAI).date(),
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
        rating=await _rating(session, team, policy, now),
        absences=[Reported.model_validate(absence) for absence in await absences_of(session, team.id)],
    )


async def _rating(session: AsyncSession, team: Team, policy: TeamsPolicy, now: datetime) -> RatingDue:
    """What is asked, until when it counts; or why nothing is."""
    due = await rating_due(session, team.id)
    said = await newest_rating(session, due)
    reason = next(iter(rating_rules.open_obstacles(team.status, due.asked if due else None, now)), None)
    return RatingDue(
        words=[WordOut.model_validate(word) for word in policy.satisfaction],
        rate_by=last_day(due.due_at.astimezone(SHANGHAI)) if due and due.due_at else None,
        rated=said.satisfaction if said else None,
        closed=ReasonOut.model_validate(reason) if reason else None,
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
