"""A team's statement and the year-end report: as JSON, workbook and paper."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from services.funding import forms, queries, schemas
from services.funding.api.handing import noted
from services.funding.api.roles import Office
from services.funding.api.wanted import Reader
from services.funding.usecases import verification
from shared.actor import Actor
from shared.documents import Document, render
from shared.files.examine import DOCX
from shared.http import Api, Db, Now, as_file
from shared.http.shapes import Day
from shared.sheets import Sheet, workbook
from shared.spreadsheet import XLSX

reports = Api(tags=["reports"])

Paper = Annotated[Literal["xlsx", "docx"], Query(description="a workbook, or the official paper")]
Year = Annotated[int, Path(ge=2000, le=2199)]


@reports.get("/v1/awards/{award_id}/statement", response_model=schemas.AwardStatementOut)
async def read_award_statement(
    award_id: UUID, db: Db, who: Reader, now: Now, since: Day | None = None, until: Day | None = None
) -> Any:
    """资金明细: everything that happened to an award's money between two days, with what stood before and after."""
    one = await _award_statement(db, award_id, who, since, until)
    asked = {"award_id": award_id, "since": since, "until": until}
    await noted(db, "award_statement.json", asked, len(one.bookings), who, now)
    return one


@reports.get("/v1/awards/{award_id}/statement/export", response_class=Response)
async def export_award_statement(
    award_id: UUID,
    db: Db,
    who: Reader,
    now: Now,
    since: Day | None = None,
    until: Day | None = None,
    format: Paper = "docx",
) -> Response:
    """The same as a workbook, or as the paper that the unit confirms."""
    one = await _award_statement(db, award_id, who, since, until)
    paper, sheets = forms.award_statement_form(one), forms.award_statement_sheets(one)
    asked = {"award_id": award_id, "since": since, "until": until}
    await noted(db, f"award_statement.{format}", asked, len(one.bookings), who, now)
    return await _file(format, paper, sheets)


@reports.get("/v1/rounds/{round_id}/report", response_model=schemas.ReportOut)
async def read_round_report(
    round_id: UUID, db: Db, who: Office, read: Reader, now: Now, until: Day | None = None
) -> Any:
    """The year-end report of a round, up to a day."""
    return await _of_round(db, round_id, until, "json", who, now)


@reports.get("/v1/rounds/{round_id}/report/export", response_class=Response)
async def export_round_report(
    round_id: UUID,
    db: Db,
    who: Office,
    read: Reader,
    now: Now,
    until: Day | None = None,
    format: Paper = "docx",
) -> Response:
    """The same as a workbook of several sheets, or as a paper."""
    one = await _of_round(db, round_id, until, format, who, now)
    return await _file(format, forms.report_form(one), forms.report_sheets(one))


@reports.get("/v1/reports/{year}", response_model=schemas.ReportOut)
async def read_year_report(year: Year, db: Db, who: Office, read: Reader, now: Now) -> Any:
    """What happened in a calendar year in all rounds that the caller oversees."""
    return await _of_year(db, year, "json", who, now)


@reports.get("/v1/reports/{year}/export", response_class=Response)
async def export_year_report(
    year: Year, db: Db, who: Office, read: Reader, now: Now, format: Paper = "docx"
) -> Response:
    """The same as a workbook of several sheets, or as a paper."""
    one = await _of_year(db, year, format, who, now)
    return await _file(format, forms.report_form(one), forms.report_sheets(one))


async def _award_statement(
    db: Db, award_id: UUID, who: Actor, since: Day | None, until: Day | None
) -> schemas.AwardStatementOut:
    row = await queries.award(db, award_id, who)
    found = await queries.award_statement(db, row, queries.Books((row.round_id,), row.id, since, until))
    return schemas.AwardStatementOut.model_validate(found)


async def _of_round(
    db: Db, round_id: UUID, until: Day | None, format: str, who: Actor, now: datetime
) -> schemas.ReportOut:
    await queries.round(db, round_id, who)
    one = await _report(db, *await queries.books_of_round(db, round_id, until), now)
    await noted(db, f"report.{format}", {"round_id": round_id, "until": until}, len(one.unpaid), who, now)
    return one


async def _of_year(db: Db, year: int, format: str, who: Actor, now: datetime) -> schemas.ReportOut:
    one = await _report(db, *await queries.books_of_year(db, year, who), now)
    await noted(db, f"report.{format}", {"year": year}, len(one.unpaid), who, now)
    return one


async def _report(db: Db, title: str, books: queries.Books, now: datetime) -> schemas.ReportOut:
    found = await queries.report(db, title, books, now)
    checked = [await verification.verify(db, round_id) for round_id in books.rounds]
    whole = verification.Verification(
        sum(one.transactions for one in checked),
        sum(one.postings for one in checked),
        [difference for one in checked for difference in one.differences],
    )
    return schemas.ReportOut.model_validate({**found, "verification": whole})


async def _file(format: str, paper: Document, sheets: Sequence[Sheet]) -> Response:
    name = f"{paper.title.replace(chr(10), '')} {paper.number}".strip()
    if format == "xlsx":
        return as_file(await asyncio.to_thread(workbook, sheets), f"{name}.xlsx", XLSX)
    print_ = paper.fingerprint
    return as_file(
        await asyncio.to_thread(render, paper, print_), f"{name}.docx", DOCX, {"X-Document-Fingerprint": print_}
    )
