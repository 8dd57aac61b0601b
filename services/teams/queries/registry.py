"""Finding experts, and what is known of one: credentials, units, availability, load, history of service.

``Person.keys`` holds every word by which a person is found, each with the letter of what it is: ``n`` parts of the
name, ``p`` its pinyin and initials, ``f`` fields as written, ``s`` subject codes. One inverted index answers all of
them, names of two characters included.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import (
    Availability,
    Credential,
    Employment,
    Entry,
    KnownGrade,
    KnownRound,
    Member,
    Person,
    Suspension,
    Team,
)
from services.teams.queries.sight import seen_person, visible_evidence, visible_people
from services.teams.rules.team import OPEN_CLAIMS
from services.teams.schemas import PersonOut
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.queries import filtered, find, within
from shared.subjects import all_subjects_of, name_of, same_word, subjects_of

LONGEST = 4
"""Characters of a name's parts that are indexed; a longer search looks at the name itself besides."""


def sound_of(name: str) -> list[str]:
    """The pinyin of a name, a syllable a character, without tones: 张三 and 張三 both zhang san."""
    from pypinyin import lazy_pinyin  # its tables take memory: only where somebody is registered

    return [syllable.lower() for syllable in lazy_pinyin(plain_name(name))]


def plain_name(name: str) -> str:
    """A name without blanks and middle dots."""
    return "".join(c for c in name if c not in " ·•・．.　").lower()


