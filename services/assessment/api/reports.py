"""The year's reports: drafted, handed in, accepted, issued; as page, workbook and paper; years side by side."""

import asyncio
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.forms import words
from services.assessment.forms.comparison import comparison_sheets
from services.assessment.forms.report import report_form, report_sheets
from services.assessment.forms.report_page import report_page
from services.assessment.models import Report
from services.assessment.rules import report as rules
from services.assessment.rules import yearly as figures
from services.assessment.rules.frozen import Document
from services.assessment.usecases import report, yearly
from shared.actor import Actor
from shared.documents import render
from shared.errors import Malformed, Reason
from shared.files.examine import DOCX
from shared.http import Api, Db, IfMatch, Lists, Now, Page, allow, as_file, check_version, history, page
from shared.http.shapes import ActionOut, Division, ReasonIn, Statuses
from shared.lifecycle import actions
from shared.sheets import workbook
from shared.spreadsheet import XLSX

reports = Api(tags=["reports"])

Writer = Annotated[Actor, allow("bureau", "district", "department")]
Bureau = Annotated[Actor, allow("bureau")]
Reader = Annotated[Actor, allow("bureau", "district", "supervisor", "department", "operator")]
Paper = Annotated[Literal["xlsx", "docx"], Query(description="a workbook, or the official paper")]
MOST_YEARS = 10
_Years = Annotated[str, Field(pattern=r"^[0-9]{4}(,[0-9]{4}){0,9}$")]


def asked_years(
    years: Annotated[list[_Years], Query(description="up to ten years, as 2020,2021 or one by one")],
) -> list[int]:
    """Each year once, in order."""
    found = sorted({int(year) for some in years for year in some.split(",")})
    if len(found) > MOST_YEARS:
        zh, en = f"最多对比{MOST_YEARS}个年度", f"At most {MOST_YEARS} years are compared"
        raise Malformed(Reason("report.years", zh, en, "/years"))
    return found


Years = Annotated[list[int], Depends(asked_years)]


@reports.post("/v1/reports", response_model=schemas.ReportDetail, status_code=201)
async def draft_report(body: schemas.ReportIn, db: Db, who: Writer, now: Now) -> Any:
    """A district's for its county, the bureau's for the city or any county of it, a department's for its sector."""
    row = await report.draft(db, (body.year, body.division, body.sector), body.text, who, now)
    return await _report(db, row, who, now)


@reports.get("/v1/reports", response_model=Page[schemas.ReportOut])
async def list_reports(
    db: Db,
    who: Reader,
    query: Lists,
    year: schemas.Year | None = None,
    division: Division | None = None,
    status: Statuses | None = None,
    sector: schemas.Sector | None = None,
) -> Any:
    return await page(
        db,
        queries.reports(who, year, division, status, sector),
        query,
        sortable={"created_at": Report.created_at},
        id=Report.id,
        item=schemas.ReportOut.model_validate,
    )


@reports.get("/v1/reports/comparison", response_model=schemas.Comparison)
async def compare_years(db: Db, who: Reader, years: Years, division: Division, sector: schemas.Sector = "") -> Any:
    """The same figures of several years side by side, with the change in percent: of a year whose report was issued
    what it says, of another what the system counts now."""
    return await _comparison(db, years, division, sector, who)


@reports.get("/v1/reports/comparison/export", response_class=Response)
async def export_comparison(
    db: Db, who: Reader, years: Years, division: Division, sector: schemas.Sector = ""
) -> Response:
    """The same as a workbook."""
    found = await _comparison(db, years, division, sector, who)
    sheets = comparison_sheets(found, yearly.place_name(division) + sector)
    return as_file(await asyncio.to_thread(workbook, sheets), f"年度对比 {','.join(map(str, years))}.xlsx", XLSX)


@reports.get("/v1/reports/{report_id}", response_model=schemas.ReportDetail)
async def read_report(report_id: UUID, db: Db, who: Reader, now: Now) -> Any:
    return await _report(db, await queries.report(db, report_id, who), who, now)


@reports.put("/v1/reports/{report_id}", response_model=schemas.ReportDetail)
async def edit_report(
    report_id: UUID, body: schemas.ReportTextIn, db: Db, who: Writer, now: Now, if_match: IfMatch
) -> Any:
    """The words; the figures come by themselves."""
    row = await queries.report(db, report_id, who)
    check_version(row, if_match)
    return await _report(db, await report.edit(db, row, body.text, who), who, now)


@reports.post("/v1/reports/{report_id}/submit", response_model=schemas.ReportDetail)
async def submit_report(report_id: UUID, db: Db, who: Writer, now: Now) -> Any:
    """Freezes its figures."""
    return await _report(db, await report.submit(db, report_id, who, now), who, now)


