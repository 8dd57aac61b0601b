"""Certificates, one function per verb."""

import base64
import secrets
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Assessment, Benefit, Certificate, Cycle, KnownEntry, KnownMember, KnownTeam
from services.assessment.rules import certificate as rules
from services.assessment.rules.certificate import Standing
from services.assessment.rules.frozen import canonical, fingerprint
from services.assessment.usecases import known, record, serial, telling
from shared.actor import SYSTEM, Actor
from shared.calendar import end_of
from shared.contracts.assessment import CertificateExpired, CertificateIssued, CertificateRevoked, CertificateSuperseded
from shared.db import load, new_id
from shared.divisions import name_of
from shared.outbox import publish
from shared.queries import among
from shared.signing import sign

_CODE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Characters that nobody takes for one another on paper."""
CODE_LENGTH = 8


async def issue(
    session: AsyncSession, kind: str, team_id: UUID, person_id: UUID, actor: Actor, now: datetime
) -> Certificate:
    """What the person did or was given in this team, as it stands today. Replaces an older one."""
    member = await queries.member(session, team_id, person_id, actor)
    return await _issue(session, kind, await known.team(session, team_id), member.person_id, actor, now)


async def conclude(session: AsyncSession, team: KnownTeam, now: datetime) -> None:
    """Where nobody is rated, whoever's service the host confirmed has it certified when the team is concluded."""
    if known.rates(await known.round_of(session, team.round_id)):
        return
    came = sa.select(KnownEntry.person_id).where(KnownEntry.team_id == team.id)
    served = sa.select(KnownMember.person_id).where(KnownMember.team_id == team.id, KnownMember.person_id.in_(came))
    for person_id in (await session.scalars(served.distinct().order_by(KnownMember.person_id))).all():
        if not await _says_so(session, team, person_id, now):
            await _issue(session, rules.SERVICE, team, person_id, SYSTEM, now)


async def _says_so(session: AsyncSession, team: KnownTeam, person_id: UUID, now: datetime) -> bool:
    """Whether a valid certificate states the person's service as it is today."""
    before = await _standing_one(session, rules.SERVICE, team.id, person_id)
    facts = rules.facts(rules.SERVICE, await queries.standing(session, team, person_id, now))
    return before is not None and before.facts_hash == fingerprint(facts)


async def _issue(
    session: AsyncSession, kind: str, team: KnownTeam, person_id: UUID, actor: Actor, now: datetime
) -> Certificate:
    await _keep(session, team.id, person_id)
    standing = await queries.standing(session, team, person_id, now)
    facts = rules.facts(kind, standing)
    before = await _standing_one(session, kind, team.id, person_id)
    same = before is not None and before.facts_hash == fingerprint(facts)
    status = rules.issue(kind, standing, before.number if before and same else "", actor)
    row = await _sign(session, kind, team, person_id, standing, status, now)
    row.issued_by = actor.id
    if before is not None:
        supersede(session, before, row.number, now)
        await session.flush()
    session.add(row)
    publish(session, CertificateIssued(**_about(row), valid_until=row.valid_until))
    await session.flush()
    await _write_down(session, [before] if before else [], [row], now)
    return row


async def _keep(session: AsyncSession, team_id: UUID, person_id: UUID) -> None:
    """One request for a person at a time; and what is certified does not change before this transaction ends: whoever
    corrects it finds the certificate."""
    places = sa.select(KnownMember.joined_on).where(KnownMember.team_id == team_id, KnownMember.person_id == person_id)
    await session.execute(places.order_by(KnownMember.joined_on).with_for_update())
    grades = sa.select(Assessment.id).where(Assessment.team_id == team_id).order_by(Assessment.id)
    await session.execute(grades.with_for_update(read=True))
    given = sa.select(Benefit.id).where(Benefit.team_id == team_id, Benefit.person_id == person_id)
    await session.execute(given.order_by(Benefit.id).with_for_update(read=True))


async def _sign(
    session: AsyncSession,
    kind: str,
    team: KnownTeam,
    person_id: UUID,
    standing: Standing,
    status: str,
    now: datetime,
) -> Certificate:
    """The certificate with its frozen content. The nonce keeps the published hash from telling who it is about."""
    round = await known.round_of(session, team.round_id)
    facts, until = rules.facts(kind, standing), rules.valid_until(standing, kind)
    number = await serial.number(session, rules.KINDS[kind][0], known.day_of(now).year)
    content = {**facts, "number": number, **_paper(round.division, until, now)}
    signature = sign(canonical(content))
    return Certificate(
        id=new_id(),
        number=number,
        code="".join(secrets.choice(_CODE) for _ in range(CODE_LENGTH)),
        kind=kind,
        person_id=person_id,
        team_id=team.id,
        round_id=team.round_id,
        order_id=team.order_id,
        status=status,
        content=content,
        content_hash=fingerprint(content),
        facts_hash=fingerprint(facts),
        rests_on=[b.id for b in standing.benefits] if kind == rules.BENEFIT else [],
        key=signature.key,
        signature=base64.b64encode(signature.value).decode(),
        valid_until=until,
        expires_at=end_of(until, now) if until else None,
        issued_at=now,
    )


