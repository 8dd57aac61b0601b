"""The expert registry: who enters it, and how a record is kept true."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from services.teams.models import Credential, Employment, Person
from services.teams.queries.registry import index_of
from services.teams.rules import person as rules
from services.teams.rules import record as record_rules
from services.teams.rules.person import Registration
from services.teams.schemas import PersonPatch
from services.teams.usecases import credential
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.teams import HonourVerified, PersonEdited, PersonRegistered, UnitAgreed, UnitAgreementWithdrawn
from shared.crypto import keyed_hash
from shared.db import load, new_id
from shared.errors import Forbidden, Malformed, require
from shared.outbox import publish

_BATCH = 2_000
"""Rows of one statement: a list of fifty thousand stays within what the driver binds."""
_WHOLE = (undefer(Person.citizen_id), undefer(Person.phone), undefer(Person.keys))


def columns(entry: Registration) -> dict[str, Any]:
    """A registration as the columns of its row."""
    return {
        "name": entry.name,
        "gender": entry.gender,
        "citizen_id": entry.citizen_id,
        "citizen_key": keyed_hash(entry.citizen_id),
        "phone": entry.phone,
        "phone_key": keyed_hash(entry.phone),
        "birth_key": keyed_hash(entry.citizen_id[6:14]),
        "unit_name": entry.unit_name,
        "unit_code": entry.unit_code,
        "title": entry.title or ("" if entry.title_level == "无" else entry.title_level),
        "title_level": entry.title_level,
        "honours": list(dict.fromkeys(entry.honours)),
        "fields": list(entry.fields),
        "category": entry.category,
        "division": entry.division,
        "health": entry.health,
        "willing": entry.willing,
        "unit_agrees": entry.unit_agrees,
        **index_of(entry.name, entry.fields),
    }


async def register(session: AsyncSession, entry: Registration, actor: Actor, now: datetime) -> Person:
    """One expert enters the registry. Raises :class:`Malformed` with everything that is wrong."""
    if reasons := tuple(rules.registration_obstacles(entry)):
        raise Malformed(*reasons)
    person = Person(id=new_id(), **columns(entry))
    session.add(person)
    await session.flush()
    session.add(_employment(person.id, entry, now))
    session.add_all(Credential(**row) for row in credential.rows_of(person.id, credential.listed(entry), now))
    publish(session, PersonRegistered(person_id=person.id))
    return person


def _employment(person_id: UUID, entry: Registration | Person, now: datetime, since: bool = False) -> Employment:
    """The unit that somebody belongs to; since when is known only of a change that the registry saw."""
    today = now.astimezone(SHANGHAI).date() if since else None
    return Employment(
        id=new_id(), person_id=person_id, unit_name=entry.unit_name, unit_code=entry.unit_code, starts_on=today
    )


async def _change_unit(session: AsyncSession, person: Person, now: datetime) -> None:
    """The old unit stays in the history."""
    await session.execute(
        sa.update(Employment)
        .where(Employment.person_id == person.id, Employment.ends_on.is_(None))
        .values(ends_on=now.astimezone(SHANGHAI).date(), version=Employment.version + 1)
    )
    session.add(_employment(person.id, person, now, since=True))


async def locked(session: AsyncSession, person_id: UUID) -> Person:
    """The whole record, with what is ciphertext, for a change."""
    return await load(session, Person, person_id, "person", *_WHOLE)


async def edit(session: AsyncSession, person: Person, body: PersonPatch, actor: Actor, now: datetime) -> Person:
    """What is written replaces what was there: by the bureau, or by the expert where it is the expert's own."""
    wanted = body.model_dump(exclude_unset=True, exclude={"reason"})
    if wanted and (reasons := tuple(record_rules.edit_obstacles(actor, wanted))):
        raise Forbidden(*reasons)
    before = Registration(**{name: getattr(person, name) for name in Registration.__dataclass_fields__})
    after = body.over(before)
    reasons = (
        *rules.registration_obstacles(after),
        *record_rules.correction_obstacles(before.citizen_id, after.citizen_id, body.reason),
    )
    if reasons:
        raise Malformed(*reasons)
    new = {**columns(after), "days_per_month": wanted.get("days_per_month", person.days_per_month)}
    changed = {
        name: value for name, value in new.items() if name in {*wanted, *_DERIVED} and getattr(person, name) != value
    }
    for name, value in changed.items():
        setattr(person, name, value)
    if changed.keys() & {"unit_code", "unit_name"}:
        person.unit_agrees = after.unit_agrees if "unit_agrees" in wanted else not after.unit_code
        await _change_unit(session, person, now)
    if told := sorted(changed.keys() & wanted.keys()):
        publish(session, PersonEdited(person_id=person.id, fields=told))
    return person


_DERIVED = ("citizen_key", "phone_key", "birth_key", "subjects", "keys")


