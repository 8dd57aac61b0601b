"""When an expert can serve."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Availability, Person
from services.teams.schemas import AvailabilityIn
from shared.actor import Actor
from shared.contracts.teams import PersonEdited
from shared.outbox import publish


async def set_availability(
    session: AsyncSession, person: Person, body: AvailabilityIn, actor: Actor, now: datetime
) -> Person:
    """What is said now replaces what was said before."""
    await session.execute(sa.delete(Availability).where(Availability.person_id == person.id))
    session.add_all(Availability(person_id=person.id, **period.model_dump()) for period in body.periods)
    person.days_per_month = body.days_per_month
    person.version += 1
    publish(session, PersonEdited(person_id=person.id, fields=["availability"]))
    return person
