"""Honours and titles: claimed with evidence, verified or refused by the bureau, over when their validity is.

What the rules see of them stands on the person (``Person.facts``) and is brought in step here, nowhere else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Attachment, Credential, Person
from services.teams.rules import credential as rules
from services.teams.rules.credential import HONOUR, TITLE, Claim
from services.teams.rules.person import Registration
from services.teams.schemas import CredentialIn
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.teams import CredentialClaimed, CredentialExpired, CredentialRefused, CredentialVerified
from shared.db import load, new_id
from shared.errors import Malformed, Reason
from shared.outbox import publish

_EVENTS = {"verify": CredentialVerified, "refuse": CredentialRefused, "expire": CredentialExpired}


def listed(entry: Registration) -> list[tuple[str, str, str]]:
    """What a registration says of honours and title: (kind, name, level)."""
    found = [(HONOUR, name, "") for name in dict.fromkeys(entry.honours)]
    if entry.title or entry.title_level != "无":
        found.append((TITLE, entry.title or entry.title_level, entry.title_level))
    return found


def rows_of(person_id: UUID, claims: Iterable[tuple[str, str, str]], now: datetime) -> list[dict[str, Any]]:
    """New claims of the bureau's register as rows, for a whole list at once."""
    return [
        {
            "id": new_id(),
            "person_id": person_id,
            "kind": kind,
            "name": name,
            "level": level,
            "evidence": [],
            "claimed_by": "bureau",
            "status": rules.claimed(),
            "settled_at": now,
        }
        for kind, name, level in claims
    ]


async def of(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, list[Credential]]:
    """Everybody's credentials, in the order in which they were made or settled."""
    statement = sa.select(Credential).where(Credential.person_id.in_(person_ids))
    found: dict[UUID, list[Credential]] = {key: [] for key in person_ids}
    for row in await session.scalars(statement.order_by(Credential.settled_at.nulls_first(), Credential.id)):
        found[row.person_id].append(row)
    return found


async def follow_register(session: AsyncSession, person: Person, entry: Registration, now: datetime) -> bool:
    """The bureau's register says something new: its claims that it no longer lists and nobody has judged go, new
    ones come. Brings the person in step; True when anything changed."""
    own = (await of(session, [person.id]))[person.id]
    wanted = listed(entry)
    known = {(c.kind, c.name, c.level): c for c in own}
    gone = [
        c for key, c in known.items() if key not in wanted and (c.status, c.claimed_by) == (rules.claimed(), "bureau")
    ]
    for row in gone:
        await session.delete(row)
    new = [key for key in wanted if key not in known]
    session.add_all(Credential(**row) for row in rows_of(person.id, new, now))
    await bring_in_step(session, person)
    return bool(new or gone)


async def bring_in_step(session: AsyncSession, person: Person) -> None:
    """What the rules see of the person is what the credentials say."""
    await session.flush()
    found = rules.standing([c.facts for c in (await of(session, [person.id]))[person.id]])
    person.honours, person.verdicts = list(found.honours), dict(found.verdicts)
    person.title, person.title_level, person.title_verdict = found.title, found.title_level, found.title_verdict


async def claim_new(
    session: AsyncSession, person_id: UUID, body: CredentialIn, actor: Actor, now: datetime
) -> Credential:
    """An honour or title with its evidence; the bureau will look at it."""
    person = await load(session, Person, person_id, "person")
    entry = Claim(**body.model_dump(exclude={"evidence"}), evidence=len(body.evidence))
    reasons = [*rules.claim_obstacles(entry, now.astimezone(SHANGHAI).date())]
    reasons += await _evidence_obstacles(session, person_id, body.evidence)
    if reasons:
        raise Malformed(*reasons)
    role = next(role for role in ("bureau", "unit", "expert") if actor.has(role))
    credential = Credential(
        id=new_id(),
        person_id=person_id,
        status=rules.claimed(),
        claimed_by=role,
        settled_at=now,
        **body.model_dump(exclude={"evidence"}),
        evidence=[str(key) for key in body.evidence],
    )
    session.add(credential)
    await bring_in_step(session, person)
    publish(session, CredentialClaimed(credential_id=credential.id, person_id=person_id, kind=credential.kind))
    return credential


async def _evidence_obstacles(session: AsyncSession, person_id: UUID, evidence: Sequence[UUID]) -> list[Reason]:
    own = sa.select(Attachment.id).where(
        Attachment.noun == "person", Attachment.noun_id == person_id, Attachment.removed_at.is_(None)
    )
    known = set(await session.scalars(own.where(Attachment.id.in_(evidence))))
    return [
        Reason("credential.evidence_unknown", "证明材料不是本人的附件", "Not a file of this person", f"/evidence/{at}")
        for at, key in enumerate(evidence)
        if key not in known
    ]


async def claim(
    session: AsyncSession, credential_id: UUID, evidence: Sequence[UUID], actor: Actor, now: datetime
) -> Credential:
    """Once more after a refusal or the end of its validity, with better evidence."""
    credential = await load(session, Credential, credential_id, "credential")
    credential.status = rules.claim(credential.status, actor)
    if reasons := await _evidence_obstacles(session, credential.person_id, evidence):
        raise Malformed(*reasons)
    credential.evidence = list(dict.fromkeys([*credential.evidence, *map(str, evidence)]))
    credential.reason, credential.valid_until = "", None
    await _settled(session, credential, actor, now)
    publish(
        session, CredentialClaimed(credential_id=credential.id, person_id=credential.person_id, kind=credential.kind)
    )
    return credential


async def verify(session: AsyncSession, credential_id: UUID, actor: Actor, now: datetime) -> Credential:
    """The bureau has seen the evidence."""
    credential = await load(session, Credential, credential_id, "credential")
    credential.status = rules.verify(credential.status, actor)
    credential.reason = ""
    await _settled(session, credential, actor, now)
    _tell(session, credential, "verify")
    return credential


async def refuse(session: AsyncSession, credential_id: UUID, reason: str, actor: Actor, now: datetime) -> Credential:
    """The bureau does not recognise it."""
    credential = await load(session, Credential, credential_id, "credential")
    credential.status = rules.refuse(credential.status, reason, actor)
    credential.reason = reason
    await _settled(session, credential, actor, now)
    _tell(session, credential, "refuse")
    return credential


async def expire(session: AsyncSession, credential_id: UUID, now: datetime) -> None:
    """Its last valid day is over."""
    credential = await load(session, Credential, credential_id, "credential")
    if credential.status != "verified":
        return
    credential.status = rules.expire(credential.status)
    await bring_in_step(session, await load(session, Person, credential.person_id, "person"))
    _tell(session, credential, "expire")


async def _settled(session: AsyncSession, credential: Credential, actor: Actor, now: datetime) -> None:
    credential.settled_at, credential.settled_by = now, actor.id
    await bring_in_step(session, await load(session, Person, credential.person_id, "person"))


def _tell(session: AsyncSession, credential: Credential, verb: str) -> None:
    told = _EVENTS[verb]
    publish(session, told(credential_id=credential.id, person_id=credential.person_id, kind=credential.kind))
