"""What everybody may read without login: notices, ratings, editions, at addresses that name no service."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.api import feeds
from services.assessment.models import Notice
from services.assessment.rules.frozen import canonical
from shared.contracts.assessment import Grade, NoticeKind
from shared.errors import Malformed, Reason
from shared.http import Api, Db, Lists, Page, PublicAnswers, page

public = Api(tags=["public"])
notice_answers = PublicAnswers(queries.notices_version)
rating_answers = PublicAnswers(queries.ratings_version)


class RatingFilter:
    """``round`` is a round's number prefix, ``edition`` shows that edition's list instead of the one in force."""

    def __init__(
        self,
        round: Annotated[str | None, Query(max_length=60)] = None,
        year: Annotated[int | None, Query(ge=2000, le=2200)] = None,
        grade: Grade | None = None,
        edition: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    ) -> None:
        self.round, self.year, self.grade, self.edition = round, year, grade, edition


Filters = Annotated[RatingFilter, Depends()]


@public.get("/public/notices", public=True, response_model=Page[schemas.PublicNotice])
async def list_public_notices(request: Request, db: Db, query: Lists, kind: NoticeKind | None = None) -> Any:
    """Posted notices, newest last; ``sort=-posted_at`` turns that round."""

    async def build() -> bytes:
        found = await page(
            db, queries.public_notices(kind), query, sortable={"posted_at": Notice.posted_at}, id=Notice.id,
            item=lambda row: schemas.PublicNotice.model_validate(_notice(request, row)),
        )  # fmt: skip
        return orjson.dumps(found.model_dump(mode="json"))

    return await notice_answers.answer(request, db, build)


@public.get("/public/notices/{notice_id}", public=True, response_model=schemas.PublicNoticeDetail)
async def read_public_notice(request: Request, notice_id: UUID, db: Db) -> Any:
    """The frozen list with its fingerprint. Whether somebody objected is nobody's business."""

    async def build() -> bytes:
        row = await queries.public_notice(db, notice_id)
        detail = schemas.PublicNoticeDetail(**_notice(request, row), snapshot=row.snapshot or {})
        return orjson.dumps(detail.model_dump(mode="json"))

    return await notice_answers.answer(request, db, build)


def _notice(request: Request, row: Notice) -> dict[str, Any]:
    fields = ("id", "kind", "posted_at", "last_day", "closes_at", "snapshot_hash")
    plain = {name: getattr(row, name) for name in fields}
    status = "posted" if row.status == "posted" else "closed"
    return {**plain, "status": status, "url": f"{_home(request)}/public/notices/{row.id}"}


@public.get("/public/ratings", public=True, response_model=Page[schemas.PublicRating])
async def list_public_ratings(request: Request, db: Db, query: Lists, filters: Filters) -> Any:
    """The ratings in force: of every cycle its newest edition."""

    async def build() -> bytes:
        ratings = await _ratings(request, db, filters)
        return orjson.dumps(_page(ratings, query).model_dump(mode="json"))

    return await rating_answers.answer(request, db, build)


@public.get("/public/ratings/feed.json", public=True, response_model=None)
async def read_rating_feed(request: Request, db: Db, filters: Filters) -> Any:
    """JSON Feed 1.1, newest first."""

    async def build() -> bytes:
        return feeds.json_feed(await _ratings(request, db, filters), *_addresses(request))

    return await rating_answers.answer(request, db, build, "application/feed+json")


@public.get("/public/ratings/atom.xml", public=True, response_model=None)
async def read_rating_atom(request: Request, db: Db, filters: Filters) -> Any:
    """Atom, newest first."""

    async def build() -> bytes:
        ratings = await _ratings(request, db, filters)
        updated = max((r.published_at for r in ratings), default=queries.NEVER)
        return feeds.atom(ratings, *_addresses(request), updated)

    return await rating_answers.answer(request, db, build, "application/atom+xml")


@public.get("/public/ratings/ratings.csv", public=True, response_model=None)
async def read_rating_csv(request: Request, db: Db, filters: Filters) -> Any:
    """Open data: exactly what is filtered."""

    async def build() -> bytes:
        return feeds.csv_file(await _ratings(request, db, filters))

    attachment = {"Content-Disposition": 'attachment; filename="ratings.csv"'}
    return await rating_answers.answer(request, db, build, "text/csv; charset=utf-8", attachment)


@public.get("/public/ratings/editions/{edition_id}", public=True, response_model=schemas.PublicEdition)
async def read_public_edition(request: Request, edition_id: UUID, db: Db) -> Any:
    """What was published at that time, for good, byte for byte what its hash was taken of."""

    async def build() -> bytes:
        row = await queries.edition(db, edition_id)
        url = f"{_home(request)}/public/ratings/editions/{row.id}"
        signature = {"key": row.signature_key, "value": row.signature} if row.signature else None
        shown = {
            "id": str(row.id), "number": row.number, "url": url, "content_hash": row.content_hash,
            "signature": signature,
        }  # fmt: skip
        return orjson.dumps(shown)[:-1] + b',"content":' + canonical(row.content) + b"}"

    return await rating_answers.answer(request, db, build)


async def _ratings(request: Request, db: AsyncSession, filters: RatingFilter) -> list[schemas.PublicRating]:
    """Filtered lines, the newest year first, then by order number."""
    home, found = _home(request), []
    addresses = await queries.edition_addresses(db)
    for edition, round in await queries.editions_in_force(db, filters.edition):
        if filters.round not in (None, round.prefix) or filters.year not in (None, edition.year):
            continue
        for line in edition.content["lines"]:
            if filters.grade in (None, line["grade"]):
                changed_by, published_at = addresses[edition.cycle_id, line["edition"]]
                url = f"{home}/public/ratings/editions/{changed_by}"
                found.append(
                    schemas.PublicRating(
                        **line, round=round.prefix, year=edition.year, edition_url=url, published_at=published_at
                    )
                )
    return sorted(found, key=lambda r: (-r.year, r.order_number, str(r.assessment_id)))


def _page(ratings: list[schemas.PublicRating], query: Lists) -> Page[schemas.PublicRating]:
    """The list is in memory; a cursor names the assessment beside which the page begins or ends."""
    start, end = 0, query.limit
    if query.cursor:
        way, _, key = query.cursor.partition(".")
        place = next((n for n, r in enumerate(ratings) if str(r.assessment_id) == key), None)
        if place is None or way not in ("after", "before"):
            raise Malformed(Reason("list.cursor", "分页标记无效", "The cursor does not belong to this list", "/cursor"))
        start = place + 1 if way == "after" else max(0, place - query.limit)
        end = start + query.limit if way == "after" else place
    items = ratings[start:end]
    following = query.address(f"after.{items[-1].assessment_id}") if items and end < len(ratings) else None
    previous = query.address(f"before.{items[0].assessment_id}") if items and start > 0 else None
    links = [f'<{url}>; rel="{rel}"' for url, rel in ((following, "next"), (previous, "prev")) if url]
    query.request.state.links = ", ".join(links)
    return Page[schemas.PublicRating](items=items, next=following, prev=previous)


def _home(request: Request) -> str:
    address: str = request.app.state.settings.public_url
    return address.rstrip("/")


def _addresses(request: Request) -> tuple[str, str]:
    """The list as a home page, and this feed's own address with its filters."""
    query = f"?{request.url.query}" if request.url.query else ""
    own = request.url.path[request.url.path.index("/public/") :]
    return f"{_home(request)}/public/ratings", f"{_home(request)}{own}{query}"
