"""The expert registry."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from services.teams.models import Person
from services.teams.rules import person as rules
from services.teams.rules.person import Registration
from shared.actor import Actor
from shared.contracts.teams import HonourVerified, PersonRegistered
from shared.crypto import keyed_hash
from shared.db import load, new_id
from shared.errors import Malformed
from shared.outbox import publish


def columns(entry: Registration) -> dict[str, Any]:
    """A registration as the columns of its row."""
    return {
        "name": entry.name,
        "gender": entry.gender,
        "citizen_id": entry.citizen_id,
        "citizen_key": keyed_hash(entry.citizen_id),
        "phone": entry.phone,
        "unit_name": entry.unit_name,
        "unit_code": entry.unit_code,
        "title": entry.title,
        "title_level": entry.title_level,
        "honours": list(entry.honours),
        "fields": list(entry.fields),
        "category": entry.category,
        "division": entry.division,
        "health": entry.health,
        "willing": entry.willing,
        "unit_agrees": entry.unit_agrees,
    }


async def register(session: AsyncSession, entry: Registration, actor: Actor, now: datetime) -> Person:
    """One expert enters the registry. Raises :class:`Malformed` with everything that is wrong."""
    if reasons := tuple(rules.registration_obstacles(entry)):
        raise Malformed(*reasons)
    person = Person(**columns(entry))
    session.add(person)
    await session.flush()
    publish(session, PersonRegistered(person_id=person.id))
    return person


async def verify_honour(
    session: AsyncSession, person_id: UUID, honour: str, found: bool, actor: Actor, now: datetime
) -> Person:
    """The bureau's verdict on an honour that the policy does not list."""
    person = await load(session, Person, person_id, "person")
    person.verdicts = rules.verify_honour(person.facts, honour, found)
    publish(session, HonourVerified(person_id=person.id, recognised=found))
    return person


async def register_all(
    session: AsyncSession, entries: list[Registration], actor: Actor, now: datetime
) -> tuple[list[UUID], int, int]:
    """A whole list at once, in three statements: the ids in the list's order, how many are new, how many known
    ones the list changed. Registering the same list again changes nothing."""
    rows = [columns(entry) for entry in entries]
    keys = [row["citizen_key"] for row in rows]
    listed = sa.select(Person).where(Person.citizen_key.in_(keys)).with_for_update()
    found = await session.scalars(listed.options(undefer(Person.citizen_id), undefer(Person.phone)))
    known = {person.citizen_key: person for person in found}
    updated = 0
    for row in rows:
        if person := known.get(row["citizen_key"]):
            changed = {name: value for name, value in row.items() if getattr(person, name) != value}
            updated += bool(changed)
            for name, value in changed.items():
                setattr(person, name, value)
    new = [{**row, "id": new_id(), "verdicts": {}} for row in rows if row["citizen_key"] not in known]
    if new:
        await session.execute(sa.insert(Person), new)
    ids = {key: person.id for key, person in known.items()} | {row["citizen_key"]: row["id"] for row in new}
    for row in new:
        publish(session, PersonRegistered(person_id=row["id"]))
    return [ids[key] for key in keys], len(new), updated
