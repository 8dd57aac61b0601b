"""Filling in what older rows lack, when the system is prepared."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Person
from services.teams.queries.registry import index_of


async def index_people(session: AsyncSession) -> int:
    """The words by which experts are found, for those registered before there were any; how many they were. Keyed
    hashes of phone and birth date come with the next change of the record."""
    lacking = sa.select(Person.id, Person.name, Person.fields).where(Person.keys == [])
    rows = (await session.execute(lacking)).all()
    for person_id, name, fields in rows:
        await session.execute(sa.update(Person).where(Person.id == person_id).values(**index_of(name, fields)))
    return len(rows)