@reports.post("/v1/reports/{report_id}/withdraw", response_model=schemas.ReportDetail)
async def withdraw_report(report_id: UUID, body: ReasonIn, db: Db, who: Writer, now: Now) -> Any:
    """Begun by mistake, of another year or place: dropped before it is handed in."""
    return await _report(db, await report.withdraw(db, report_id, body.reason, who), who, now)


@reports.post("/v1/reports/{report_id}/return", response_model=schemas.ReportDetail)
async def return_report(report_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    return await _report(db, await report.return_(db, report_id, body.reason, who), who, now)


@reports.post("/v1/reports/{report_id}/accept", response_model=schemas.ReportDetail)
async def accept_report(report_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await _report(db, await report.accept(db, report_id, who), who, now)


@reports.post("/v1/reports/{report_id}/issue", response_model=schemas.ReportDetail)
async def issue_report(
    report_id: UUID, request: Request, db: Db, who: Bureau, now: Now, body: ReasonIn | None = None
) -> Any:
    """Frozen, signed, public. The city's goes without a county's report only for a reason."""
    reason, files = body.reason if body else "", request.app.state.files
    return await _report(db, await report.issue(db, report_id, reason, files, who, now), who, now)


@reports.get("/v1/reports/{report_id}/history")
async def read_report_history(report_id: UUID, db: Db, who: Reader) -> list[dict[str, Any]]:
    await queries.report(db, report_id, who)
    return await history(db, "report", report_id)


@reports.get("/v1/reports/{report_id}/page", response_class=HTMLResponse)
async def read_report_page(report_id: UUID, db: Db, who: Reader, now: Now) -> HTMLResponse:
    """With charts, for the screen, the phone and the printer; before it is issued as it would be now."""
    row = await queries.report(db, report_id, who)
    content = await content_of(db, row, now)
    base = f"/public/reports/{row.id}/pictures/"
    return HTMLResponse(await asyncio.to_thread(report_page, content, row.content_hash or "", base))


@reports.get("/v1/reports/{report_id}/export", response_class=Response)
async def export_report(report_id: UUID, db: Db, who: Reader, now: Now, format: Paper = "docx") -> Response:
    """As a workbook of several sheets, or as a paper."""
    row = await queries.report(db, report_id, who)
    content = await content_of(db, row, now)
    name = words.title(content)
    if format == "xlsx":
        return as_file(await asyncio.to_thread(workbook, report_sheets(content)), f"{name}.xlsx", XLSX)
    paper = report_form(content, row.content_hash or "", await queries.pictures(db, row.id))
    return as_file(await asyncio.to_thread(render, paper, paper.fingerprint), f"{name}.docx", DOCX)


async def content_of(db: AsyncSession, row: Report, now: datetime) -> Document:
    """As it was frozen once it was handed in or issued; else as it would be now."""
    if row.content is not None and row.status not in rules.EDITABLE:
        return row.content
    return await yearly.content(db, row, now)


async def _report(db: AsyncSession, row: Report, who: Actor, now: datetime) -> schemas.ReportDetail:
    await db.flush()
    facts = await report.facts(db, row)
    obstacles = {
        "submit": lambda: rules.submit_obstacles(facts),
        "issue": lambda: rules.issue_obstacles(facts),
    }
    listed = actions(rules.LIFECYCLE, row.status, who, obstacles)
    plain = schemas.ReportOut.model_validate(row).model_dump()
    return schemas.ReportDetail(
        **plain,
        text=row.text,
        reason=row.reason,
        content=await content_of(db, row, now),
        missing=list(facts.missing),
        actions=[ActionOut.model_validate(one) for one in listed],
    )


async def _comparison(db: AsyncSession, years: list[int], division: str, sector: str, who: Actor) -> schemas.Comparison:
    if not who.covers(division):
        raise Malformed(Reason("report.division", "不在本辖区", "Not of your division", "/division"))
    found = []
    for year in years:
        counted, report_id = await yearly.of_year(db, division, year, sector)
        found.append(schemas.CompareYear(year=year, report_id=report_id, figures=counted))
    lines = []
    for name in figures.NAMES:
        values = [one.figures.get(name, 0) for one in found]
        changes = [None, *(figures.change(before, after) for before, after in pairwise(values))]
        zh, en = figures.WORDS[name]
        lines.append(schemas.CompareLine(name=name, zh=zh, en=en, values=values, changes=changes))
    return schemas.Comparison(division=division, sector=sector, years=found, lines=lines)
