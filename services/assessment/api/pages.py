"""Pages that people read: ratings, editions, notices and the list of reports as plain HTML without scripts, Chinese first, also on a phone."""

from collections import Counter
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from pydantic import BeforeValidator, Field

from services.assessment import queries
from services.assessment.api import showing
from services.assessment.api.showing import RatingFilter, notice_answers, rating_answers, report_answers
from services.assessment.forms.pages import rendered
from services.assessment.models import Notice, Report
from services.assessment.rules.grading import GRADES
from services.assessment.rules.notice import called
from shared.contracts.assessment import Grade
from shared.http import Api, Db, Lists, page

pages = Api(tags=["public"])
HTML = "text/html; charset=utf-8"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


_Year = Annotated[int, Field(ge=2000, le=2200)]


def _none(value: Any) -> Any:
    """A form sends what was left open as nothing."""
    return None if value == "" else value


@pages.get("/public/ratings.html", public=True, response_model=None)
async def show_ratings(
    request: Request,
    db: Db,
    query: Lists,
    year: Annotated[_Year | None, BeforeValidator(_none)] = None,
    grade: Annotated[Grade | None, BeforeValidator(_none)] = None,
) -> Any:
    """The ratings in force as a page."""
    filters = RatingFilter(year=year, grade=grade)

    async def build() -> bytes:
        everything = await showing.ratings(request, db, RatingFilter())
        wanted = [rating for rating in everything if filters.takes(rating)]
        years = sorted({rating.year for rating in everything}, reverse=True)
        counted = Counter[str](rating.grade for rating in wanted)
        asked = {name: value for name, value in (("year", year), ("grade", grade)) if value}
        return rendered(
            "ratings.html",
            noun="ratings",
            title="年度考核结果",
            found=showing.slice_of(wanted, query),
            filters=filters,
            scales=await showing.scales(request, db, year),
            years=years,
            count=len(wanted),
            counts={name: counted[name] for name in GRADES if counted[name]},
            query=f"?{urlencode(asked)}" if asked else "",
        )

    return await rating_answers.answer(request, db, build, HTML, HEADERS)


@pages.get("/public/ratings/editions/{edition_id}.html", public=True, response_model=None)
async def show_edition(request: Request, db: Db, edition_id: UUID) -> Any:
    """What was published at that time as a page, for good."""

    async def build() -> bytes:
        row = await queries.edition(db, edition_id)
        newer = await queries.has_newer(db, row)
        return rendered("edition.html", noun="ratings", title="年度考核结果", row=row, content=row.content, newer=newer)

    return await rating_answers.answer(request, db, build, HTML, HEADERS)


@pages.get("/public/notices.html", public=True, response_model=None)
async def show_notices(request: Request, db: Db, query: Lists) -> Any:
    """Posted notices as a page, the newest first."""

    async def build() -> bytes:
        query.sort = "-posted_at"
        found = await page(
            db,
            queries.public_notices(None),
            query,
            sortable={"posted_at": Notice.posted_at},
            id=Notice.id,
            item=lambda row: {**showing.notice(request, row), "snapshot": row.snapshot},
        )
        return rendered("notices.html", noun="notices", title="公示", found=found)

    return await notice_answers.answer(request, db, build, HTML, HEADERS)


@pages.get("/public/notices/{notice_id}.html", public=True, response_model=None)
async def show_notice(request: Request, db: Db, notice_id: UUID) -> Any:
    """One notice as a page."""

    async def build() -> bytes:
        row = await queries.public_notice(db, notice_id)
        gone = [str(team_id) for team_id in await queries.withdrawn(db, notice_id)]
        title = called(row.snapshot or {})
        return rendered("notice.html", noun="notices", title=title, row=row, snapshot=row.snapshot, withdrawn=gone)

    return await notice_answers.answer(request, db, build, HTML, HEADERS)


@pages.get("/public/reports.html", public=True, response_model=None)
async def show_reports(request: Request, db: Db, query: Lists) -> Any:
    """Issued reports as a page, the newest first; each is a page of its own."""

    async def build() -> bytes:
        query.sort = "-issued_at"
        found = await page(
            db,
            queries.issued(),
            query,
            sortable={"issued_at": Report.issued_at},
            id=Report.id,
            item=lambda row: showing.report(request, row),
        )
        return rendered("reports.html", noun="reports", title="年度工作报告", found=found)

    return await report_answers.answer(request, db, build, HTML, HEADERS)
