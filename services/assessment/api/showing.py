"""What several public answers share: the ratings in force, filtered and sliced, and a notice as society sees it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.forms import words
from services.assessment.models import Notice, Report
from services.assessment.usecases import yearly
from shared.contracts.assessment import Grade
from shared.errors import Malformed, Reason
from shared.http import Lists, Page, PublicAnswers

notice_answers = PublicAnswers(queries.notices_version)
rating_answers = PublicAnswers(queries.ratings_version)
report_answers = PublicAnswers(queries.reports_version)

Ratings = list[schemas.PublicRating]


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

    def takes(self, rating: schemas.PublicRating) -> bool:
        return (
            self.round in (None, rating.round)
            and self.year in (None, rating.year)
            and self.grade in (None, rating.grade)
        )


Filters = Annotated[RatingFilter, Depends()]


async def ratings(request: Request, db: AsyncSession, filters: RatingFilter) -> Ratings:
    """Filtered lines, the newest year first, then by order number."""

    async def all_in_force() -> Ratings:
        return await _ratings(request, db, None)

    if filters.edition is None:
        found = await rating_answers.once(request, "in force", all_in_force)
    else:
        found = await _ratings(request, db, filters.edition)
    return [rating for rating in found if filters.takes(rating)]


async def _ratings(request: Request, db: AsyncSession, edition: int | None) -> Ratings:
    found = []
    addresses = await queries.edition_addresses(db)
    for shown, round in await queries.editions_in_force(db, edition):
        for line in shown.content["lines"]:
            changed_by, published_at = addresses[shown.cycle_id, line["edition"]]
            found.append(
                schemas.PublicRating(
                    **line,
                    round=round.prefix,
                    year=shown.year,
                    edition_url=edition_url(request, changed_by),
                    published_at=published_at,
                )
            )
    return sorted(found, key=lambda r: (-r.year, r.order_number, str(r.assessment_id)))


async def scales(request: Request, db: AsyncSession, year: int | None) -> list[dict[str, str]]:
    """What the grades mean, in words, in the editions in force; those from before said nothing."""

    async def in_force() -> list[tuple[int, dict[str, str]]]:
        shown = [edition for edition, _ in await queries.editions_in_force(db)]
        return [(edition.year, edition.content["scale"]) for edition in shown if "scale" in edition.content]

    found = await rating_answers.once(request, "scales", in_force)
    return list({scale["zh"]: scale for of, scale in found if year in (None, of)}.values())


def slice_of(listed: Ratings, query: Lists) -> Page[schemas.PublicRating]:
    """The list is in memory; a cursor names the assessment beside which the page begins or ends."""
    start, end = 0, query.limit
    if query.cursor:
        way, _, key = query.cursor.partition(".")
        place = next((n for n, r in enumerate(listed) if str(r.assessment_id) == key), None)
        if place is None or way not in ("after", "before"):
            raise Malformed(Reason("list.cursor", "分页标记无效", "The cursor does not belong to this list", "/cursor"))
        start = place + 1 if way == "after" else max(0, place - query.limit)
        end = start + query.limit if way == "after" else place
    items = listed[start:end]
    following = query.address(f"after.{items[-1].assessment_id}") if items and end < len(listed) else None
    previous = query.address(f"before.{items[0].assessment_id}") if items and start > 0 else None
    links = [f'<{url}>; rel="{rel}"' for url, rel in ((following, "next"), (previous, "prev")) if url]
    query.request.state.links = ", ".join(links)
    return Page[schemas.PublicRating](items=items, next=following, prev=previous)


def notice(request: Request, row: Notice) -> dict[str, Any]:
    """Whether somebody objected is nobody's business: a notice is posted or closed."""
    fields = ("id", "kind", "posted_at", "last_day", "closes_at", "snapshot_hash")
    plain = {name: getattr(row, name) for name in fields}
    status = "posted" if row.status == "posted" else "closed"
    return {**plain, "status": status, "url": f"{home(request)}/public/notices/{row.id}"}


def report(request: Request, row: Report) -> schemas.PublicReport:
    names = ("id", "kind", "year", "division", "sector", "number", "issued_at", "content_hash")
    told = {name: getattr(row, name) for name in names} | {"name": yearly.place_name(row.division)}
    url = f"{home(request)}/public/reports/{row.id}"
    return schemas.PublicReport(**told, title=words.title(told), url=url)


def home(request: Request) -> str:
    """The public address of the site, without a slash at its end."""
    address: str = request.app.state.settings.public_url
    return address.rstrip("/")


def edition_url(request: Request, edition_id: UUID) -> str:
    return f"{home(request)}/public/ratings/editions/{edition_id}"


def own_address(request: Request) -> str:
    """This address as it is reached from outside, with its filters."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{home(request)}{request.url.path[request.url.path.index('/public/') :]}{query}"
