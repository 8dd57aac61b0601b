"""Public notices, one function per verb, for selections and for grades alike."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.assessment.models import Assessment, Cycle, KnownRound, KnownTeam, Notice, NoticeEntry
from services.assessment.rules import entry as entry_rules
from services.assessment.rules import frozen, grading, scope
from services.assessment.rules import notice as rules
from services.assessment.rules.notice import NoticeFacts, Shown
from services.assessment.usecases import assessment as assessments
from services.assessment.usecases import entry as entries
from services.assessment.usecases import known, telling
from services.assessment.usecases.entry import about
from services.assessment.usecases.record import record
from shared.actor import Actor
from shared.calendar import end_of
from shared.contracts.assessment import (
    NoticeClosed,
    NoticeConfirmed,
    NoticePosted,
)
from shared.db import load
from shared.errors import NotFound
from shared.outbox import publish
from shared.queries import among


async def draft(
    session: AsyncSession, round_id: UUID, kind: str, cycle_id: UUID | None, actor: Actor, now: datetime
) -> Notice:
    """A draft names nobody by itself: until it is posted it shows whoever waits for such a notice."""
    round = await known.round_of(session, round_id)
    scope.check_division(round.division, actor, "round")
    if kind == "grades":
        cycle = await session.get(Cycle, cycle_id) if cycle_id else None
        if cycle is None or cycle.round_id != round_id:
            raise NotFound("cycle")
    notice = Notice(
        round_id=round_id, kind=kind, cycle_id=cycle_id if kind == "grades" else None, status=rules.drafted()
    )
    session.add(notice)
    await session.flush()
    return notice


def waiting_teams(notice: Notice) -> sa.Select[Any]:
    """Teams whose money is reserved and that no notice has shown yet."""
    waiting = sa.select(KnownTeam).where(KnownTeam.round_id == notice.round_id, KnownTeam.waiting)
    return waiting.order_by(KnownTeam.order_number, KnownTeam.id)


def waiting_grades(notice: Notice) -> sa.Select[Any]:
    """Graded assessments of the notice's cycle."""
    graded = sa.select(Assessment).where(Assessment.cycle_id == notice.cycle_id, Assessment.status == "graded")
    return graded.options(joinedload(Assessment.team)).order_by(Assessment.id)


async def post(session: AsyncSession, notice_id: UUID, actor: Actor, now: datetime) -> Notice:
    """Freeze the list and show it until the end of the last working day."""
    notice = await load(session, Notice, notice_id, "notice")
    round = await known.round_of(session, notice.round_id)
    scope.check_division(round.division, actor, "notice")
    policy, calendar = known.policy_of(round), await known.calendar(session)
    listed = await _list(session, notice, now) if notice.status == "drafted" else []
    year, issue = await _year(session, notice, round), await _issue(session, notice, round, listed)
    facts = NoticeFacts(notice.status, notice.kind, len(listed), len(listed), notice.closes_at)
    notice.status = rules.post(facts, policy, calendar, actor, now)
    last = rules.last_day(now, policy, calendar)
    notice.posted_at, notice.last_day, notice.closes_at = now, last, end_of(last, now)
    notice.snapshot = rules.snapshot(notice.kind, year, now, last, listed, issue)
    notice.snapshot_hash = frozen.fingerprint(notice.snapshot)
    publish(
        session,
        NoticePosted(
            **about(notice),
            closes_at=notice.closes_at,
            snapshot_hash=notice.snapshot_hash,
            teams=len(listed),
        ),
    )
    await record(session, "notice_posted", notice.id, f"/public/notices/{notice.id}", notice.snapshot_hash, now)
    await telling.notice_posted(session, notice, round, len(listed))
    return notice


async def _year(session: AsyncSession, notice: Notice, round: KnownRound) -> int:
    """The year that a notice is about: the cycle's for grades, the round's for a selection."""
    return (await session.get_one(Cycle, notice.cycle_id)).year if notice.cycle_id else round.year