def index_of(name: str, fields: Sequence[str]) -> dict[str, list[str]]:
    """The columns by which a person is found: subjects of the fields, and all keys."""
    plain, sounds = plain_name(name), sound_of(name)
    parts = {plain[start:end] for start in range(len(plain)) for end in range(start + 1, start + 1 + LONGEST)}
    initials = "".join(sound[:1] for sound in sounds)
    said = {"".join(sounds[: end + 1]) for end in range(len(sounds))} | {
        initials[: end + 1] for end in range(len(initials))
    }
    codes = all_subjects_of(fields)
    keys = [f"n:{part}" for part in parts] + [f"p:{part}" for part in said]
    keys += [f"f:{same_word(field)}" for field in fields]
    keys += [f"s:{code}" for code in {*codes, *(code[:3] for code in codes)}]
    return {"subjects": codes, "keys": sorted(keys)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a list is about; what is None or empty does not matter."""

    q: str = ""
    name: str | None = None
    unit_code: str | None = None
    division: str | None = None
    field: str | None = None
    subject: str | None = None
    honour: str | None = None
    title_level: str | None = None
    available_from: date | None = None
    available_to: date | None = None
    max_load: int | None = None
    merged: bool = False


def find_people(actor: Actor, wanted: Wanted) -> sa.Select[Any]:
    """The experts whom this actor may see and the caller wants."""
    statement = sa.select(Person).where(visible_people(actor))
    if not wanted.merged:
        statement = statement.where(Person.merged_into_id.is_(None))
    if keys := _keys(wanted):
        statement = statement.where(Person.keys.contains(keys))
    if len(wanted.q) > LONGEST and not wanted.q.isascii():
        statement = statement.where(Person.name.contains(wanted.q, autoescape=True))
    for column in ("name", "unit_code", "title_level"):
        if value := getattr(wanted, column):
            statement = statement.where(getattr(Person, column) == value)
    if wanted.division:
        statement = statement.where(within(Person.division, wanted.division))
    if wanted.honour:
        held = sa.select(Credential.person_id).where(Credential.kind == "honour", Credential.name == wanted.honour)
        statement = statement.where(Person.id.in_(held.where(Credential.status.in_(("claimed", "verified")))))
    if wanted.available_from:
        statement = statement.where(~away(wanted.available_from, wanted.available_to or wanted.available_from))
    if wanted.max_load is not None:
        statement = statement.where(_live_places() <= wanted.max_load)
    return statement


def _keys(wanted: Wanted) -> list[str]:
    keys = []
    if q := plain_name(wanted.q):
        keys.append(f"p:{q}" if q.isascii() else f"n:{q[:LONGEST]}")
    if wanted.field:
        keys.append(f"f:{same_word(wanted.field)}")
    if wanted.subject:
        code = wanted.subject if wanted.subject.isdigit() else next(iter(subjects_of(wanted.subject)), "-")
        keys.append(f"s:{code}")
    return keys


def away(first: date, last: date) -> sa.ColumnElement[bool]:
    """True for whoever cannot serve on some day between the two."""
    return (
        sa.select(Availability.id)
        .where(
            Availability.person_id == Person.id,
            Availability.available.is_(False),
            Availability.starts_on <= last,
            Availability.ends_on >= first,
        )
        .exists()
    )


def _live_places() -> Any:
    places = sa.select(sa.func.count()).where(Member.person_id == Person.id, Member.live_place.is_not(None))
    return places.correlate(Person).scalar_subquery()


def credentials(actor: Actor, status: str | None, kind: str | None, person_id: UUID | None) -> sa.Select[Any]:
    """Honours and titles of those whose evidence this actor may see."""
    statement = sa.select(Credential).join(Person, Person.id == Credential.person_id).where(visible_evidence(actor))
    return filtered(statement, Credential, status=status or None, kind=kind or None, person_id=person_id)


async def knows_well(session: AsyncSession, person_id: UUID, actor: Actor) -> bool:
    """Whether this actor may see evidence, units and reasons of the person."""
    found = await session.execute(sa.select(Person.id).where(Person.id == person_id, visible_evidence(actor)))
    return found.scalar() is not None


async def well_known_person(session: AsyncSession, person_id: UUID, actor: Actor) -> Person:
    """The record that stands for this id, for those who may know it well; to others it is not there."""
    key = await resolved(session, person_id)
    return await find(session, sa.select(Person).where(visible_evidence(actor)), Person, key, "person")


async def editable_person(session: AsyncSession, person_id: UUID, actor: Actor) -> None:
    """The bureau keeps all records that are not merged, experts their own; to others it is not there."""
    own = actor.has("expert") and actor.person_id == person_id
    statement = sa.select(Person).where(Person.merged_into_id.is_(None))
    if not (own or actor.has("bureau")):
        raise NotFound("person")
    await find(session, statement, Person, person_id, "person")


async def claiming_person(session: AsyncSession, person_id: UUID, actor: Actor) -> None:
    """Whose honours and titles this actor may write: the bureau's all, a unit's people, one's own."""
    statement = sa.select(Person).where(Person.merged_into_id.is_(None), visible_evidence(actor))
    if not actor.has("bureau", "unit", "expert"):
        raise NotFound("person")
    await find(session, statement, Person, person_id, "person")


async def credential(session: AsyncSession, credential_id: UUID, actor: Actor) -> Credential:
    """The honour or title, or :class:`NotFound` when not this actor's to see."""
    return await find(session, credentials(actor, None, None, None), Credential, credential_id, "credential")


async def person_detail(session: AsyncSession, person_id: UUID, actor: Actor, now: datetime) -> dict[str, Any]:
    """An expert's page: what everybody who looks for a team may know, and for those who know the person well, the rest."""
    person = await seen_person(session, person_id, actor)
    kept = await kept_about(session, person_id)
    well = await knows_well(session, person_id, actor)
    own = {name: getattr(person, name) for name in (*PersonOut.model_fields, "days_per_month", "merged_into_id")}
    return {
        **own,
        **await history_of(session, person_id, now),
        "subjects": [{"code": code, "name": name_of(code)} for code in person.subjects],
        "keywords": [field for field in person.fields if not subjects_of(field)],
        "availability": sorted(kept["availability"], key=lambda period: period.starts_on),
        "credentials": kept["credentials"] if well else None,
        "employments": kept["employments"] if well else None,
        "unit_said": person.unit_said if well else None,
        "suspended_until": await _suspended_until(session, person_id) if well else None,
    }


async def _suspended_until(session: AsyncSession, person_id: UUID) -> datetime | None:
    running = sa.select(sa.func.max(Suspension.ends_at))
    return await session.scalar(running.where(Suspension.person_id == person_id, Suspension.status == "started"))


async def history_of(session: AsyncSession, person_id: UUID, now: datetime) -> dict[str, Any]:
    """Teams with role, term and grade, and what the person has to do now."""
    grade = (
        sa.select(KnownGrade.grade)
        .where(KnownGrade.team_id == Team.id)
        .order_by(KnownGrade.published_at.desc().nulls_last())
        .limit(1)
        .correlate(Team)
        .scalar_subquery()
    )
    statement = (
        sa.select(Team, Member, KnownRound.year, grade)
        .join(Member, Member.team_id == Team.id)
        .outerjoin(KnownRound, KnownRound.id == Team.round_id)
        .where(Member.person_id == person_id, Member.joined_at.is_not(None))
        .order_by(Member.joined_at.desc(), Member.id)
        .limit(200)
    )
    served = [
        {
            "team_id": team.id,
            "name": team.name,
            "order_number": team.order_number,
            "role": member.role,
            "status": team.status,
            "year": year,
            "starts_on": team.starts_on,
            "ends_on": team.ends_on,
            "joined_at": member.joined_at,
            "left_at": member.left_at,
            "grade": given,
        }
        for team, member, year, given in await session.execute(statement)
    ]
    return {"service": served, "load": await load_of(session, person_id, now)}


async def load_of(session: AsyncSession, person_id: UUID, now: datetime) -> dict[str, int]:
    """Live teams, claims that the person leads, and service entries of this year."""
    new_year = date(now.astimezone(SHANGHAI).year, 1, 1)
    counts = sa.select(
        sa.select(sa.func.count())
        .where(Member.person_id == person_id, Member.live_place.is_not(None))
        .scalar_subquery(),
        sa.select(sa.func.count()).where(Team.lead_id == person_id, Team.status.in_(OPEN_CLAIMS)).scalar_subquery(),
        sa.select(sa.func.count()).where(Entry.person_id == person_id, Entry.served_on >= new_year).scalar_subquery(),
    )
    live, claims, entries = (await session.execute(counts)).one()
    return {"live_teams": live, "open_claims": claims, "entries_this_year": entries}


async def kept_about(session: AsyncSession, person_id: UUID) -> dict[str, Any]:
    """Credentials, units over time and availability of one person."""
    own: dict[str, Any] = {"credentials": Credential, "employments": Employment, "availability": Availability}
    return {
        name: list(await session.scalars(sa.select(model).where(model.person_id == person_id).order_by(model.id)))
        for name, model in own.items()
    }


async def held_people(session: AsyncSession, people: Iterable[UUID]) -> dict[UUID, Person]:
    """The registered among these people, held until the transaction ends: none is merged into another meanwhile, so
    that nothing new is tied to a record that is just going. Whoever is changed or merged now is waited for."""
    held = sa.select(Person).where(Person.id.in_(list(people))).order_by(Person.id)
    held = held.with_for_update(of=Person, read=True, key_share=True).execution_options(populate_existing=True)
    return {person.id: person for person in await session.scalars(held)}


async def resolved(session: AsyncSession, person_id: UUID) -> UUID:
    """The record that stands for this one: itself, or the one that it was merged into."""
    into = await session.execute(sa.select(Person.merged_into_id).where(Person.id == person_id))
    return into.scalar() or person_id


__all__ = [
    "Wanted",
    "away",
    "claiming_person",
    "credential",
    "credentials",
    "editable_person",
    "find_people",
    "held_people",
    "history_of",
    "index_of",
    "kept_about",
    "knows_well",
    "load_of",
    "person_detail",
    "plain_name",
    "resolved",
    "sound_of",
    "well_known_person",
]
