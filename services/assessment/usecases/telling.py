"""What departments are told of what was just published, in the same transaction: only what everybody may read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    Assessment,
    Certificate,
    Edition,
    KnownRound,
    KnownTeam,
    Notice,
    Rectification,
    Report,
)
from services.assessment.rules import edition as edition_rules
from services.assessment.rules.edition import Line
from services.assessment.rules.frozen import Document
from services.assessment.rules.happening import Happening
from services.assessment.usecases import delivery, known
from shared.webhooks import home

_OF_A_LINE = ("assessment_id", "order_number", "team", "unit", "place", "total", "grade", "edition")
"""The lead is read in the edition itself."""


async def notice_posted(session: AsyncSession, notice: Notice, round: KnownRound, teams: int) -> None:
    if notice.posted_at is None:
        raise ValueError(f"notice {notice.id} is not posted")
    data: Document = {
        "notice_id": str(notice.id),
        "kind": notice.kind,
        "round": round.prefix,
        "teams": teams,
        "last_day": notice.last_day and notice.last_day.isoformat(),
        "closes_at": notice.closes_at and notice.closes_at.isoformat(),
        "snapshot_hash": notice.snapshot_hash,
        "url": f"{home()}/public/notices/{notice.id}",
    }
    subject, at = f"notice/{notice.id}", notice.posted_at
    await delivery.tell(session, [Happening("notice.posted", subject, at, round.id, round.division, None, data)])


async def edition_published(
    session: AsyncSession,
    edition: Edition,
    round: KnownRound,
    lines: Sequence[Line],
    changed: Sequence[Assessment],
    teams: dict[UUID, KnownTeam],
) -> None:
    """The edition, and each of its lines that is new or changed. Asked before the rows of ``changed`` name this
    edition: one that named another before is a correction."""
    data = {
        "edition_id": str(edition.id),
        "cycle_id": str(edition.cycle_id),
        "round": round.prefix,
        "year": edition.year,
        "number": edition.number,
        "content_hash": edition.content_hash,
        "url": address(edition),
        **edition_rules.counts(lines),
    }
    subject, at = f"cycle/{edition.cycle_id}", edition.published_at
    said = [Happening("edition.published", subject, at, round.id, round.division, None, data)]
    shown = {line.assessment_id: line.document() for line in lines}
    said += [_rating(edition, round, row, teams[row.team_id], shown[str(row.id)]) for row in changed]
    await delivery.tell(session, said)


def _rating(edition: Edition, round: KnownRound, row: Assessment, team: KnownTeam, line: Document) -> Happening:
    data = {
        **{name: line[name] for name in _OF_A_LINE},
        "team_id": str(team.id),
        "order_id": str(team.order_id),
        "round": round.prefix,
        "year": edition.year,
        "edition_id": str(edition.id),
        "url": address(edition),
    }
    kind = "rating.published" if row.edition is None else "rating.corrected"
    return Happening(kind, f"team/{team.id}", edition.published_at, round.id, team.division, team.id, data)


def address(edition: Edition) -> str:
    """Where an edition is read for good."""
    return f"{home()}/public/ratings/editions/{edition.id}"


async def rectification_settled(session: AsyncSession, row: Rectification, outcome: str, now: datetime) -> None:
    """``outcome``: passed, failed or cancelled. What the inspectors wrote is not told."""
    round, team = await known.round_of(session, row.round_id), await known.team(session, row.team_id)
    data: Document = {
        "rectification_id": str(row.id),
        "assessment_id": str(row.assessment_id),
        "team_id": str(row.team_id),
        "order_id": str(row.order_id),
        "order_number": team.order_number,
        "round": round.prefix,
        "outcome": outcome,
    }
    kind, subject = f"rectification.{outcome}", f"team/{team.id}"
    await delivery.tell(session, [Happening(kind, subject, now, round.id, team.division, team.id, data)])


async def certificates_changed(
    session: AsyncSession, ended: Sequence[Certificate], issued: Sequence[Certificate], now: datetime
) -> None:
    """As the public log says it: which certificate and its hash, never whose or of which team."""
    said = []
    for verb, rows in (("revoked", ended), ("issued", issued)):
        for row in rows:
            round = await known.round_of(session, row.round_id)
            data = {"certificate_id": str(row.id), "content_hash": row.content_hash}
            subject = f"certificate/{row.id}"
            said.append(Happening(f"certificate.{verb}", subject, now, round.id, round.division, None, data))
    await delivery.tell(session, said)


async def report_issued(session: AsyncSession, row: Report, now: datetime) -> None:
    """A report is of a place and a year, not of one round: who asked for one round only is not told."""
    data: Document = {
        "report_id": str(row.id),
        "kind": row.kind,
        "year": row.year,
        "division": row.division,
        "sector": row.sector,
        "number": row.number,
        "content_hash": row.content_hash,
        "url": f"{home()}/public/reports/{row.id}",
    }
    subject = f"report/{row.division}/{row.year}"
    await delivery.tell(session, [Happening("report.issued", subject, now, None, row.division, None, data)])
