"""A team's statement and the year-end report: as JSON, workbook and paper."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from services.funding import forms, queries, schemas
from services.funding.api.roles import Office
from services.funding.api.wanted import Reader
from services.funding.usecases import reading, verification
from shared.actor import Actor
from shared.documents import Document, render
from shared.files.examine import DOCX
from shared.http import Api, Db, Now, Who, as_file
from shared.http.shapes import Day
from shared.sheets import Sheet, workbook
from shared.spreadsheet import XLSX

reports = Api(tags=["reports"])

Paper = Annotated[Literal["xlsx", "docx"], Query(description="a workbook, or the official paper")]
Year = Annotated[int, Path(ge=2000, le=2199)]


@reports.get("/v1/awards/{award_id}/statement", response_model=schemas.StatementOut)
async def read_statement(award_id: UUID, db: Db, who: Who, since: Day | None = None, until: Day | None = None) -> Any:
    """资金明细: everything that happened to an award's money between two days, with what stood before and after."""
    row = await queries.award(db, award_id, who)
    return await queries.statement(db, row, queries.Books((row.round_id,), row.id, since, until))


@reports.get("/v1/awards/{award_id}/statement/export", response_class=Response)
async def export_statement(
    award_id: UUID, db: Db, who: Reader, now: Now, since: Day | None = None, until: Day | None = None,
    format: Paper = "docx",
) -> Response:  # fmt: skip
    """The same as a workbook, or as the paper that the unit confirms."""
    one = schemas.StatementOut.model_validate(await read_statement(award_id, db, who, since, until))
    paper, sheets = forms.statement_form(one), forms.statement_sheets(one)
    asked = {"award_id": str(award_id), "since": since and str(since), "until": until and str(until)}
    return await _handed_out(db, "statement", format, paper, sheets, len(one.bookings), asked, who, now)


@reports.get("/v1/rounds/{round_id}/report", response_model=schemas.ReportOut)
async def read_round_report(round_id: UUID, db: Db, who: Office, now: Now, until: Day | None = None) -> Any:
    """The year-end report of a round, up to a day."""
    await queries.round(db, round_id, who)
    return await _report(db, *await queries.books_of_round(db, round_id, until), now)


@reports.get("/v1/rounds/{round_id}/report/export", response_class=Response)
async def export_round_report(
    round_id: UUID, db: Db, who: Office, read: Reader, now: Now, until: Day | None = None,
    format: Paper = "docx",
) -> Response:  # fmt: skip
    """The same as a workbook of several sheets, or as a paper."""
    one = await read_round_report(round_id, db, who, now, until)
    asked = {"round_id": str(round_id), "until": until and str(until)}
    return await _paper(db, one, "report", format, asked, who, now)


@reports.get("/v1/reports/{year}", response_model=schemas.ReportOut)
async def read_year_report(year: Year, db: Db, who: Office, now: Now) -> Any:
    """What happened in a calendar year in all rounds that the caller oversees."""
    return await _report(db, *await queries.books_of_year(db, year, who), now)


@reports.get("/v1/reports/{year}/export", response_class=Response)
async def export_year_report(
    year: Year, db: Db, who: Office, read: Reader, now: Now, format: Paper = "docx"
) -> Response:
    """The same as a workbook of several sheets, or as a paper."""
    one = await read_year_report(year, db, who, now)
    return await _paper(db, one, "report", format, {"year": year}, who, now)


async def _report(db: Db, title: str, books: queries.Books, now: datetime) -> schemas.ReportOut:
    found = await queries.report(db, title, books, now)
    checked = [await verification.verify(db, round_id) for round_id in books.rounds]
    whole = verification.Verification(
        sum(one.transactions for one in checked), sum(one.postings for one in checked),
        [difference for one in checked for difference in one.differences],
    )  # fmt: skip
    return schemas.ReportOut.model_validate({**found, "verification": whole})


async def _paper(
    db: Db, one: schemas.ReportOut, what: str, format: str, asked: dict[str, Any], who: Actor, now: datetime
) -> Response:
    paper, sheets = forms.report_form(one), forms.report_sheets(one)
    return await _handed_out(db, what, format, paper, sheets, len(one.unpaid), asked, who, now)


async def _handed_out(
    db: Db, what: str, format: str, paper: Document, sheets: Sequence[Sheet], rows: int, asked: dict[str, Any],
    who: Actor, now: datetime,
) -> Response:  # fmt: skip
    kept = {name: value for name, value in asked.items() if value is not None}
    await reading.note(db, f"{what}.{format}", kept, rows, who, now)
    name = f"{paper.title.replace(chr(10), '')} {paper.number}".strip()
    if format == "xlsx":
        return as_file(await asyncio.to_thread(workbook, sheets), f"{name}.xlsx", XLSX)
    print_ = paper.fingerprint
    return as_file(await asyncio.to_thread(render, paper, print_), f"{name}.docx", DOCX,
                   {"X-Document-Fingerprint": print_})  # fmt: skip
