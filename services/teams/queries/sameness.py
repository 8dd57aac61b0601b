"""Pairs of records that look like one person."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Person, ToldApart
from services.teams.queries.registry import plain_name, sound_of
from services.teams.rules import sameness as rules
from services.teams.rules.sameness import Likeness, RecordFacts
from services.teams.schemas import DuplicateOut, DuplicatesOut, Pair
from services.teams.schemas.base import spoken

_CROWD = 200
"""Records that share a name and one more trait; beyond, the trait says nothing about one person."""
_RECORD = (
    Person.id,
    Person.name,
    Person.gender,
    Person.unit_code,
    Person.unit_name,
    Person.title,
    Person.division,
    Person.phone_key,
    Person.birth_key,
)


async def duplicates(session: AsyncSession, limit: int) -> DuplicatesOut:
    """The likeliest pairs of the whole registry, without those that somebody told apart."""
    people = list(await session.execute(sa.select(*_RECORD).where(Person.merged_into_id.is_(None)).order_by(Person.id)))
    apart = await session.execute(sa.select(ToldApart.first_id, ToldApart.second_id))
    known = {(str(first), str(second)) for first, second in apart}
    pairs = await asyncio.to_thread(_likely, people, known)
    shown = {str(person.id): person for person in people}
    items = [
        DuplicateOut(
            first=Pair.model_validate(shown[one]),
            second=Pair.model_validate(shown[other]),
            score=min(1, found.score),
            reasons=spoken(found.reasons),
        )
        for one, other, found in pairs[:limit]
    ]
    return DuplicatesOut(items=items, found=len(pairs))


def _likely(people: Sequence[Any], apart: set[tuple[str, str]]) -> list[tuple[str, str, Likeness]]:
    records = [
        RecordFacts(
            str(p.id),
            plain_name(p.name),
            "".join(sound_of(p.name)),
            p.gender,
            p.unit_code,
            p.division,
            p.phone_key,
            p.birth_key,
        )
        for p in people
    ]
    found = []
    for one, other in _worth_comparing(records):
        if (one.id, other.id) not in apart and (how := rules.likeness(one, other)).score >= rules.LIKELY:
            found.append((one.id, other.id, how))
    return sorted(found, key=lambda pair: (-pair[2].score, pair[0], pair[1]))


def _worth_comparing(records: Iterable[RecordFacts]) -> Iterator[tuple[RecordFacts, RecordFacts]]:
    """Only records that share a name and a trait, or nearly a name and phone or birth date: no other pair is likely,
    and ten thousand records make fifty million pairs."""
    blocks: dict[tuple[str, str], list[RecordFacts]] = defaultdict(list)
    for record in records:
        whole = {record.name, f"~{record.sound}"}
        nearly = {f"{record.name[:at]}?{record.name[at + 1 :]}" for at in range(len(record.name))}
        weak = (f"u{record.unit_code}" if record.unit_code else "", f"d{record.division[:6]}")
        strong = (record.phone_key and f"t{record.phone_key}", record.birth_key and f"b{record.birth_key}")
        for traits, names in ((weak, whole), (strong, whole | nearly)):
            for key in product(filter(None, traits), names):
                blocks[key].append(record)
    seen = set()
    for block in blocks.values():
        for one, other in combinations(block, 2) if 1 < len(block) <= _CROWD else ():
            if (one.id, other.id) not in seen:
                seen.add((one.id, other.id))
                yield one, other