async def agree(session: AsyncSession, person_id: UUID, actor: Actor, now: datetime) -> Person:
    """The person's unit agrees, until it says otherwise."""
    person = await load(session, Person, person_id, "person")
    require(record_rules.agree_obstacles(person.unit_code, actor))
    person.unit_agrees, person.unit_said = True, ""
    publish(session, UnitAgreed(person_id=person.id, unit_code=person.unit_code))
    return person


async def withdraw_agreement(
    session: AsyncSession, person_id: UUID, reason: str, actor: Actor, now: datetime
) -> Person:
    """The person's unit no longer agrees; what was agreed for a team stays with that team."""
    person = await load(session, Person, person_id, "person")
    require(record_rules.withdraw_agreement_obstacles(person.unit_code, reason, actor))
    person.unit_agrees, person.unit_said = False, reason
    publish(session, UnitAgreementWithdrawn(person_id=person.id, unit_code=person.unit_code))
    return person


async def verify_honour(
    session: AsyncSession, person_id: UUID, honour: str, found: bool, actor: Actor, now: datetime
) -> Person:
    """The bureau's verdict on an honour that the person names: a short way to the verdict on its credential."""
    person = await load(session, Person, person_id, "person")
    verdicts = rules.verify_honour(person.facts, honour, found)
    if person.verdicts != verdicts:
        own = sa.select(Credential.id).where(Credential.person_id == person_id, Credential.name == honour)
        [key] = await session.scalars(own.where(Credential.kind == "honour"))
        if found:
            await credential.verify(session, key, actor, now)
        else:
            await credential.refuse(session, key, "经核实不予认定 / not recognised", actor, now)
    publish(session, HonourVerified(person_id=person.id, recognised=found))
    return await load(session, Person, person_id, "person")


async def register_all(
    session: AsyncSession, entries: list[Registration], actor: Actor, now: datetime
) -> tuple[list[UUID], int, int]:
    """A whole list at once, in batches: the ids in the list's order, how many are new, how many known ones the list
    changed. Registering the same list again changes nothing; a record that was merged stands for the one that stays."""
    ids: list[UUID] = []
    created = updated = 0
    for start in range(0, len(entries), _BATCH):
        found, new, changed = await _register_batch(session, entries[start : start + _BATCH], now)
        ids, created, updated = [*ids, *found], created + new, updated + changed
    return ids, created, updated


async def _register_batch(
    session: AsyncSession, entries: list[Registration], now: datetime
) -> tuple[list[UUID], int, int]:
    rows = [columns(entry) for entry in entries]
    keys = [row["citizen_key"] for row in rows]
    listed = sa.select(Person).where(Person.citizen_key.in_(keys)).order_by(Person.id).with_for_update()
    known = {person.citizen_key: person for person in await session.scalars(listed.options(*_WHOLE))}
    updated = 0
    for row, entry in zip(rows, entries, strict=True):
        if (person := known.get(row["citizen_key"])) and person.merged_into_id is None:
            updated += await _follow_list(session, person, row, entry, now)
    fresh = [
        (new_id(), row, entry) for row, entry in zip(rows, entries, strict=True) if row["citizen_key"] not in known
    ]
    await _insert(session, fresh, now)
    ids = {key: person.merged_into_id or person.id for key, person in known.items()}
    ids |= {row["citizen_key"]: key for key, row, _ in fresh}
    return [ids[key] for key in keys], len(fresh), updated


async def _insert(session: AsyncSession, fresh: list[tuple[UUID, dict[str, Any], Registration]], now: datetime) -> None:
    """New people with their units, honours and titles."""
    if not fresh:
        return
    await session.execute(sa.insert(Person), [{**row, "id": key, "verdicts": {}} for key, row, _ in fresh])
    units = [
        {"id": new_id(), "person_id": key, "unit_name": e.unit_name, "unit_code": e.unit_code} for key, _, e in fresh
    ]
    await session.execute(sa.insert(Employment), units)
    claims = [row for key, _, e in fresh for row in credential.rows_of(key, credential.listed(e), now)]
    if claims:
        await session.execute(sa.insert(Credential), claims)
    for key, _, _ in fresh:
        publish(session, PersonRegistered(person_id=key))


async def _follow_list(
    session: AsyncSession, person: Person, row: dict[str, Any], entry: Registration, now: datetime
) -> bool:
    """What the list says about a registered person is taken over; True when anything changed."""
    different = {name: value for name, value in row.items() if getattr(person, name) != value}
    changed = {name: value for name, value in different.items() if name not in _CLAIMS}
    for name, value in changed.items():
        setattr(person, name, value)
    if changed.keys() & {"unit_code", "unit_name"}:
        await _change_unit(session, person, now)
    said_more = bool(different.keys() & _CLAIMS) and await credential.follow_register(session, person, entry, now)
    return bool(changed) or said_more


_CLAIMS = {"honours", "title", "title_level"}
"""Columns that follow from the credentials."""
