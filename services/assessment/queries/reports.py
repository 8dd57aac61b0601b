"""Reports, cases, commendations and follow-up visits: who sees them, and what of them goes into a report."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.assessment.models import Attachment, Case, Commendation, FollowUp, KnownTeam, Report, ReportPicture
from services.assessment.queries.base import overseen, own_teams
from services.assessment.queries.yearly import of_sector
from services.assessment.rules import report as rules
from shared.actor import Actor
from shared.queries import filtered, find, within

PICTURES = ("image/jpeg", "image/png", "image/webp")
"""Pictures that a report can show; others are kept, not shown."""


def reports(
    actor: Actor, year: int | None, division: str | None, status: str | None, sector: str | None = None
) -> sa.Select[Any]:
    """A division's, for its offices; overseers see those that the bureau has accepted, a department its own besides."""
    seen = overseen(Report.division, actor)
    if not actor.has("bureau", "district"):
        own = (Report.unit_code == actor.unit) & (Report.unit_code != "")
        seen &= Report.status.in_(rules.SETTLED) | own
    return filtered(sa.select(Report).where(seen), Report, year=year, division=division, status=status, sector=sector)


async def report(session: AsyncSession, report_id: UUID, actor: Actor) -> Report:
    return await find(session, reports(actor, None, None, None), Report, report_id, "report")


async def accepted(session: AsyncSession, division: str, year: int) -> list[Report]:
    """Of every county of the division its newest report that was accepted or issued."""
    found = await session.scalars(
        sa.select(Report)
        .where(
            Report.year == year,
            Report.kind == "district",
            within(Report.division, division),
            Report.status.in_(rules.SETTLED),
        )
        .order_by(Report.division, Report.number.desc())
        .ext(distinct_on(Report.division))
    )
    return list(found)


async def newest_issued(session: AsyncSession, division: str, year: int, sector: str = "") -> Report | None:
    own = sa.select(Report).where(
        Report.division == division, Report.year == year, Report.sector == sector, Report.status == "issued"
    )
    found: Report | None = await session.scalar(own.order_by(Report.number.desc()).limit(1))
    return found


def issued() -> sa.Select[Any]:
    return sa.select(Report).where(Report.status == "issued")


async def issued_report(session: AsyncSession, report_id: UUID) -> Report:
    return await find(session, issued(), Report, report_id, "report")


async def reports_version(session: AsyncSession) -> tuple[str, datetime]:
    """Changes with every report that is issued; they never change."""
    figures = sa.select(sa.func.count(), sa.func.max(Report.issued_at)).where(Report.status == "issued")
    count, last = (await session.execute(figures)).one()
    return str(count), last or datetime(2000, 1, 1, tzinfo=UTC)


async def picture(session: AsyncSession, report_id: UUID, sha256: str) -> ReportPicture | None:
    one = sa.select(ReportPicture).where(ReportPicture.report_id == report_id, ReportPicture.sha256 == sha256)
    found: ReportPicture | None = await session.scalar(one)
    return found


async def pictures(session: AsyncSession, report_id: UUID) -> dict[str, bytes]:
    """What an issued report shows, by its SHA-256."""
    own = sa.select(ReportPicture.sha256, ReportPicture.content).where(ReportPicture.report_id == report_id)
    return {row.sha256: row.content for row in await session.execute(own)}


def cases(actor: Actor, year: int | None, division: str | None, status: str | None) -> sa.Select[Any]:
    """Offices see their division's; a unit what it handed in itself."""
    seen = [overseen(Case.division, actor)]
    if actor.has("unit") and actor.unit:
        seen.append(Case.unit_code == actor.unit)
    return filtered(sa.select(Case).where(sa.or_(*seen)), Case, year=year, division=division, status=status)


async def case(session: AsyncSession, case_id: UUID, actor: Actor) -> Case:
    return await find(session, cases(actor, None, None, None), Case, case_id, "case")


async def selected_cases(session: AsyncSession, division: str, year: int, sector: str = "") -> list[Case]:
    """A sector's are those of its teams."""
    own = sa.select(Case).where(Case.year == year, Case.status == "selected", within(Case.division, division))
    if sector:
        own = own.join(KnownTeam, KnownTeam.id == Case.team_id).where(of_sector(KnownTeam.order_id, sector))
    return list(await session.scalars(own.order_by(Case.division, Case.created_at, Case.id)))


async def photos(session: AsyncSession, case_ids: list[UUID]) -> list[Attachment]:
    """The cases' pictures that can be shown."""
    own = sa.select(Attachment).where(
        Attachment.noun == "case",
        Attachment.noun_id.in_(case_ids),
        Attachment.kind == "photo",
        Attachment.removed_at.is_(None),
        Attachment.media_type.in_(PICTURES),
    )
    return list(await session.scalars(own.order_by(Attachment.noun_id, Attachment.id)))


def commendations(actor: Actor, year: int | None, kind: str | None, status: str | None) -> sa.Select[Any]:
    statement = sa.select(Commendation).where(overseen(Commendation.division, actor))
    if year is not None:
        statement = statement.where(of_year(Commendation.granted_on, year))
    return filtered(statement, Commendation, kind=kind, status=status)


async def commendation(session: AsyncSession, commendation_id: UUID, actor: Actor) -> Commendation:
    seen = commendations(actor, None, None, None)
    return await find(session, seen, Commendation, commendation_id, "commendation")


async def commended(session: AsyncSession, division: str, year: int) -> list[Commendation]:
    own = sa.select(Commendation).where(
        Commendation.status == "entered",
        within(Commendation.division, division),
        of_year(Commendation.granted_on, year),
    )
    return list(await session.scalars(own.order_by(Commendation.granted_on, Commendation.id)))


def of_year(column: Any, year: int) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = column.between(date(year, 1, 1), date(year, 12, 31))
    return found


def follow_ups(
    actor: Actor, team_id: UUID | None, status: str | None, overdue: bool | None, today: date
) -> sa.Select[Any]:
    """Of the teams that the caller sees."""
    statement = sa.select(FollowUp).join(KnownTeam).options(joinedload(FollowUp.team)).where(own_teams(actor))
    if overdue is not None:
        late = (FollowUp.status == "open") & (FollowUp.due_on < today)
        statement = statement.where(late if overdue else ~late)
    return filtered(statement, FollowUp, team_id=team_id, status=status)


async def follow_up(session: AsyncSession, follow_up_id: UUID, actor: Actor) -> FollowUp:
    seen = follow_ups(actor, None, None, None, date.min)
    return await find(session, seen, FollowUp, follow_up_id, "follow_up")


async def visited(session: AsyncSession, division: str, year: int, sector: str = "") -> list[FollowUp]:
    own = sa.select(FollowUp).join(KnownTeam).options(joinedload(FollowUp.team))
    own = own.where(
        FollowUp.status == "recorded",
        within(KnownTeam.division, division),
        of_year(FollowUp.visited_on, year),
        of_sector(KnownTeam.order_id, sector),
    )
    return list(await session.scalars(own.order_by(KnownTeam.order_number, FollowUp.months)))
