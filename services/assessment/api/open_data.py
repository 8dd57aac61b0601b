"""What is published for machines: feeds of ratings, notices and reports, CSV, workbook and data dictionary."""

import asyncio
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.api import dictionary, feeds, showing
from services.assessment.api.feeds import Feed, Item
from services.assessment.api.showing import Filters, RatingFilter, notice_answers, rating_answers, report_answers
from services.assessment.models import Notice, Report
from shared.contracts.assessment import NoticeKind
from shared.http import Api, Db, Lists, page
from shared.http.pagination import ListQuery
from shared.spreadsheet import XLSX

open_data = Api(tags=["public"])
JSON_FEED, ATOM = "application/feed+json", "application/atom+xml"
RATINGS, NOTICES, REPORTS = "接单 · 专家服务团年度考核结果", "接单 · 公示", "接单 · 年度工作报告"


@open_data.get("/public/ratings/feed.json", public=True, response_model=None)
async def read_rating_feed(request: Request, db: Db, query: Lists, filters: Filters) -> Any:
    """JSON Feed 1.1, newest first, page by page."""

    async def build() -> bytes:
        return feeds.json_feed(await _of_ratings(request, db, query, filters))

    return await rating_answers.answer(request, db, build, JSON_FEED)


@open_data.get("/public/ratings/atom.xml", public=True, response_model=None)
async def read_rating_atom(request: Request, db: Db, query: Lists, filters: Filters) -> Any:
    """Atom, newest first, page by page."""

    async def build() -> bytes:
        return feeds.atom(await _of_ratings(request, db, query, filters))

    return await rating_answers.answer(request, db, build, ATOM)


@open_data.get("/public/notices/feed.json", public=True, response_model=None)
async def read_notice_feed(request: Request, db: Db, query: Lists, kind: NoticeKind | None = None) -> Any:
    """JSON Feed 1.1, newest first, page by page."""

    async def build() -> bytes:
        return feeds.json_feed(await _of_notices(request, db, query, kind))

    return await notice_answers.answer(request, db, build, JSON_FEED)


@open_data.get("/public/notices/atom.xml", public=True, response_model=None)
async def read_notice_atom(request: Request, db: Db, query: Lists, kind: NoticeKind | None = None) -> Any:
    """Atom, newest first, page by page."""

    async def build() -> bytes:
        return feeds.atom(await _of_notices(request, db, query, kind))

    return await notice_answers.answer(request, db, build, ATOM)


@open_data.get("/public/reports/feed.json", public=True, response_model=None)
async def read_report_feed(request: Request, db: Db, query: Lists) -> Any:
    """JSON Feed 1.1, newest first, page by page."""

    async def build() -> bytes:
        return feeds.json_feed(await _of_reports(request, db, query))

    return await report_answers.answer(request, db, build, JSON_FEED)


@open_data.get("/public/reports/atom.xml", public=True, response_model=None)
async def read_report_atom(request: Request, db: Db, query: Lists) -> Any:
    """Atom, newest first, page by page."""

    async def build() -> bytes:
        return feeds.atom(await _of_reports(request, db, query))

    return await report_answers.answer(request, db, build, ATOM)


@open_data.get("/public/ratings/ratings.csv", public=True, response_model=None)
async def read_rating_csv(request: Request, db: Db, filters: Filters) -> Any:
    """Open data: exactly what is filtered."""

    async def build() -> bytes:
        return dictionary.csv_file(await showing.ratings(request, db, filters))

    return await rating_answers.answer(request, db, build, "text/csv; charset=utf-8", _saved_as("ratings.csv"))


@open_data.get("/public/ratings/ratings.xlsx", public=True, response_model=None)
async def read_rating_xlsx(request: Request, db: Db, filters: Filters) -> Any:
    """The same as a workbook, with the data dictionary on a sheet of its own."""

    async def build() -> bytes:
        return await asyncio.to_thread(dictionary.xlsx_file, await showing.ratings(request, db, filters))

    return await rating_answers.answer(request, db, build, XLSX, _saved_as("ratings.xlsx"))


@open_data.get("/public/ratings/dictionary.json", public=True, response_model=None)
async def read_dictionary(request: Request, db: Db) -> Any:
    """What every column of the open data means: type, unit, both names, values."""

    async def build() -> bytes:
        return dictionary.dictionary_json(showing.home(request))

    return await rating_answers.answer(request, db, build)


@open_data.get("/public/ratings/dictionary.csv", public=True, response_model=None)
async def read_dictionary_csv(request: Request, db: Db) -> Any:
    """The same as CSV."""

    async def build() -> bytes:
        return dictionary.dictionary_csv()

    return await rating_answers.answer(request, db, build, "text/csv; charset=utf-8", _saved_as("dictionary.csv"))


def _saved_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}


async def _of_ratings(request: Request, db: AsyncSession, query: ListQuery, filters: RatingFilter) -> Feed:
    newest_first = sorted(await showing.ratings(request, db, filters), key=lambda r: r.published_at, reverse=True)
    found = showing.slice_of(newest_first, query)
    items = [feeds.of_rating(rating) for rating in found.items]
    updated = max((rating.published_at for rating in newest_first), default=queries.NEVER)
    return _feed(request, "ratings", RATINGS, found.next, updated, items)


async def _of_notices(request: Request, db: AsyncSession, query: ListQuery, kind: NoticeKind | None) -> Feed:
    query.sort = "-posted_at"
    found = await page(
        db,
        queries.public_notices(kind),
        query,
        sortable={"posted_at": Notice.posted_at},
        id=Notice.id,
        item=lambda row: (schemas.PublicNotice.model_validate(showing.notice(request, row)), row),
    )
    items = [feeds.of_notice(shown, row) for shown, row in found.items]
    updated = max((item.at for item in items), default=queries.NEVER)
    return _feed(request, "notices", NOTICES, found.next, updated, items)


async def _of_reports(request: Request, db: AsyncSession, query: ListQuery) -> Feed:
    query.sort = "-issued_at"
    found = await page(
        db,
        queries.issued(),
        query,
        sortable={"issued_at": Report.issued_at},
        id=Report.id,
        item=lambda row: feeds.of_report(showing.report(request, row)),
    )
    updated = max((item.at for item in found.items), default=queries.NEVER)
    return _feed(request, "reports", REPORTS, found.next, updated, found.items)


def _feed(request: Request, noun: str, title: str, following: str | None, updated: datetime, items: list[Item]) -> Feed:
    home = showing.home(request)
    about = f"{home}/public/ratings/dictionary.json" if noun == "ratings" else f"{home}/assessment/docs"
    return Feed(title, f"{home}/public/{noun}.html", showing.own_address(request), following, about, updated, items)
