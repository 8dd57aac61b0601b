"""Objections to an entry of a public notice."""

import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Notice, NoticeEntry, Objection
from services.assessment.rules import entry as entry_rules
from services.assessment.rules import objection as rules
from services.assessment.rules import scope
from services.assessment.rules.objection import Objector
from services.assessment.usecases import entry as entries
from services.assessment.usecases import known, notice
from shared.actor import Actor
from shared.calendar import end_of, last_day
from shared.contracts.assessment import ObjectionAnswered, ObjectionExtended, ObjectionRaised
from shared.db import load
from shared.errors import NotFound
from shared.outbox import publish

_RECEIPT = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


async def raise_(
    session: AsyncSession, notice_id: UUID, team_id: UUID, objector: Objector, text: str, now: datetime
) -> Objection:
    """Holds back the entry it is about until it is answered; the objector gets a receipt number only. The same said
    again while it waits for its answer is the first one: a slow network repeats, and so does a thumb."""
    posted = await load(session, Notice, notice_id, "notice")
    entry = await _entry(session, posted, team_id)
    status = rules.raised(posted.status, posted.closes_at, entry.status, objector, text, now)
    if earlier := await _same(session, entry, objector, text):
        return earlier
    policy = known.policy_of(await known.round_of(session, posted.round_id))
    last = rules.due(now.date(), policy, await known.calendar(session))
    objection = Objection(
        notice_id=posted.id,
        entry_id=entry.id,
        team_id=team_id,
        receipt=f"YY{now:%Y%m%d}-{''.join(secrets.choice(_RECEIPT) for _ in range(8))}",
        status=status,
        text=text.strip(),
        name=objector.name.strip(),
        phone=objector.phone,
        unit_code=objector.unit_code,
        raised_at=now,
        due_at=end_of(last, now),
    )
    session.add(objection)
    entries.hold(entry)
    await session.flush()
    publish(session, ObjectionRaised(**_about(posted, objection)))
    return objection


async def _same(session: AsyncSession, entry: NoticeEntry, objector: Objector, text: str) -> Objection | None:
    """What is compared is ciphertext in the database: no two are alike there."""
    waiting = sa.select(Objection).where(Objection.entry_id == entry.id, Objection.status != "answered")
    said = (objector.name.strip(), objector.phone, objector.unit_code, text.strip())
    found = (row for row in await session.scalars(waiting) if (row.name, row.phone, row.unit_code, row.text) == said)
    return next(found, None)


async def _entry(session: AsyncSession, posted: Notice, team_id: UUID) -> NoticeEntry:
    if posted.status == "drafted":
        raise NotFound("notice")
    of_team = sa.select(NoticeEntry).where(NoticeEntry.notice_id == posted.id, NoticeEntry.team_id == team_id)
    entry = await session.scalar(of_team.with_for_update())
    if entry is None:
        raise NotFound("entry", "该团队不在本次公示名单中", "This team does not stand on this notice", "/team_id")
    return entry


async def extend(session: AsyncSession, objection_id: UUID, actor: Actor, now: datetime) -> Objection:
    """The time to answer, once more as long."""
    objection, posted = await _load(session, objection_id, actor)
    policy = known.policy_of(await known.round_of(session, posted.round_id))
    objection.status = rules.extend(objection.facts, policy, actor, now)
    last = last_day(objection.due_at.astimezone(now.tzinfo))
    objection.due_at = end_of(rules.due(last, policy, await known.calendar(session)), now)
    objection.extensions += 1
    publish(session, ObjectionExtended(**_about(posted, objection), due_at=objection.due_at))
    return objection


async def answer(
    session: AsyncSession, objection_id: UUID, upheld: bool, text: str, actor: Actor, now: datetime
) -> Objection:
    """Upheld: the team leaves the notice and is decided anew. Dismissed: its entry stands once no other objection
    holds it back, at the end of the period at the earliest."""
    objection, posted = await _load(session, objection_id, actor)
    objection.status = rules.answer(objection.facts, text, actor)
    objection.upheld, objection.answer = upheld, text.strip()
    objection.answered_at, objection.answered_by = now, actor.id
    publish(session, ObjectionAnswered(**_about(posted, objection), upheld=upheld))
    entry = await load(session, NoticeEntry, objection.entry_id, "entry")
    if entry_rules.is_open(entry.status):
        if upheld:
            await entries.uphold(session, posted, entry, now)
        elif not await _others_open(session, objection):
            await _let_go(session, posted, entry, now)
        await notice.settle(session, posted)
    return objection


async def _let_go(session: AsyncSession, posted: Notice, entry: NoticeEntry, now: datetime) -> None:
    """Within the period others may still object; after it the entry stands."""
    if posted.status == "posted":
        entries.release(entry)
    else:
        await entries.confirm(session, posted, [entry], now)


async def _others_open(session: AsyncSession, objection: Objection) -> bool:
    others = sa.select(Objection.id).where(
        Objection.entry_id == objection.entry_id, Objection.id != objection.id, Objection.status != "answered"
    )
    return (await session.scalar(others.limit(1))) is not None


async def fall_overdue(session: AsyncSession, objection_id: UUID, now: datetime) -> Objection:
    """The time to answer has run out: the answer is still owed, and everybody who looks can see it is late."""
    objection = await load(session, Objection, objection_id, "objection")
    if rules.is_open(objection.status):
        objection.overdue_at = now
    return objection


async def _load(session: AsyncSession, objection_id: UUID, actor: Actor) -> tuple[Objection, Notice]:
    """The notice is locked first, as everywhere."""
    notice_id = await session.scalar(sa.select(Objection.notice_id).where(Objection.id == objection_id))
    if notice_id is None:
        raise NotFound("objection")
    posted = await load(session, Notice, notice_id, "notice")
    round = await known.round_of(session, posted.round_id)
    scope.check_division(round.division, actor, "objection")
    return await load(session, Objection, objection_id, "objection"), posted


def _about(posted: Notice, objection: Objection) -> dict[str, object]:
    return {
        "notice_id": posted.id,
        "round_id": posted.round_id,
        "kind": posted.kind,
        "objection_id": objection.id,
        "team_id": objection.team_id,
    }