def _paper(division: str, until: date | None, now: datetime) -> dict[str, str | None]:
    return {
        "issued_on": str(known.day_of(now)),
        "valid_until": str(until) if until else None,
        "issuer": f"{name_of(division) or ''}人力资源和社会保障局",
        "nonce": secrets.token_hex(16),
    }


async def _standing_one(session: AsyncSession, kind: str, team_id: UUID, person_id: UUID) -> Certificate | None:
    statement = sa.select(Certificate).where(
        Certificate.kind == kind,
        Certificate.team_id == team_id,
        Certificate.person_id == person_id,
        Certificate.status == "issued",
    )
    return (await session.scalars(statement.with_for_update())).one_or_none()


def supersede(session: AsyncSession, row: Certificate, number: str, now: datetime) -> None:
    row.status = rules.supersede(row.status)
    row.reason, row.replaced_by, row.ended_at = "renewed", number, now
    publish(session, CertificateSuperseded(**_about(row), replaced_by=number))


async def revoke(session: AsyncSession, certificate_id: UUID, note: str, actor: Actor, now: datetime) -> Certificate:
    """By the bureau, with its reason."""
    await queries.certificate(session, certificate_id, actor)
    row = await load(session, Certificate, certificate_id, "certificate")
    row.status = rules.revoke(row.status, note, actor)
    row.reason, row.note, row.ended_at = "by_hand", note.strip(), now
    publish(session, CertificateRevoked(**_about(row), reason=row.reason))
    await session.flush()
    await _write_down(session, [row], [], now)
    return row


async def expire(session: AsyncSession, certificate_id: UUID, now: datetime) -> None:
    """The clock: the last of its benefits is over."""
    row = await load(session, Certificate, certificate_id, "certificate")
    row.status = rules.expire(row.status)
    row.ended_at = now
    publish(session, CertificateExpired(**_about(row)))


async def follow(session: AsyncSession, teams: Collection[UUID], now: datetime) -> None:
    """After an edition, a finding or any change of benefits: what certificates of these teams state may not hold any
    more."""
    standing = sa.select(Certificate).where(among(Certificate.team_id, teams), Certificate.status == "issued")
    rows = list(await session.scalars(standing.order_by(Certificate.id).with_for_update()))
    if not rows:
        return
    published = await _published(session, {row.team_id for row in rows})
    benefits = await _benefits(session, {key for row in rows for key in row.rests_on})
    ended = []
    for row in rows:
        said = {one["year"]: one["grade"] for one in row.content.get("grades", ())}
        if reason := rules.fallen(said, published[row.team_id], row.rests_on, benefits):
            row.status = rules.revoke(row.status, reason, SYSTEM)
            row.reason, row.ended_at = reason, now
            publish(session, CertificateRevoked(**_about(row), reason=reason))
            ended.append(row)
    await session.flush()
    await _write_down(session, ended, [], now)


async def _published(session: AsyncSession, teams: Collection[UUID]) -> dict[UUID, dict[int, str]]:
    """Published grades by team and year."""
    found: dict[UUID, dict[int, str]] = defaultdict(dict)
    grades = sa.select(Assessment.team_id, Cycle.year, Assessment.given).join(Cycle, Cycle.id == Assessment.cycle_id)
    shown = grades.where(among(Assessment.team_id, teams), Assessment.status == "published")
    for team_id, year, grade in await session.execute(shown):
        found[team_id][year] = grade or ""
    return found


async def _benefits(session: AsyncSession, ids: Collection[str]) -> dict[str, str]:
    if not ids:
        return {}
    stand = sa.select(Benefit.id, Benefit.status).where(among(Benefit.id, [UUID(key) for key in ids]))
    return {str(row.id): row.status for row in await session.execute(stand)}


async def _write_down(
    session: AsyncSession, ended: Sequence[Certificate], issued: Sequence[Certificate], now: datetime
) -> None:
    """In the public log and to other departments, without number or name."""
    kinds = [("certificate_revoked", row) for row in ended] + [("certificate_issued", row) for row in issued]
    await record.record_all(session, [record.Published(kind, row.id, "", row.content_hash) for kind, row in kinds], now)
    await telling.certificates_changed(session, ended, issued, now)


def _about(row: Certificate) -> dict[str, object]:
    names = ("number", "kind", "person_id", "round_id", "order_id", "team_id", "content_hash")
    return {"certificate_id": row.id, **{name: getattr(row, name) for name in names}}