async def _issue(session: AsyncSession, notice: Notice, round: KnownRound, listed: list[Shown]) -> rules.Issue:
    """Its place among the notices of the same kind, and whether it shows again what one of them showed."""
    alike = (Notice.kind == notice.kind) & (Notice.round_id == notice.round_id)
    earlier = sa.select(Notice.id).where(
        alike, Notice.cycle_id.is_not_distinct_from(notice.cycle_id), Notice.id != notice.id, Notice.status != "drafted"
    )
    ids = (await session.scalars(earlier)).all()
    of_teams = among(NoticeEntry.team_id, [UUID(one.team_id) for one in listed])
    seen = sa.select(NoticeEntry.id).where(NoticeEntry.notice_id.in_(ids), of_teams).limit(1)
    scale = grading.scale(known.policy_of(round)) if notice.kind == "grades" else None
    return rules.Issue(round.name, len(ids) + 1, await session.scalar(seen) is not None, scale)


async def _list(session: AsyncSession, notice: Notice, now: datetime) -> list[Shown]:
    """The entries of the notice, written, and what society may see of them. Teams, or the cycle and its
    assessments, are locked: one that leaves at this moment leaves either before or after."""
    if notice.kind == "selection":
        teams = (await session.scalars(waiting_teams(notice).with_for_update())).all()
        for team in teams:
            team.waiting = False
            session.add(_entry(notice, team, None))
        return [shown(team) for team in teams]
    await session.get(Cycle, notice.cycle_id, with_for_update=True)
    graded = (await session.scalars(waiting_grades(notice).with_for_update(of=Assessment))).all()
    for row in graded:
        session.add(_entry(notice, row.team, row.id))
    await assessments.put_on_notice(session, graded)
    return [shown(row.team, row) for row in graded]


def _entry(notice: Notice, team: KnownTeam, assessment_id: UUID | None) -> NoticeEntry:
    return NoticeEntry(
        notice_id=notice.id,
        kind=notice.kind,
        team_id=team.id,
        order_id=team.order_id,
        assessment_id=assessment_id,
        status=entry_rules.listed(),
    )


def shown(team: KnownTeam, graded: Assessment | None = None) -> Shown:
    """What a notice shows of a team: the money of a selection, the rating of a year."""
    computed, reason = assessments.overridden(graded) if graded else ("", "")
    return Shown(
        team_id=str(team.id),
        order_number=team.order_number,
        team=team.name,
        lead=team.lead_name,
        unit=team.unit_name,
        place=team.place,
        amount_fen=None if graded else team.amount_fen,
        total=format(graded.result.total, "f") if graded else None,
        grade=graded.given if graded else None,
        computed=computed or None,
        reason=reason or None,
    )


async def close(session: AsyncSession, notice_id: UUID, now: datetime) -> Notice:
    """The period is over: entries without an objection are confirmed, held ones wait for their answers."""
    notice = await load(session, Notice, notice_id, "notice")
    listed = await _entries(session, notice)
    notice.status = rules.close(_facts(notice, listed), now)
    publish(session, NoticeClosed(**about(notice)))
    await entries.confirm(session, notice, [entry for entry in listed if entry.status == "listed"], now)
    await settle(session, notice)
    return notice


async def settle(session: AsyncSession, notice: Notice) -> None:
    """A closed notice is confirmed when its last entry is settled."""
    facts = _facts(notice, await _entries(session, notice))
    if notice.status == "closed" and not facts.open_entries:
        notice.status = rules.confirm(facts)
        publish(session, NoticeConfirmed(**about(notice)))


async def take_off(session: AsyncSession, team_id: UUID) -> None:
    """A team that withdrew, was dissolved or lapsed leaves every notice on which it still stands."""
    open_entries = sa.select(NoticeEntry.notice_id).where(
        NoticeEntry.team_id == team_id, NoticeEntry.status.in_(("listed", "held"))
    )
    for notice_id in (await session.scalars(open_entries.order_by(NoticeEntry.notice_id))).all():
        notice = await load(session, Notice, notice_id, "notice")
        for entry in await _entries(session, notice):
            if entry.team_id == team_id:
                entries.leave(entry)
        await settle(session, notice)


async def _entries(session: AsyncSession, notice: Notice) -> list[NoticeEntry]:
    of_notice = sa.select(NoticeEntry).where(NoticeEntry.notice_id == notice.id)
    return list(await session.scalars(of_notice.order_by(NoticeEntry.id).with_for_update()))


def _facts(notice: Notice, listed: list[NoticeEntry]) -> NoticeFacts:
    still_open = sum(entry_rules.is_open(entry.status) for entry in listed)
    return NoticeFacts(notice.status, notice.kind, len(listed), still_open, notice.closes_at)
