"""Reports of a year, one function per verb."""

import asyncio
import hashlib
from base64 import b64encode
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Attachment, Report, ReportPicture
from services.assessment.rules import frozen
from services.assessment.rules import report as rules
from services.assessment.rules.frozen import Document
from services.assessment.rules.report import ReportFacts
from services.assessment.usecases import telling, yearly
from services.assessment.usecases.pictures import shown
from services.assessment.usecases.record import record
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.assessment import (
    OfReport,
    ReportAccepted,
    ReportDrafted,
    ReportIssued,
    ReportReturned,
    ReportSubmitted,
    ReportWithdrawn,
)
from shared.db import load, new_id
from shared.files.store import Files
from shared.outbox import publish
from shared.signing import sign

Place = tuple[int, str, str]
"""Whose report: year, division, sector (empty for all of them)."""


async def facts(session: AsyncSession, row: Report) -> ReportFacts:
    missing = tuple(await yearly.missing(session, row))
    return ReportFacts(row.status, row.division, row.sector, row.unit_code, row.text, missing)


async def draft(session: AsyncSession, wanted: Place, text: str, actor: Actor, now: datetime) -> Report:
    """Another one once the last is issued: it corrects that one, which stays readable."""
    year, division, sector = wanted
    unit_code = "" if actor.has("bureau", "district") else actor.unit or ""
    told = ReportFacts("", division, sector, unit_code)
    rules.check_own(told, actor)
    before = sa.select(Report.id, Report.number, Report.status).where(
        Report.year == year, Report.division == division, Report.sector == sector, Report.status != "withdrawn"
    )
    earlier = list(await session.execute(before))
    known = bool(sector) and await queries.has_sector(session, division, sector)
    unfinished = next((f"No. {number} {key}" for key, number, status in earlier if status != "issued"), "")
    row = Report(
        id=new_id(),
        kind=told.kind,
        year=year,
        division=division,
        sector=sector,
        unit_code=unit_code,
        number=len(earlier) + 1,
        text=text.strip(),
        drafted_by=actor.id,
        status=rules.draft(told, (year, now.astimezone(SHANGHAI).year), known, unfinished, actor),
    )
    session.add(row)
    await session.flush()
    _say(session, ReportDrafted, row)
    return row


async def edit(session: AsyncSession, row: Report, text: str, actor: Actor) -> Report:
    rules.edit(await facts(session, row), actor)
    row.text = text.strip()
    return row


async def submit(session: AsyncSession, report_id: UUID, actor: Actor, now: datetime) -> Report:
    """Its figures are frozen as they are now."""
    row = await _get(session, report_id, actor)
    row.status = rules.submit(await facts(session, row), actor)
    row.submitted_at, row.reason = now, ""
    row.content = await yearly.content(session, row, now)
    _say(session, ReportSubmitted, row)
    return row


async def return_(session: AsyncSession, report_id: UUID, reason: str, actor: Actor) -> Report:
    row = await _get(session, report_id, actor)
    row.status = rules.return_(await facts(session, row), reason, actor)
    row.reason = reason.strip()
    _say(session, ReportReturned, row)
    return row


async def withdraw(session: AsyncSession, report_id: UUID, reason: str, actor: Actor) -> Report:
    """Begun by mistake; another of that year and place may be begun."""
    row = await _get(session, report_id, actor)
    row.status = rules.withdraw(await facts(session, row), reason, actor)
    row.reason = reason.strip()
    _say(session, ReportWithdrawn, row)
    return row


async def accept(session: AsyncSession, report_id: UUID, actor: Actor) -> Report:
    row = await _get(session, report_id, actor)
    row.status = rules.accept(await facts(session, row), actor)
    _say(session, ReportAccepted, row)
    return row


async def issue(
    session: AsyncSession, report_id: UUID, reason: str, files: Files, actor: Actor, now: datetime
) -> Report:
    """Frozen, signed, public and in the public log. What was handed in stays as it was accepted."""
    row = await _get(session, report_id, actor)
    told = await facts(session, row)
    rules.issue(told, reason, actor)  # refused before anything is made
    row.reason = reason.strip()
    content = row.content if row.status == "accepted" and row.content else await yearly.content(session, row, now)
    content = await _with_pictures(session, row, content, files)
    row.status = rules.issue(told, reason, actor)
    signed = sign(frozen.canonical(content))
    row.content, row.content_hash, row.issued_at = content, frozen.fingerprint(content), now
    row.signature_key, row.signature = signed.key, b64encode(signed.value).decode()
    publish(session, ReportIssued(**about(row), content_hash=row.content_hash))
    await telling.report_issued(session, row, now)
    await session.flush()
    await record(session, "report_issued", row.id, f"/public/reports/{row.id}/content", row.content_hash, now)
    return row


async def _with_pictures(session: AsyncSession, row: Report, content: Document, files: Files) -> Document:
    """Its selected cases that still are, each with its pictures as everybody may see them."""
    selected = {str(case.id) for case in await queries.selected_cases(session, row.division, row.year, row.sector)}
    cases, kept = [], set[str]()
    for case in content["cases"]:
        if case["id"] in selected:
            pictures = [await _picture(session, row, UUID(key), files, kept) for key in case["attachments"]]
            cases.append(case | {"pictures": [one for one in pictures if one]})
    return content | {"cases": cases}


async def _picture(session: AsyncSession, row: Report, key: UUID, files: Files, kept: set[str]) -> str:
    attachment = await session.get_one(Attachment, key)
    if attachment.removed_at is not None:
        return ""
    content = await asyncio.to_thread(shown, await files.read(attachment.key, attachment.sha256))
    sha256 = hashlib.sha256(content).hexdigest() if content else ""
    if sha256 and sha256 not in kept:
        kept.add(sha256)
        session.add(ReportPicture(report_id=row.id, sha256=sha256, content=content))
    return sha256


async def _get(session: AsyncSession, report_id: UUID, actor: Actor) -> Report:
    await queries.report(session, report_id, actor)
    return await load(session, Report, report_id, "report")


def about(row: Report) -> dict[str, object]:
    """What every event of a report carries."""
    return {"report_id": row.id, "division": row.division, "sector": row.sector, "year": row.year}


def _say(session: AsyncSession, kind: type[OfReport], row: Report) -> None:
    publish(session, kind.model_validate(about(row)))
